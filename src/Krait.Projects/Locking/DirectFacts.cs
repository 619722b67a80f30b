using System.Collections.Immutable;
using Krait.Build.Sources;
using Krait.Packaging.Distributions;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Metadata;
using Krait.Projects.Installing;
using Krait.Resolver.Candidates;

namespace Krait.Projects.Locking;

/// <summary>What a lock says of a URL, a path or a repository.</summary>
internal static class DirectFacts
{
    /// <summary>The source of a package, in the words of lock files.</summary>
    /// <param name="facts">Where the lock is.</param>
    /// <param name="candidate">The package.</param>
    /// <param name="reference">How it is required.</param>
    /// <param name="wheel">What stands behind that.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="Packaging.Text.KraitException">The source cannot be obtained.</exception>
    public static async Task<PylockPackage> DescribeAsync(
        LockFacts facts,
        Candidate candidate,
        DirectReference reference,
        ChosenWheel wheel,
        CancellationToken cancellationToken
    )
    {
        var basic = new PylockPackage { Name = candidate.Name.Value, Version = candidate.Version };
        if (wheel is FetchedWheel fetched)
        {
            return basic with
            {
                Archive = facts.Locate(reference.Url) with
                {
                    Size = fetched.Download.Size,
                    Hashes = Texts(fetched.Download.Hashes),
                },
            };
        }

        var place = ((SourceWheel)wheel).Place;
        var source = place.Known ?? await place.FetchAsync(cancellationToken);
        switch (source)
        {
            case BuildSource.Checkout checkout when source.Origin is DirectUrl.Repository origin:
                return basic with { Vcs = Repository(facts, checkout, origin) };
            case BuildSource.Folder folder:
                return basic with
                {
                    Version = null,
                    Directory = new PylockFolder(facts.PathOf(folder.Path))
                    {
                        IsEditable = source.Origin is DirectUrl.Folder { IsEditable: true },
                    },
                };
            default:
                var archive = place.Known is { Stamp.Length: > 0 } ? source : await place.FetchAsync(cancellationToken);
                return basic with
                {
                    Archive = facts.Locate(reference.Url) with
                    {
                        Subdirectory = archive.Subdirectory,
                        Hashes = FileHash.TryParse(archive.Stamp, out var hash, out _) ? Texts([hash]) : [],
                    },
                };
        }
    }

    private static PylockRepository Repository(
        LockFacts facts,
        BuildSource.Checkout checkout,
        DirectUrl.Repository origin
    )
    {
        return new PylockRepository(origin.Vcs, checkout.Commit)
        {
            Url = UserInfo.Remove(origin.Url),
            RequestedRevision = facts.RequestedRevisions.GetValueOrDefault(checkout.Commit, origin.RequestedRevision),
            Subdirectory = origin.Subdirectory,
        };
    }

    private static ImmutableArray<KeyValuePair<string, string>> Texts(ImmutableArray<FileHash> hashes) =>
        [.. hashes.Select(hash => KeyValuePair.Create(FileHash.Name(hash.Algorithm), hash.Hex))];
}
