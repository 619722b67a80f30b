using System.Collections.Immutable;
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
        where !distribution.IsForeign
        group distribution by distribution.Name into same
        where same.Count() > 1
        select new Diagnostic("duplicate-distribution", $"`{same.Key}` is installed {same.Count()} times")
        {
            Notes = [.. same.Select(d => $"{d.VersionText} at `{d.Path}`")],
            Hints = [$"Uninstall and install it again: {Control.Reinstall.With(same.Key.Value)}"],
        };

    /// <summary>One warning for each distribution that is listed although a part of it is missing.</summary>
    public IEnumerable<Diagnostic> Partial => Broken.Where(IsListed).Select(WarningOf);

    /// <summary>One warning for each description that a list leaves out, because nothing is there that it describes.</summary>
    public IEnumerable<Diagnostic> LeftOut => Broken.Where(d => !d.IsPartial && Find(d.Name) is null).Select(WarningOf);

    /// <summary>The same for those who only look: what is there in part counts as installed, although a change would renew it.</summary>
    public InstalledDistributions WithPartial()
    {
        var shown = Broken.Where(IsListed).ToList();
        return shown.Count > 0 ? new(Sorted([.. All, .. shown]), [.. Broken.Except(shown)]) : this;
    }

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
            : Read(locations, environment.Interpreter.SitePackages.Except(locations, StringComparer.Ordinal));
    }

    /// <summary>Reads the names in folders of packages; a folder that is missing holds none.</summary>
    public static InstalledDistributions Read(IEnumerable<string> locations) => Read(locations, []);

    /// <summary>Reads the names in folders of packages, some of which belong to the system.</summary>
    /// <param name="own">The folders that may be changed.</param>
    /// <param name="foreign">Those that come behind them on the path, in order: what is in several of them is hidden by the first.</param>
    public static InstalledDistributions Read(IEnumerable<string> own, IEnumerable<string> foreign)
    {
        var whole = new List<InstalledDistribution>();
        var broken = new List<InstalledDistribution>();
        var hidden = new HashSet<PackageName>();
        foreach (var location in own)
            AddFrom(location, isForeign: false);
        hidden.UnionWith(whole.Select(distribution => distribution.Name));
        foreach (var location in foreign)
        {
            AddFrom(location, isForeign: true);
            hidden.UnionWith(whole.Select(distribution => distribution.Name));
        }

        return new InstalledDistributions(Sorted(whole), Sorted(broken));

        void AddFrom(string location, bool isForeign)
        {
            if (DirectoryHandle.TryOpen(location, out var folder) != FileError.None || folder is null)
                return;
            using (folder)
            {
                foreach (var distribution in new DistributionReader(folder, isForeign).Read())
                {
                    if (!isForeign || !hidden.Contains(distribution.Name))
                        (distribution.IsComplete ? whole : broken).Add(distribution);
                }
            }
        }
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

    private bool IsListed(InstalledDistribution broken) => broken.IsPartial && Find(broken.Name) is null;

    private static Diagnostic WarningOf(InstalledDistribution distribution)
    {
        const string NotDescribed = "its METADATA is missing or empty";
        return distribution.IsPartial
            ? new Diagnostic(
                "partial-distribution",
                distribution.IsDescribed
                    ? $"some files of `{distribution}` are missing"
                    : $"`{distribution}` is incomplete: {NotDescribed}"
            )
            {
                Notes = [$"its metadata is in `{distribution.Path}`"],
                Hints = [$"If it does not work, install it again: {Control.Reinstall.With(distribution.Name.Value)}"],
            }
            : new Diagnostic("broken-distribution", $"`{distribution}` is skipped: it is not completely installed")
            {
                Notes =
                [
                    $"`{distribution.Path}` exists, but {(distribution.IsDescribed ? "its files do not" : NotDescribed)}",
                ],
                Hints = [$"Reinstall it, or remove the remains: {Control.Uninstall.With(distribution.Name.Value)}"],
            };
    }
}
