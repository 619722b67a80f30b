using Krait.Platform.Locks;

namespace Krait.Build.Git;

/// <summary>How repositories are reached.</summary>
public sealed record GitOptions
{
    /// <summary>The variables of this process: where git is, and how it connects.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>Whether the network may not be used.</summary>
    public bool IsOffline { get; init; }

    /// <summary>How long to wait for another process that uses the same repository.</summary>
    public TimeSpan LockLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets the lines that git reports.</summary>
    public IProgress<string>? Progress { get; init; }

    /// <summary>Told when another process is waited for.</summary>
    public IProgress<LockWaiting>? Waiting { get; init; }
}
