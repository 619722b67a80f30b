using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
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

        /// <summary>What URLs and paths turned out to be, by their text.</summary>
        public ImmutableDictionary<string, DirectUrl> Origins { get; init; } =
            ImmutableDictionary<string, DirectUrl>.Empty;

        /// <summary>The hashes that were read from files, by URL or path.</summary>
        public ImmutableDictionary<string, ImmutableArray<FileHash>> ReadHashes { get; init; } =
            ImmutableDictionary<string, ImmutableArray<FileHash>>.Empty;
    }

    /// <summary>No versions satisfy what is asked for.</summary>
    public sealed record NoSolution(Explanation Explanation) : CompileOutcome;
}
