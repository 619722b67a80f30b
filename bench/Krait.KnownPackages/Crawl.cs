using Krait.Index;
using Krait.Index.Metadata;
using Krait.Index.SimpleApi;
using Krait.Packaging.Indexes;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;

namespace Krait.KnownPackages;

/// <summary>Reads the requirements of the newest versions on an index, as they are on a current Python on Linux.</summary>
/// <param name="client">The connection.</param>
/// <param name="index">The index.</param>
internal sealed class Crawl(IndexClient client, IndexLocation index)
{
    private static readonly MarkerEnvironment Machine = MarkerEnvironment.FromDictionary(
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["implementation_name"] = "cpython",
            ["implementation_version"] = "3.13.0",
            ["os_name"] = "posix",
            ["platform_machine"] = "x86_64",
            ["platform_python_implementation"] = "CPython",
            ["platform_release"] = "6.1.0",
            ["platform_system"] = "Linux",
            ["platform_version"] = "#1 SMP",
            ["python_full_version"] = "3.13.0",
            ["python_version"] = "3.13",
            ["sys_platform"] = "linux",
        }
    );

    /// <summary>Reads one package; it is empty where the index has no usable wheel of it.</summary>
    public async Task<PackageRequirements> ReadAsync(PackageName name, CancellationToken cancellationToken)
    {
        var metadata = await FindMetadataAsync(name, cancellationToken);
        var stated = metadata?.RequiresDist ?? [];
        var always = stated.Where(requirement => requirement.Marker.Evaluate(Machine)).ToList();
        var extras = (metadata?.ProvidesExtra ?? []).ToDictionary(
            extra => extra,
            extra =>
                (IReadOnlyList<Requirement>)
                    [
                        .. stated.Where(requirement =>
                            !requirement.Marker.Evaluate(Machine) && requirement.Marker.Evaluate(Machine, [extra])
                        ),
                    ]
        );
        return new PackageRequirements(name, always, extras);
    }

    private async Task<CoreMetadata?> FindMetadataAsync(PackageName name, CancellationToken cancellationToken)
    {
        if (await client.GetPageAsync(index, name, cancellationToken) is not PageResponse.Found { Page: var page })
            return null;
        return
            FindWheel(page) is { } wheel
            && await client.GetMetadataAsync(wheel, index, cancellationToken) is MetadataResponse.Found found
            ? found.Metadata
            : null;
    }

    private static IndexFile? FindWheel(ProjectPage page)
    {
        for (var version = page.VersionCount - 1; version >= 0; version--)
        {
            if (page.VersionAt(version).IsPrerelease)
                continue;
            var (start, count) = page.FilesOf(version);
            for (var i = start; i < start + count; i++)
            {
                if (page.FileAt(i) is { IsWheel: true, IsYanked: false } file)
                    return file;
            }
        }

        return null;
    }
}
