using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Markers;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

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

        /// <summary>The extras and groups that exclude each other, of which a choice is left to whoever installs.</summary>
        public ImmutableArray<ConflictItem> Choices { get; init; } = [];

        /// <summary>The hashes of files of which nobody states any, by URL or path.</summary>
        public ImmutableDictionary<string, ImmutableArray<FileHash>> ReadHashes { get; init; } =
            ImmutableDictionary<string, ImmutableArray<FileHash>>.Empty;
    }

    /// <summary>No versions satisfy what is asked for.</summary>
    public sealed record NoSolution(Explanation Explanation) : CompileOutcome;
}
