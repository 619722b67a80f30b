using Krait.Archives;
using Krait.Platform.Locks;
using Krait.Platform.Processes;

namespace Krait.Build.Building;

/// <summary>What holds for all builds of a run.</summary>
public sealed record BuildOptions
{
    /// <summary>How many hooks run at once (`KRAIT_CONCURRENT_BUILDS`).</summary>
    public int Width { get; init; } = Environment.ProcessorCount;

    /// <summary>How long hooks may run, and how much they may write.</summary>
    public GuardedLimits Limits { get; init; } = new();

    /// <summary>How much an archive may hold.</summary>
    public ArchiveLimits ArchiveLimits { get; init; } = ArchiveLimits.Default;

    /// <summary>How long to wait for another process that builds the same source.</summary>
    public TimeSpan LockLimit { get; init; } = TimeSpan.FromHours(2);

    /// <summary>The variables of this process, from which a build gets what is harmless.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>Told what builds do.</summary>
    public IProgress<BuildEvent>? Progress { get; init; }

    /// <summary>Told when another process is waited for.</summary>
    public IProgress<LockWaiting>? Waiting { get; init; }
}
