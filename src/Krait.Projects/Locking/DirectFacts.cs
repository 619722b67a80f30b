using Krait.Packaging.Distributions;
using Krait.Packaging.Lockfiles;
using Krait.Projects.Installing;
using Krait.Resolver.Candidates;

namespace Krait.Projects.Locking;

/// <summary>What a lock says of a URL or path.</summary>
internal static class DirectFacts
{
    /// <summary>The source of a package, in the words of lock files.</summary>
    public static PylockPackage Describe(
        LockFacts facts,
        Candidate candidate,
        DirectReference reference,
        ChosenWheel wheel
    ) =>
        new()
        {
            Name = candidate.Name.Value,
            Version = candidate.Version,
            Archive = facts.Locate(reference.Url) with
            {
                Size = wheel.Download.Size,
                Hashes =
                [
                    .. wheel.Download.Hashes.Select(hash =>
                        KeyValuePair.Create(FileHash.Name(hash.Algorithm), hash.Hex)
                    ),
                ],
            },
        };
}
