using System.Collections.Immutable;
using System.Text;
using Krait.Packaging.Names;
using Krait.Platform.Files;

namespace Krait.Environments.Installed;

/// <summary>Reads what is installed in one folder of packages from the names in it, and from no more files than it takes to be sure.</summary>
/// <param name="folder">The folder.</param>
/// <param name="isForeign">Whether what is in it belongs to the system, and not to the environment.</param>
internal sealed class DistributionReader(DirectoryHandle folder, bool isForeign)
{
    private const int LongestFile = 1 << 20;
    private const string DistInfo = ".dist-info";
    private const string EggInfo = ".egg-info";
    private const string EggLink = ".egg-link";

    /// <summary>Every distribution, whole or not; one that is described twice in the same way comes once.</summary>
    public IEnumerable<InstalledDistribution> Read()
    {
        var entries = folder.List();
        var names = entries.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        var described = entries.Select(entry => Describe(entry, names)).OfType<InstalledDistribution>().ToList();
        var wheels = described
            .Where(d => d is { Kind: InstalledKind.DistInfo, IsDescribed: true })
            .ToLookup(d => d.Name);
        var eggs = described.ToLookup(d => wheels[d.Name].FirstOrDefault(wheel => IsSameInstallation(wheel, d)));
        foreach (var distribution in eggs[null])
        {
            var others = eggs[distribution].ToImmutableArray();
            yield return others.IsEmpty ? distribution : distribution.With(others);
        }
    }

    /// <summary>
    /// Whether an `.egg-info` tells of the same installation as a `.dist-info`: distributions ship both, and other tools write the older
    /// kind beside the newer one.
    /// </summary>
    private static bool IsSameInstallation(InstalledDistribution wheel, InstalledDistribution other) =>
        other.Kind is InstalledKind.EggInfoFolder or InstalledKind.EggInfoFile
        && (
            wheel.Version is { } version
                ? version == other.Version
                : string.Equals(wheel.VersionText, other.VersionText, StringComparison.Ordinal)
        );

    private InstalledDistribution? Describe(FolderEntry entry, HashSet<string> names)
    {
        var name = entry.Name;
        if (name.EndsWith(DistInfo, StringComparison.Ordinal))
            return DescribeDistInfo(name, names);
        if (name.EndsWith(EggLink, StringComparison.Ordinal))
            return DescribeLink(name);
        if (!name.EndsWith(EggInfo, StringComparison.Ordinal))
            return null;
        var isFolder = FolderTree.IsFolder(Path.Join(folder.Path, name));
        // `name-1.0-py3.8.egg-info`; neither name nor version contain a `-` here.
        var parts = name[..^EggInfo.Length].Split('-');
        if (!PackageName.TryParse(parts[0], out var project, out _))
            return null;
        var version = parts.Length > 1 ? parts[1] : VersionIn(folder, isFolder ? name + "/PKG-INFO" : name);
        var kind = isFolder ? InstalledKind.EggInfoFolder : InstalledKind.EggInfoFile;
        return Made(project, version, kind, name);
    }

    private InstalledDistribution Made(PackageName project, string version, InstalledKind kind, string name) =>
        new(project, version, kind, folder.Path, name) { IsForeign = isForeign };

    private InstalledDistribution? DescribeDistInfo(string name, HashSet<string> names)
    {
        var stem = name.AsSpan(0, name.Length - DistInfo.Length);
        var dash = stem.LastIndexOf('-');
        if (dash <= 0 || !PackageName.TryParse(stem[..dash], out var project, out _))
            return null;
        var isDescribed =
            folder.TryStatus($"{name}/METADATA", out var status) == FileError.None
            && status is { Kind: FileKind.File, Size: > 0 };
        var isComplete = isDescribed && RecordProbe.HasModules(folder, name, names);
        var version = stem[(dash + 1)..].ToString();
        return new InstalledDistribution(project, version, InstalledKind.DistInfo, folder.Path, name)
        {
            IsForeign = isForeign,
            IsDescribed = isDescribed,
            IsComplete = isComplete,
            IsPartial = !isComplete && RecordProbe.HasAnyModule(folder, name),
        };
    }

    /// <summary>
    /// What `setup.py develop` leaves: a file whose first line is the folder of the project's modules, where its `.egg-info` lies, and whose
    /// second line leads from there to the project's own folder.
    /// </summary>
    private InstalledDistribution? DescribeLink(string name)
    {
        var stem = name[..^EggLink.Length];
        if (!PackageName.TryParse(stem, out var project, out _))
            return null;
        var lines =
            folder.TryReadFile(name, LongestFile, out var content) == FileError.None
                ? Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.TrimEntries)
                : [];
        if (lines is not [{ Length: > 0 } first, ..] || first.Contains('\0', StringComparison.Ordinal))
            return Made(project, "", InstalledKind.EggLink, name);
        var modules = Path.GetFullPath(first, folder.Path);
        var up =
            lines is [_, { Length: > 0 } second, ..] && !second.Contains('\0', StringComparison.Ordinal) ? second : ".";
        var (description, version) = FindDescription(modules, project);
        return new InstalledDistribution(project, version, InstalledKind.EggLink, folder.Path, name)
        {
            IsForeign = isForeign,
            ProjectFolder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(up, modules)),
            DescriptionFolder = description,
        };
    }

    /// <summary>The `.egg-info` of a project in the folder of its modules, and the version in it.</summary>
    private static (string? Folder, string Version) FindDescription(string modules, PackageName project)
    {
        if (DirectoryHandle.TryOpen(modules, out var opened) != FileError.None || opened is null)
            return (null, "");
        using (opened)
        {
            foreach (var entry in opened.List().Where(entry => entry.Name.EndsWith(EggInfo, StringComparison.Ordinal)))
            {
                var isProject =
                    PackageName.TryParse(entry.Name[..^EggInfo.Length].Split('-')[0], out var name, out _)
                    && name == project;
                if (isProject)
                    return (Path.Join(modules, entry.Name), VersionIn(opened, entry.Name + "/PKG-INFO"));
            }
        }

        return (null, "");
    }

    /// <summary>The version in the metadata of an `.egg-info`.</summary>
    private static string VersionIn(DirectoryHandle folder, string path)
    {
        if (folder.TryReadFile(path, LongestFile, out var content) != FileError.None)
            return "";
        foreach (var line in Encoding.UTF8.GetString(content).AsSpan().EnumerateLines())
        {
            if (line.IsEmpty)
                break;
            if (line.StartsWith("Version:", StringComparison.OrdinalIgnoreCase))
                return line["Version:".Length..].Trim().ToString();
        }

        return "";
    }
}
