using Krait.Packaging.Metadata;
using Krait.Projects.Workspaces;
using Krait.Resolver.Candidates;
using Krait.Sources;

namespace Krait.Projects.Locking;

/// <summary>
/// Answers for the members of a workspace. What they require is asked for as the user's own requirements, so that here they require nothing, and
/// nothing of them has to be built to lock them.
/// </summary>
/// <param name="workspace">The workspace.</param>
/// <param name="others">Answers for everything else.</param>
internal sealed class MemberSource(Workspace workspace, IDirectSource others) : IDirectSource
{
    /// <inheritdoc/>
    public Task<DirectResponse> DescribeAsync(DirectReference reference, CancellationToken cancellationToken)
    {
        if (
            workspace.Find(reference.Name) is not { } member
            || !string.Equals(member.Folder, reference.Url, StringComparison.Ordinal)
            // Only its backend knows what it requires.
            || !member.IsDescribed
        )
        {
            return others.DescribeAsync(reference, cancellationToken);
        }

        var version = member.Version ?? Version.FromRelease(0);
        var extras = member.OptionalDependencies.Select(pair => pair.Key);
        var metadata = CoreMetadata.Create(reference.Name, version, requiresPython: null, [], extras);
        return Task.FromResult<DirectResponse>(new DirectResponse.Found(version, metadata));
    }
}
