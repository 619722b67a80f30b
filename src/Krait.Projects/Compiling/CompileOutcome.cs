using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Resolver.Python;
using Krait.Resolver.Reporting;

namespace Krait.Projects.Compiling;

/// <summary>What became of a compilation.</summary>
public abstract record CompileOutcome
{
    private CompileOutcome() { }

    /// <summary>Everything is pinned.</summary>
    /// <param name="Lines">The pins with their reasons.</param>
    /// <param name="Resolution">The versions behind them.</param>
    public sealed record Done(ImmutableArray<PinnedRequirement> Lines, Resolution Resolution) : CompileOutcome
    {
        /// <summary>The marker of each package of the resolution, as it is written.</summary>
        public ImmutableArray<Marker> Markers { get; init; } = [];
    }

    /// <summary>No versions satisfy what is asked for.</summary>
    public sealed record NoSolution(Explanation Explanation) : CompileOutcome;
}
