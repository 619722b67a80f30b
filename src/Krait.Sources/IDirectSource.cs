using Krait.Resolver.Candidates;

namespace Krait.Sources;

/// <summary>
/// What stands behind the URLs and paths that requirements name. It is a port: an installer fetches, unpacks and builds to answer; a
/// server refuses.
/// </summary>
public interface IDirectSource
{
    /// <summary>The name, version and metadata behind a reference, or why there are none.</summary>
    public Task<DirectResponse> DescribeAsync(DirectReference reference, CancellationToken cancellationToken);
}
