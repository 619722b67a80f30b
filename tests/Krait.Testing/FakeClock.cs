namespace Krait.Testing;

/// <summary>A clock that stands still until it is moved; its timers run in real time.</summary>
public sealed class FakeClock : TimeProvider
{
    private DateTimeOffset now = DateTimeOffset.UtcNow;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => now;

    /// <summary>Moves the clock, backwards too.</summary>
    public void Advance(TimeSpan by) => now += by;
}
