using System.Collections.Immutable;
using Krait.Packaging.Lockfiles;
using Krait.Projects.Compiling;

namespace Krait.Projects.Exporting;

/// <summary>Writes the chosen parts of a lock as a requirements file.</summary>
public static class RequirementsExport
{
    /// <summary>The lines of the file.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="hasHashes">Whether lines have digests.</param>
    /// <param name="folder">Where the file will be, which paths start from.</param>
    public static ImmutableArray<PinnedRequirement> Lines(LockedParts parts, bool hasHashes, string folder)
    {
        var parents = parts.Parents();
        return
        [
            .. parts.Packages.Select(part =>
                Line(parts, part, hasHashes, folder) with
                {
                    Parents = [.. parents[part.Package.Name]],
                }
            ),
        ];
    }

    private static PinnedRequirement Line(LockedParts parts, LockedPart part, bool hasHashes, string folder)
    {
        var package = part.Package;
        var text = package switch
        {
            { Directory: { } directory } => Path(parts, directory, folder),
            { Vcs: { } vcs } => $"{package.Name} @ {Repository(vcs)}",
            { Archive: { Path: { } path } archive } => WithSubdirectory(
                Shown(parts, path, folder),
                archive.Subdirectory
            ),
            { Archive: { Url: { } url } archive } => $"{package.Name} @ {WithSubdirectory(url, archive.Subdirectory)}",
            _ => $"{package.Name}=={package.Version}",
        };
        var isLocal = package.Directory is not null;
        return new PinnedRequirement(isLocal ? $" {text}" : package.Name, text)
        {
            Version = package.Version,
            Marker = part.Marker.ToText() ?? "",
            Hashes = hasHashes && !isLocal ? HashesOf(package) : [],
        };
    }

    private static string Path(LockedParts parts, PylockFolder directory, string folder)
    {
        var path = directory.Subdirectory is { } below ? System.IO.Path.Join(directory.Path, below) : directory.Path;
        var shown = Shown(parts, path, folder);
        return directory.IsEditable == true ? $"-e {shown}" : shown;
    }

    /// <summary>A path as seen from the file; one that could be taken for a name begins with `./`.</summary>
    private static string Shown(LockedParts parts, string path, string folder)
    {
        if (System.IO.Path.IsPathRooted(path))
            return path;
        var full = System.IO.Path.GetFullPath(path, parts.Workspace.Folder);
        var relative = System.IO.Path.GetRelativePath(folder, full).Replace('\\', '/');
        return relative.StartsWith('.') ? relative : $"./{relative}";
    }

    private static string Repository(PylockRepository vcs)
    {
        var url = $"{vcs.Type}+{vcs.Url ?? vcs.Path}@{vcs.CommitId}";
        return WithSubdirectory(url, vcs.Subdirectory);
    }

    private static string WithSubdirectory(string place, string? subdirectory) =>
        subdirectory is null ? place : $"{place}#subdirectory={subdirectory}";

    private static ImmutableArray<string> HashesOf(PylockPackage package) =>
        [
            .. (package.Wheels ?? [])
                .Append(package.Sdist)
                .Append(package.Archive)
                .OfType<PylockFile>()
                .SelectMany(file => file.Hashes)
                .Where(hash => hash.Key is "sha256" or "sha384" or "sha512")
                .Select(hash => $"{hash.Key}:{hash.Value}")
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];
}
