using System.Collections.Immutable;
using Krait.Index;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Resolver.Candidates;

namespace Krait.Sources;

/// <summary>
/// What is in the source distributions of indexes. It is a port: an installer fetches, unpacks and builds to answer; where nothing stands
/// behind it, as in a server, source distributions are refused.
/// </summary>
public interface ISourceDistributions
{
    /// <summary>The metadata of a file that is known without fetching or running anything; null where it is not.</summary>
    /// <param name="file">The source distribution.</param>
    /// <param name="location">The index whose page lists it.</param>
    public CoreMetadata? Recall(IndexFile file, IndexLocation location);

    /// <summary>The metadata of a file, for which code of its project may have to run.</summary>
    /// <param name="file">The source distribution.</param>
    /// <param name="location">The index whose page lists it.</param>
    /// <param name="allowed">The digests that the user allows, which are checked before anything of the file runs; empty allows any.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="Krait.Packaging.Text.KraitException">It cannot be fetched or built.</exception>
    public Task<DependenciesResponse> DescribeAsync(
        IndexFile file,
        IndexLocation location,
        ImmutableArray<FileHash> allowed,
        CancellationToken cancellationToken
    );
}
