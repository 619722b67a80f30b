using System.Collections.Immutable;
using Krait.Build.Git;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Projects.Inputs;
using Krait.Projects.Resolving;
using Krait.Resolver.Requests;

namespace Krait.Projects.Locking;

/// <summary>
/// Keeps the commits of the earlier lock: a branch stays where it was until it is upgraded, and nobody has to ask its repository.
/// </summary>
/// <param name="Requirements">The requirements, on commits where the lock has them.</param>
/// <param name="Revisions">What was asked for, by the commit.</param>
internal sealed record KeptCommits(RequirementSet Requirements, ImmutableDictionary<string, string?> Revisions)
{
    /// <summary>Replaces branches and tags by the commits that are locked.</summary>
    public static KeptCommits Of(RequirementSet requirements, ResolveOptions options, WorkspaceLock? earlier)
    {
        var revisions = ImmutableDictionary<string, string?>.Empty;
        if (earlier is null || options.UpgradesAll)
            return new KeptCommits(requirements, revisions);
        var roots = ImmutableArray.CreateBuilder<RootRequirement>(requirements.Roots.Length);
        foreach (var root in requirements.Roots)
        {
            var name = root.Requirement.Name;
            if (!options.MayPrefer(name) || Find(earlier, name, root.Requirement.Url) is not { } found)
            {
                roots.Add(root);
                continue;
            }

            revisions = revisions.SetItem(found.Commit, found.Requested);
            roots.Add(root with { Requirement = WithUrl(root.Requirement, found.Url) });
        }

        return new KeptCommits(requirements with { Roots = roots.ToImmutable() }, revisions);
    }

    /// <summary>The commit that a lock has for a URL, and the URL of that commit.</summary>
    private static (string Url, string Commit, string? Requested)? Find(
        WorkspaceLock earlier,
        PackageName name,
        string? url
    )
    {
        if (url is null || !GitSource.IsGit(url) || !GitSource.TryParse(url, out var source, out _))
            return null;
        if (source.Reference is GitReference.Commit)
            return null;
        foreach (var package in earlier.Pylock.Packages)
        {
            if (
                package.Vcs is { } vcs
                && string.Equals(package.Name, name.Value, StringComparison.Ordinal)
                && string.Equals(vcs.Url, UserInfo.Remove(source.Url.Value), StringComparison.Ordinal)
                && string.Equals(vcs.RequestedRevision, source.Reference.Requested, StringComparison.Ordinal)
                && string.Equals(vcs.Subdirectory, source.Subdirectory, StringComparison.Ordinal)
            )
            {
                return (AtCommit(url, vcs.CommitId), vcs.CommitId, vcs.RequestedRevision);
            }
        }

        return null;
    }

    /// <summary>`git+https://host/a@main#subdirectory=b` at a commit.</summary>
    private static string AtCommit(string url, string commit)
    {
        var hash = url.IndexOf('#', StringComparison.Ordinal);
        var (address, fragment) = hash < 0 ? (url, "") : (url[..hash], url[hash..]);
        var path = address.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme
            ? address.IndexOf('/', scheme + 3)
            : 0;
        var at = address.LastIndexOf('@');
        return (at > path && path >= 0 ? address[..at] : address) + "@" + commit + fragment;
    }

    private static Requirement WithUrl(Requirement requirement, string url) =>
        new(requirement.Name)
        {
            Extras = requirement.Extras,
            Url = url,
            Marker = requirement.Marker,
            HasMarker = requirement.HasMarker,
        };
}
