using System.Collections.Immutable;
using System.Text;
using Krait.Environments.Layouts;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Environments.Installed;

/// <summary>What is installed in an environment, by normalized name.</summary>
public sealed class InstalledDistributions
{
    private readonly Dictionary<PackageName, InstalledDistribution> byName;

    private InstalledDistributions(
        ImmutableArray<InstalledDistribution> all,
        ImmutableArray<InstalledDistribution> broken
    )
    {
        All = all;
        Broken = broken;
        byName = new(all.Length);
        foreach (var distribution in all)
            byName.TryAdd(distribution.Name, distribution);
    }

    /// <summary>Every distribution, in the order of names; one that is there twice comes twice.</summary>
    public ImmutableArray<InstalledDistribution> All { get; }

    /// <summary>Descriptions that are not whole: left by an installation that did not finish.</summary>
    public ImmutableArray<InstalledDistribution> Broken { get; }

    /// <summary>One warning for each name that is there more than once, naming the paths.</summary>
    public IEnumerable<Diagnostic> Duplicates =>
        from distribution in All
        group distribution by distribution.Name into same
        where same.Count() > 1
        select new Diagnostic("duplicate-distribution", $"`{same.Key}` is installed {same.Count()} times")
        {
            Notes = [.. same.Select(d => $"{d.VersionText} at `{d.Path}`")],
            Hints = [$"Uninstall and install it again: `krait pip install --reinstall-package {same.Key} {same.Key}`"],
        };

    /// <summary>One warning for each distribution of which only a part is there.</summary>
    public IEnumerable<Diagnostic> Partial =>
        from distribution in All.Concat(Broken)
        where distribution.IsPartial
        select new Diagnostic("partial-distribution", $"some files of `{distribution}` are missing")
        {
            Notes = [$"its list of files is at `{System.IO.Path.Join(distribution.Path, "RECORD")}`"],
            Hints =
            [
                $"If it does not work, install it again: `krait pip install --reinstall-package {distribution.Name} {distribution.Name}`",
            ],
        };

    /// <summary>The same for those who only look: what is there in part counts as installed, although a change would renew it.</summary>
    public InstalledDistributions WithPartial() =>
        Broken.Any(d => d.IsPartial)
            ? new(Sorted([.. All, .. Broken.Where(d => d.IsPartial)]), [.. Broken.Where(d => !d.IsPartial)])
            : this;

    /// <summary>The distribution of a name, the first when there are several; null when there is none.</summary>
    public InstalledDistribution? Find(PackageName name) => byName.GetValueOrDefault(name);

    /// <summary>Every distribution of a name.</summary>
    public IEnumerable<InstalledDistribution> AllOf(PackageName name) => All.Where(d => d.Name == name);

    /// <summary>Reads the names in an environment's folders of packages.</summary>
    public static InstalledDistributions Read(PythonEnvironment environment)
    {
        var layout = environment.Layout;
        string[] locations = string.Equals(layout.SitePackages, layout.PlatformSitePackages, StringComparison.Ordinal)
            ? [layout.SitePackages]
            : [layout.SitePackages, layout.PlatformSitePackages];
        // Debian keeps its own packages beside those that pip installs.
        return environment.IsVirtual || environment.IsPlace
            ? Read(locations)
            : Read([.. locations.Concat(environment.Interpreter.SitePackages).Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Reads the names in folders of packages; a folder that is missing holds none.</summary>
    public static InstalledDistributions Read(IEnumerable<string> locations)
    {
        var whole = new List<InstalledDistribution>();
        var broken = new List<InstalledDistribution>();
        foreach (var location in locations)
        {
            if (DirectoryHandle.TryOpen(location, out var folder) != FileError.None || folder is null)
                continue;
            using (folder)
            {
                var entries = folder.List();
                var names = entries.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
                foreach (var entry in entries)
                {
                    if (Describe(folder, entry, names) is { } distribution)
                        (distribution.IsComplete ? whole : broken).Add(distribution);
                }
            }
        }

        return new InstalledDistributions(Sorted(whole), Sorted(broken));
    }

    /// <summary>Whether exactly these versions are installed from an index or anywhere else, by names alone.</summary>
    /// <param name="wanted">The set.</param>
    /// <param name="allowOthers">Whether what is not in the set may be there too.</param>
    public bool Matches(IReadOnlyCollection<(PackageName Name, Version Version)> wanted, bool allowOthers)
    {
        if (!Broken.IsEmpty || All.Length != byName.Count || (!allowOthers && byName.Count != wanted.Count))
            return false;
        foreach (var (name, version) in wanted)
        {
            if (!byName.TryGetValue(name, out var installed) || installed.Version != version)
                return false;
        }

        return true;
    }

    private static ImmutableArray<InstalledDistribution> Sorted(List<InstalledDistribution> distributions)
    {
        distributions.Sort(
            static (a, b) =>
                a.Name.CompareTo(b.Name) is var byName and not 0 ? byName : string.CompareOrdinal(a.Path, b.Path)
        );
        return [.. distributions];
    }

    private static InstalledDistribution? Describe(DirectoryHandle folder, FolderEntry entry, HashSet<string> names)
    {
        var name = entry.Name;
        if (name.EndsWith(".dist-info", StringComparison.Ordinal))
            return DescribeDistInfo(folder, name, names);
        if (name.EndsWith(".egg-link", StringComparison.Ordinal))
            return Make(folder, name, name[..^".egg-link".Length], "", InstalledKind.EggLink);
        if (!name.EndsWith(".egg-info", StringComparison.Ordinal))
            return null;
        var kind = entry.Kind == FileKind.Folder ? InstalledKind.EggInfoFolder : InstalledKind.EggInfoFile;
        // `name-1.0-py3.8.egg-info`; neither name nor version contain a `-` here.
        var parts = name[..^".egg-info".Length].Split('-');
        return Make(folder, name, parts[0], parts.Length > 1 ? parts[1] : VersionOf(folder, name, kind), kind);
    }

    private static InstalledDistribution? DescribeDistInfo(DirectoryHandle folder, string name, HashSet<string> names)
    {
        var stem = name.AsSpan(0, name.Length - ".dist-info".Length);
        var dash = stem.LastIndexOf('-');
        if (dash <= 0 || !PackageName.TryParse(stem[..dash], out var project, out _))
            return null;
        var isDescribed = IsThere(folder, name, "METADATA");
        var isComplete = isDescribed && RecordProbe.HasModules(folder, name, names);
        return new InstalledDistribution(
            project,
            stem[(dash + 1)..].ToString(),
            InstalledKind.DistInfo,
            folder.Path,
            name
        )
        {
            IsComplete = isComplete,
            IsPartial = isDescribed && !isComplete && RecordProbe.HasAnyModule(folder, name),
        };
    }

    private static bool IsThere(DirectoryHandle folder, string name, string file) =>
        folder.TryStatus($"{name}/{file}", out var status) == FileError.None
        && status is { Kind: FileKind.File, Size: > 0 };

    private static InstalledDistribution? Make(
        DirectoryHandle folder,
        string entry,
        string name,
        string version,
        InstalledKind kind
    ) =>
        PackageName.TryParse(name, out var project, out _)
            ? new InstalledDistribution(project, version, kind, folder.Path, entry)
            : null;

    /// <summary>The version in the metadata of an `.egg-info` whose name has none.</summary>
    private static string VersionOf(DirectoryHandle folder, string name, InstalledKind kind)
    {
        var path = kind == InstalledKind.EggInfoFolder ? name + "/PKG-INFO" : name;
        if (folder.TryReadFile(path, 1 << 20, out var content) != FileError.None)
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
