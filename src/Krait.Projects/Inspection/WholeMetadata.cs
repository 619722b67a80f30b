using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Index;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Resolver.Reporting;
using Krait.Sources;

namespace Krait.Projects.Inspection;

/// <summary>All that resolved packages say of themselves: a resolver only reads what it needs, and only that is cached.</summary>
/// <param name="client">The connection to the indexes.</param>
/// <param name="indexes">The indexes that the packages were resolved from.</param>
/// <param name="environment">Where they may be installed by now.</param>
public sealed class WholeMetadata(IndexClient client, IndexSettings indexes, PythonEnvironment environment)
{
    /// <summary>What the packages say: what is installed by itself, and what is only resolved by what an index has of it.</summary>
    /// <param name="packages">The packages.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>The metadata by name; what can be had nowhere, as that of a source that was not built, is not in it.</returns>
    /// <exception cref="KraitException">The network failed, or the metadata is not what the index promises.</exception>
    public async Task<IReadOnlyDictionary<PackageName, RawMetadata>> ReadAsync(
        IEnumerable<ResolvedPackage> packages,
        CancellationToken cancellationToken
    )
    {
        var installed = InstalledDistributions.Read(environment);
        var found = await Task.WhenAll(
            packages.Select(async package =>
                (
                    package.Name,
                    Content: FindInstalled(installed, package) ?? await FetchAsync(package, cancellationToken)
                )
            )
        );
        return found
            .Where(one => one.Content is not null)
            .ToDictionary(one => one.Name, one => RawMetadata.Parse(one.Content));
    }

    private static byte[]? FindInstalled(InstalledDistributions installed, ResolvedPackage package)
    {
        var one = installed.Find(package.Name);
        return package.Version.Equals(one?.Version) ? one.ReadMetadata() : null;
    }

    private async Task<byte[]?> FetchAsync(ResolvedPackage package, CancellationToken cancellationToken)
    {
        if (package.Candidate is not { Wheel: { } wheel, Page: { } page })
            return null;
        var places = indexes.PlacesOf([package.Name]).Concat(indexes.Named.Values);
        var location = places.FirstOrDefault(one =>
            string.Equals(one.ToString(), page.Index, StringComparison.Ordinal)
        );
        return location is null ? null : await client.ReadMetadataFileAsync(wheel, location, cancellationToken);
    }
}
