using System.Collections.Immutable;
using Krait.Index.Downloads;
using Krait.Packaging.Distributions;
using Krait.Packaging.Locations;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Metadata;
using Krait.Packaging.Text;
using Krait.Projects.Installing;

namespace Krait.Projects.Compiling;

/// <summary>Makes a lock file of what was chosen for one environment: one file, directory or commit for each package, as `pip lock` does.</summary>
internal static class ChosenFiles
{
    /// <summary>The lock file.</summary>
    /// <param name="wheels">What was chosen.</param>
    /// <param name="folder">Where the lock file will be.</param>
    /// <exception cref="KraitException">A file has no digest that could be written down.</exception>
    public static Pylock ToPylock(ImmutableArray<ChosenWheel> wheels, string folder) =>
        new()
        {
            CreatedBy = "krait",
            Packages =
            [
                .. wheels
                    .OrderBy(wheel => wheel.Name.Value, StringComparer.Ordinal)
                    .Select(wheel => Package(wheel, folder)),
            ],
        };

    private static PylockPackage Package(ChosenWheel wheel, string folder)
    {
        var package = new PylockPackage { Name = wheel.Name.Value };
        if (wheel.DirectUrl is { } origin && DirectUrl.TryParse(origin, out var direct, out _))
        {
            return direct switch
            {
                DirectUrl.Repository repository => package with { Vcs = Repository(repository) },
                DirectUrl.Folder local => package with { Directory = Folder(local, folder) },
                DirectUrl.Archive archive => package with { Archive = Archive(archive, wheel) },
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }

        package = package with { Version = wheel.Version };
        return wheel switch
        {
            FetchedWheel fetched => package with { Wheels = [File(fetched.Download)] },
            SourceWheel { Place.Download: { } download } => package with { Sdist = File(download) },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static PylockRepository Repository(DirectUrl.Repository origin) =>
        new(origin.Vcs, origin.CommitId)
        {
            Url = origin.Url,
            RequestedRevision = origin.RequestedRevision,
            Subdirectory = origin.Subdirectory,
        };

    private static PylockFolder Folder(DirectUrl.Folder origin, string folder)
    {
        var path = Location.Of(origin.Url).TryGetLocalPath("/", out var local) ? local : origin.Url;
        var relative = Path.GetRelativePath(folder, path).Replace('\\', '/');
        return new PylockFolder(relative) { IsEditable = origin.IsEditable == true ? true : null };
    }

    private static PylockFile Archive(DirectUrl.Archive origin, ChosenWheel wheel)
    {
        var download = (wheel as FetchedWheel)?.Download ?? (wheel as SourceWheel)?.Place.Download;
        return new PylockFile
        {
            Url = origin.Url,
            Subdirectory = origin.Subdirectory,
            Hashes = origin.Hashes.Count > 0 ? [.. origin.Hashes] : Hashes(download, wheel.Listed),
        };
    }

    private static PylockFile File(DownloadRequest download) =>
        new()
        {
            Name = download.FileName,
            Url = download.Url.IsFile ? download.Url.Canonical : download.Url.ToString(),
            Hashes = Hashes(download, download.FileName),
        };

    private static ImmutableArray<KeyValuePair<string, string>> Hashes(DownloadRequest? download, string shown)
    {
        ImmutableArray<KeyValuePair<string, string>> hashes =
        [
            .. (download?.Hashes ?? [])
                .Concat(download?.Allowed ?? [])
                .Where(hash => hash.IsSecure)
                .DistinctBy(hash => hash.Algorithm)
                .Select(hash => new KeyValuePair<string, string>(FileHash.Name(hash.Algorithm), hash.Hex)),
        ];
        return hashes.IsEmpty
            ? throw new KraitException(
                new Diagnostic("no-hash", $"`{shown}` cannot be locked: its index states no hash of it")
                {
                    Hints = [$"Use an index with hashes, or {Control.CompileWithHashes}"],
                }
            )
            : hashes;
    }
}
