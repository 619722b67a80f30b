using System.Collections.Immutable;
using Krait.Environments.Layouts;
using Krait.Projects.Inspection;

namespace Krait.Health.Smoke;

/// <summary>What is to be tried, and how long and how much it may take.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Graph">What is installed in it.</param>
/// <param name="Variables">The variables that child processes get.</param>
public sealed record SmokeRequest(
    PythonEnvironment Environment,
    InstalledGraph Graph,
    IReadOnlyDictionary<string, string> Variables
)
{
    /// <summary>The packages that are tried.</summary>
    public ImmutableArray<InstalledPackage> Packages { get; init; } = [];

    /// <summary>Modules that a user names.</summary>
    public ImmutableArray<string> Modules { get; init; } = [];

    /// <summary>Commands that a user names, each with its arguments.</summary>
    public ImmutableArray<ImmutableArray<string>> Commands { get; init; } = [];

    /// <summary>Where commands run.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>How long one package, module or command may take.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How much address space a child may use, in bytes; 0 sets no limit.</summary>
    public long MemoryLimit { get; init; } = 8L << 30;

    /// <summary>How many children run at once.</summary>
    public int Width { get; init; } = Math.Max(1, System.Environment.ProcessorCount);
}
