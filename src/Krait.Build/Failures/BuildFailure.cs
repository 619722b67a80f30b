using System.Collections.Immutable;
using Krait.Build.Hooks;
using Krait.Build.Sources;
using Krait.Environments.Interpreters;
using Krait.Platform.Processes;

namespace Krait.Build.Failures;

/// <summary>What is known of a build that failed.</summary>
public sealed record BuildFailure
{
    /// <summary>What was built.</summary>
    public required BuildSource Source { get; init; }

    /// <summary>The interpreter that built it.</summary>
    public required Interpreter Interpreter { get; init; }

    /// <summary>What builds it.</summary>
    public required BuildBackend Backend { get; init; }

    /// <summary>The hook that failed.</summary>
    public required string Step { get; init; }

    /// <summary>How it failed.</summary>
    public required HookOutcome Outcome { get; init; }

    /// <summary>Which limit ended it, if one did.</summary>
    public required GuardedStop Stop { get; init; }

    /// <summary>The limits that held.</summary>
    public required GuardedLimits Limits { get; init; }

    /// <summary>The last lines of what it wrote.</summary>
    public required ImmutableArray<string> LastLines { get; init; }

    /// <summary>The file with everything that it wrote.</summary>
    public required string LogPath { get; init; }

    /// <summary>The cause, where the output tells it.</summary>
    public required KnownCause? Cause { get; init; }

    public bool Equals(BuildFailure? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(LogPath);
}
