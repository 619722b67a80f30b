using Krait.Packaging.Lockfiles;
using Krait.Packaging.Toml;

namespace Krait.Projects.Exporting;

/// <summary>Writes the chosen parts of a lock as a lock file without choices: what is in it is installed.</summary>
public static class PylockExport
{
    /// <summary>The lock file.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="folder">Where the file will be, which paths start from.</param>
    public static Pylock Build(LockedParts parts, string folder) =>
        parts.Lock.Pylock with
        {
            Extras = [],
            DependencyGroups = [],
            DefaultGroups = [],
            Packages = [.. parts.Packages.Select(part => Package(parts, part, folder))],
            Tool = null,
        };

    private static PylockPackage Package(LockedParts parts, LockedPart part, string folder)
    {
        var package = part.Package;
        var names = parts.Packages.Select(one => one.Package.Name).ToHashSet(StringComparer.Ordinal);
        return package with
        {
            Marker = part.Marker.ToText(),
            Dependencies = [.. package.Dependencies.Where(table => names.Contains(table.GetString("name") ?? ""))],
            Directory = package.Directory is { } directory
                ? directory with
                {
                    Path = Moved(parts, directory.Path, folder),
                }
                : null,
            Archive = Moved(parts, package.Archive, folder),
            Sdist = Moved(parts, package.Sdist, folder),
            Wheels = package.Wheels is { } wheels ? [.. wheels.Select(wheel => Moved(parts, wheel, folder)!)] : null, // none is null
            Tool = Foreign(package.Tool),
        };
    }

    private static PylockFile? Moved(LockedParts parts, PylockFile? file, string folder) =>
        file is { Path: { } path } ? file with { Path = Moved(parts, path, folder) } : file;

    private static string Moved(LockedParts parts, string path, string folder) =>
        Path.IsPathRooted(path)
            ? path
            : Path.GetRelativePath(folder, Path.GetFullPath(path, parts.Workspace.Folder)).Replace('\\', '/');

    private static TomlTable? Foreign(TomlTable? tool)
    {
        var others = new TomlTable();
        foreach (var entry in tool?.Entries ?? [])
        {
            if (entry.Key is not "krait")
                others.Add(entry.Key, entry.Value);
        }

        return others.Count == 0 ? null : others;
    }
}
