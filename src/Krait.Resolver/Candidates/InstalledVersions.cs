using Krait.Packaging.Names;
using Krait.Packaging.Versions;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Candidates;

/// <summary>The versions that an environment has, as far as they may stay. Nobody else has to be asked about one that fits.</summary>
internal sealed class InstalledVersions
{
    private readonly Dictionary<PackageName, InstalledVersion> byName = [];

    public InstalledVersions(ResolutionRequest request)
    {
        foreach (var installed in request.Installed)
        {
            if (!installed.Version.IsPrerelease || request.Prereleases.For(installed.Name) != PrereleaseMode.Disallow)
                byName.TryAdd(installed.Name, installed);
        }
    }

    /// <summary>The version of a name, if it is in a range; null where there is none, or nothing is known of it.</summary>
    public InstalledVersion? Find(PackageName name, VersionRanges range) =>
        byName.Count > 0
        && byName.TryGetValue(name, out var installed)
        && range.Contains(installed.Version)
        && installed.Metadata.Value is not null
            ? installed
            : null;
}
