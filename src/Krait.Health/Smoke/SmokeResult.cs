using System.Collections.Immutable;

namespace Krait.Health.Smoke;

/// <summary>What became of a package, a module or a command that was tried.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version; null for what a user named.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Probes">How many things were tried.</param>
public sealed record SmokeResult(string Name, string? Version, double Seconds, int Probes)
{
    /// <summary>What failed.</summary>
    public ImmutableArray<SmokeFailure> Failures { get; init; } = [];

    /// <summary>What was left out, and why.</summary>
    public ImmutableArray<string> Skipped { get; init; } = [];

    /// <summary>Whether nothing failed.</summary>
    public bool IsPassed => Failures.IsEmpty;
}

/// <summary>What failed about a package.</summary>
/// <param name="Probe">What was tried.</param>
/// <param name="Kind">How it failed.</param>
/// <param name="Message">The first line of the failure.</param>
public sealed record SmokeFailure(SmokeProbe Probe, SmokeFailureKind Kind, string Message)
{
    /// <summary>The file and line that failed; null where that is not known.</summary>
    public string? Place { get; init; }

    /// <summary>The last lines that were written before a crash.</summary>
    public string? Output { get; init; }

    /// <summary>The word that programs find.</summary>
    public string Word =>
        Kind switch
        {
            SmokeFailureKind.Timeout => "timeout",
            SmokeFailureKind.Crash => "crash",
            SmokeFailureKind.Memory => "memory",
            _ => "error",
        };
}

/// <summary>How something failed.</summary>
public enum SmokeFailureKind
{
    /// <summary>It raised an exception, or ended with another exit code than 0.</summary>
    Error,

    /// <summary>It took longer than it may.</summary>
    Timeout,

    /// <summary>It ended the interpreter.</summary>
    Crash,

    /// <summary>It used more memory than it may.</summary>
    Memory,
}

/// <summary>What a smoke check found.</summary>
/// <param name="Results">The packages, then what a user named.</param>
/// <param name="Elapsed">How long all of it took.</param>
public sealed record SmokeReport(ImmutableArray<SmokeResult> Results, TimeSpan Elapsed)
{
    /// <summary>Whether everything works.</summary>
    public bool IsPassed => Results.All(result => result.IsPassed);

    /// <summary>What does not work.</summary>
    public IEnumerable<SmokeResult> Failed => Results.Where(result => !result.IsPassed);
}
