using System.Collections.Immutable;
using Krait.Environments.Interpreters;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;

namespace Krait.Build.Isolation;

/// <summary>
/// Gives builds the environments that they run in. Implemented where resolving and installing are known: the requirements are resolved
/// for the interpreter, under the build constraints of the run, and installed from the store.
/// </summary>
/// <remarks>
/// A requirement that exists only as source is built on the way, by the same <see cref="Building.SourceBuilder"/> with the chain of this request:
/// that is how a cycle is noticed. No lock and no place in the build queue is held while this runs.
/// </remarks>
public interface IBuildEnvironments
{
    /// <summary>An environment in which the requirements are installed. The same request may be answered by the same environment.</summary>
    /// <exception cref="KraitException">The requirements cannot be resolved, fetched or built.</exception>
    public Task<BuildEnvironment> PrepareAsync(BuildEnvironmentRequest request, CancellationToken cancellationToken);
}

/// <summary>An environment that is wanted for a build.</summary>
/// <param name="Interpreter">The interpreter that the build is for, and runs with.</param>
/// <param name="Requirements">What must be installed.</param>
/// <param name="Chain">What is being built, the outermost first; the last one needs the environment.</param>
public sealed record BuildEnvironmentRequest(
    Interpreter Interpreter,
    ImmutableArray<Requirement> Requirements,
    BuildChain Chain
);
