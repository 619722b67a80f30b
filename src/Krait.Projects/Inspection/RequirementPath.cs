using System.Collections.Immutable;

namespace Krait.Projects.Inspection;

/// <summary>How an installed package came to be there: from what a user asked for, over who requires whom.</summary>
public static class RequirementPath
{
    /// <summary>The shortest way to a package, it included; alone where nothing requires it.</summary>
    public static ImmutableArray<InstalledPackage> To(InstalledPackage package)
    {
        var previous = new Dictionary<InstalledPackage, InstalledPackage?> { [package] = null };
        var pending = new Queue<InstalledPackage>([package]);
        var end = package;
        while (pending.TryDequeue(out var next))
        {
            end = next;
            // A path may start at a package that the user named, whoever else requires it.
            if (next.RequiredBy.IsEmpty || (next.Distribution.IsRequested && next != package))
                break;
            foreach (var requirer in next.RequiredBy)
            {
                if (previous.TryAdd(requirer, next))
                    pending.Enqueue(requirer);
            }
        }

        var path = ImmutableArray.CreateBuilder<InstalledPackage>();
        for (var step = end; step is not null; step = previous[step])
            path.Add(step);
        return path.ToImmutable();
    }

    /// <summary>The way to a package in one line: `app 1.0 -> celery 4.1.0`; null where nothing requires it.</summary>
    public static string? Describe(InstalledPackage package) =>
        To(package) is { Length: > 1 } path ? string.Join(" -> ", path) : null;
}
