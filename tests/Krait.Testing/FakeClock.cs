namespace Krait.Testing;

/// <summary>A clock that stands still until it is moved; its timers run in real time.</summary>
public sealed class FakeClock : TimeProvider
{
    private DateTimeOffset _now = DateTimeOffset.UtcNow;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _now;

    /// <summary>Moves the clock, backwards too.</summary>
    public void Advance(TimeSpan by) => _now += by;
}
