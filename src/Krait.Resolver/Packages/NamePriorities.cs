using Krait.Resolver.Solving;

namespace Krait.Resolver.Packages;

/// <summary>
/// The order in which packages are decided: by class of their name, then by the order in which names were first seen, then by
/// the order in which the packages of a name were.
/// </summary>
internal sealed class NamePriorities(PackageTable packages) : IPriorities
{
    private readonly Dictionary<NameId, (PriorityClass Class, int Order)> names = [];
    private readonly Dictionary<PackageId, int> packageOrder = [];

    private enum PriorityClass
    {
        Ordinary = 1,
        Culprit,
        Affected,
        Pinned,
        Direct,
    }

    /// <summary>Takes note of a dependency on a package.</summary>
    public void See(PackageId package, bool isPinned, bool isDirect)
    {
        packageOrder.TryAdd(package, packageOrder.Count);
        var name = packages[package].Name;
        if (name.IsNone)
            return;
        var wanted =
            isDirect ? PriorityClass.Direct
            : isPinned ? PriorityClass.Pinned
            : PriorityClass.Ordinary;
        if (!names.TryGetValue(name, out var known))
            names.Add(name, (wanted, names.Count));
        else if (wanted > known.Class)
            names[name] = (wanted, known.Order);
    }

    /// <summary>Versions of the package were refused again and again: it is to be decided before what refused it.</summary>
    public void MarkAffected(PackageId package)
    {
        if (Known(package) is { Class: not PriorityClass.Affected } known)
            names[packages[package].Name] = (PriorityClass.Affected, known.Order);
    }

    /// <summary>The package refused others again and again: it is to be decided after them. Whether that changes anything.</summary>
    public bool MarkCulprit(PackageId package)
    {
        if (Known(package) is not { } known || known.Class is PriorityClass.Affected or PriorityClass.Culprit)
            return false;
        names[packages[package].Name] = (PriorityClass.Culprit, known.Order);
        return true;
    }

    /// <inheritdoc/>
    public ulong PriorityOf(PackageId package)
    {
        var name = packages[package].Name;
        if (name.IsNone)
            return ulong.MaxValue - (ulong)package.Value;
        var (priorityClass, order) = names[name];
        return ((ulong)priorityClass << 56)
            | ((ulong)(uint)(0xFFFFFFF - order) << 28)
            | (uint)(0xFFFFFFF - packageOrder[package]);
    }

    public NamePriorities Copy()
    {
        var copy = new NamePriorities(packages);
        foreach (var (name, value) in names)
            copy.names.Add(name, value);
        foreach (var (package, order) in packageOrder)
            copy.packageOrder.Add(package, order);
        return copy;
    }

    private (PriorityClass Class, int Order)? Known(PackageId package) =>
        packages[package].Name is { IsNone: false } name && names.TryGetValue(name, out var known) ? known : null;
}
