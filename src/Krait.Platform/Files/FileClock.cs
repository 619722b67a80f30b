namespace Krait.Platform.Files;

/// <summary>The clock that file systems take their times from: it goes in steps, and so lags behind.</summary>
public static class FileClock
{
    private const long Second = 1_000_000_000;

    /// <summary>The length of a step, in nanoseconds.</summary>
    public static long Step { get; } = FileCalls.Current.ClockStep;

    /// <summary>Now, in nanoseconds since 1970.</summary>
    public static long Now(TimeProvider clock) => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;

    /// <summary>Whether a file may have changed after some moment, by the time of its last change.</summary>
    /// <param name="changed">The time of its last change, in nanoseconds since 1970.</param>
    /// <param name="moment">The moment, in nanoseconds since 1970.</param>
    public static bool MayHaveChangedAfter(long changed, long moment)
    {
        // Some file systems write down seconds, or every other second.
        var step = changed % Second == 0 ? 2 * Second : Step;
        return changed >= moment - step;
    }
}
