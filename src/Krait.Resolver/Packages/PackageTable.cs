using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Packages;

/// <summary>The packages of one resolution and their ids. Append-only, shared by all forks.</summary>
internal sealed class PackageTable
{
    public static PackageId Python => new(1);

    private readonly Dictionary<PackageName, NameId> nameIds = [];
    private readonly List<PackageName> names = [];
    private readonly Dictionary<PackageKey, PackageId> ids = [];
    private readonly List<PackageKey> keys = [];

    public PackageTable()
    {
        Intern(new PackageKey(PackageKind.Root, NameId.None, Extra: null, Marker.True));
        Intern(new PackageKey(PackageKind.Python, NameId.None, Extra: null, Marker.True));
    }

    public int Count => keys.Count;

    public PackageKey this[PackageId package] => keys[package.Value];

    public PackageName NameAt(NameId name) => names[name.Value];

    /// <summary>The name of a package that has one.</summary>
    public PackageName NameOf(PackageId package) => NameAt(keys[package.Value].Name);

    public NameId IdOf(PackageName name)
    {
        if (!nameIds.TryGetValue(name, out var id))
        {
            nameIds.Add(name, id = new NameId(names.Count));
            names.Add(name);
        }

        return id;
    }

    /// <summary>A distribution, or what an extra adds to it, as it is asked for under a marker.</summary>
    public PackageId Content(NameId name, ExtraName? extra, Marker marker) =>
        Intern(new PackageKey(PackageKind.Content, name, extra, marker));

    /// <summary>What stands for a requirement: the distribution itself where it has neither extra nor marker.</summary>
    public PackageId Asked(NameId name, ExtraName? extra, Marker marker) =>
        extra is null && marker.IsTrue
            ? Content(name, extra: null, Marker.True)
            : Intern(new PackageKey(PackageKind.Proxy, name, extra, marker));

    /// <summary>Something of the machine.</summary>
    public PackageId System(string name) =>
        Intern(new PackageKey(PackageKind.System, NameId.None, Extra: null, Marker.True) { System = name });

    private PackageId Intern(PackageKey key)
    {
        if (!ids.TryGetValue(key, out var id))
        {
            ids.Add(key, id = new PackageId(keys.Count));
            keys.Add(key);
        }

        return id;
    }
}
