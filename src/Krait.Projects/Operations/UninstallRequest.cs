using System.Collections.Immutable;
using Krait.Environments.Layouts;
using Krait.Packaging.Names;

namespace Krait.Projects.Operations;

/// <summary>What is to be removed from an environment.</summary>
/// <param name="Environment">The environment to change.</param>
/// <param name="Names">The packages; their versions do not matter.</param>
public sealed record UninstallRequest(PythonEnvironment Environment, ImmutableArray<PackageName> Names)
{
    /// <summary>Whether the plan is only shown.</summary>
    public bool IsDryRun { get; init; }
}
