namespace Krait.Platform.Processes;

/// <summary>How long a program may run, and how much it may write.</summary>
public sealed record GuardedLimits
{
    /// <summary>How long it may run in all.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How long it may neither write anything nor use the processor.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How many bytes it may write.</summary>
    public long Output { get; init; } = 256L << 20;
}
