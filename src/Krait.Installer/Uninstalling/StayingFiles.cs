using Krait.Environments.Installed;

namespace Krait.Installer.Uninstalling;

/// <summary>
/// Which files belong to distributions that a change leaves in place. Their lists are read when somebody first asks, and only once:
/// what is checked before a change and what is spared by it are the same.
/// </summary>
internal sealed class StayingFiles(IEnumerable<InstalledDistribution> staying)
{
    private Dictionary<string, InstalledDistribution>? owners;

    /// <summary>All of them, as their lists spell them.</summary>
    public IEnumerable<string> Paths => Owners.Keys;

    private Dictionary<string, InstalledDistribution> Owners => owners ??= Read();

    /// <summary>What stays of an environment when some of it goes.</summary>
    public static StayingFiles Without(InstalledDistributions installed, IEnumerable<InstalledDistribution> going)
    {
        var paths = going.Select(d => d.Path).ToHashSet(StringComparer.Ordinal);
        return new StayingFiles(installed.All.Where(d => !paths.Contains(d.Path)));
    }

    /// <summary>Whom a file belongs to; null when nobody who stays lists it.</summary>
    public InstalledDistribution? OwnerOf(string path) => Owners.GetValueOrDefault(path);

    private Dictionary<string, InstalledDistribution> Read()
    {
        var found = new Dictionary<string, InstalledDistribution>(StringComparer.Ordinal);
        foreach (var distribution in staying)
        {
            foreach (var file in OwnedFiles.Read(distribution, distribution.Location, distribution.EntryName) ?? [])
                found.TryAdd(file, distribution);
        }

        return found;
    }
}
