using Krait.Packaging.Markers;
using Krait.Packaging.Names;

namespace Krait.Resolver.Packages;

/// <summary>The packages of one resolution and their numbers. Append-only, shared by all forks.</summary>
internal sealed class PackageTable
{
    public const int Root = 0;
    public const int Python = 1;

    private readonly Dictionary<PackageName, int> nameNumbers = [];
    private readonly List<PackageName> names = [];
    private readonly Dictionary<PackageKey, int> numbers = [];
    private readonly List<PackageKey> keys = [];

    public PackageTable()
    {
        Intern(new PackageKey(PackageKind.Root, -1, Extra: null, Marker.True));
        Intern(new PackageKey(PackageKind.Python, -1, Extra: null, Marker.True));
    }

    public int Count => keys.Count;

    public PackageKey this[int package] => keys[package];

    public PackageName NameAt(int name) => names[name];

    /// <summary>The name of a package that has one.</summary>
    public PackageName NameOf(int package) => names[keys[package].Name];

    public int NumberOf(PackageName name)
    {
        if (!nameNumbers.TryGetValue(name, out var number))
        {
            nameNumbers.Add(name, number = names.Count);
            names.Add(name);
        }

        return number;
    }

    /// <summary>A distribution, or what an extra adds to it, as it is asked for under a marker.</summary>
    public int Content(int name, ExtraName? extra, Marker marker) =>
        Intern(new PackageKey(PackageKind.Content, name, extra, marker));

    /// <summary>What stands for a requirement: the distribution itself where it has neither extra nor marker.</summary>
    public int Asked(int name, ExtraName? extra, Marker marker) =>
        extra is null && marker.IsTrue
            ? Content(name, extra: null, Marker.True)
            : Intern(new PackageKey(PackageKind.Proxy, name, extra, marker));

    /// <summary>Something of the machine.</summary>
    public int System(string name) =>
        Intern(new PackageKey(PackageKind.System, -1, Extra: null, Marker.True) { System = name });

    private int Intern(PackageKey key)
    {
        if (!numbers.TryGetValue(key, out var number))
        {
            numbers.Add(key, number = keys.Count);
            keys.Add(key);
        }

        return number;
    }
}
