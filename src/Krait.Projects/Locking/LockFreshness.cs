using System.Collections.Immutable;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Markers;
using Krait.Packaging.Requirements;
using Krait.Packaging.Versions;

namespace Krait.Projects.Locking;

/// <summary>Whether a lock is up to date: compared with what the manifests say, never with an index.</summary>
internal static class LockFreshness
{
    /// <summary>Why a lock is not up to date, one reason each; empty where it is.</summary>
    public static ImmutableArray<string> FindReasons(WorkspaceLock found, LockInputs inputs)
    {
        if (!found.IsOurs)
            return ["it was not written by krait, and does not say what it was made of"];
        var changed = ChangedFolders(found, inputs)
            .Select(name => $"`{name}` requires something else than before")
            .Concat(PylockGaps.Find(found.Pylock).Select(LockedWheels.Describe));
        if (string.Equals(found.Digest, inputs.Digest, StringComparison.Ordinal))
            return [.. changed];
        var reasons = ImmutableArray.CreateBuilder<string>();
        if (!string.Equals(found.SettingsDigest, inputs.SettingsDigest, StringComparison.Ordinal))
        {
            reasons.Add(
                found.Pylock.RequiresPython is { } python && !python.Equals(inputs.RequiresPython)
                    ? $"`requires-python` was {python}, and is {inputs.RequiresPython}"
                    : "settings, sources, members or options have changed"
            );
        }

        var stated = found.Stated;
        foreach (var key in stated.Keys.Union(inputs.Stated.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (before, now) = (stated.GetValueOrDefault(key, []), inputs.Stated.GetValueOrDefault(key, []));
            reasons.AddRange(now.Except(before, StringComparer.Ordinal).Select(text => $"`{text}` was added ({key})"));
            reasons.AddRange(
                before.Except(now, StringComparer.Ordinal).Select(text => $"`{text}` was removed ({key})")
            );
        }

        if (reasons.Count == 0)
            reasons.Add("its digest does not match what it states");
        return reasons.ToImmutable();
    }

    /// <summary>
    /// Whether only bounds have changed, and the locked versions satisfy the new ones: then nothing has to be asked, and the lock stays as it is but
    /// for what it was made of.
    /// </summary>
    public static bool IsSatisfied(WorkspaceLock found, LockInputs inputs)
    {
        if (
            !found.IsOurs
            || !string.Equals(found.SettingsDigest, inputs.SettingsDigest, StringComparison.Ordinal)
            || !found.Stated.Keys.SequenceEqual(inputs.Stated.Keys, StringComparer.Ordinal)
            || ChangedFolders(found, inputs).Any()
            || !PylockGaps.Find(found.Pylock).IsEmpty
        )
        {
            return false;
        }

        foreach (var (key, now) in inputs.Stated)
        {
            var before = found.Stated[key];
            var (gone, added) = (
                Parse(before.Except(now, StringComparer.Ordinal)),
                Parse(now.Except(before, StringComparer.Ordinal))
            );
            if (gone is null || added is null || gone.Count != added.Count)
                return false;
            if (!added.TrueForAll(one => gone.Exists(old => IsSameButBounds(old, one)) && Satisfies(found, one)))
                return false;
        }

        return true;
    }

    /// <summary>The local packages whose requirements are not those that were locked.</summary>
    private static IEnumerable<string> ChangedFolders(WorkspaceLock found, LockInputs inputs)
    {
        foreach (var package in found.Pylock.Packages)
        {
            if (
                package.Directory is { } directory
                && package.Tool?.GetTable("krait")?.GetString("metadata") is { } stamp
                && !string.Equals(
                    stamp,
                    FolderFacts.StampOf(Path.GetFullPath(directory.Path, inputs.Workspace.Folder)),
                    StringComparison.Ordinal
                )
            )
            {
                yield return package.Name;
            }
        }
    }

    private static bool IsSameButBounds(Requirement old, Requirement now) =>
        old.Name == now.Name
        && old.Marker == now.Marker
        && old.Url is null
        && now.Url is null
        && old.Extras.Order().SequenceEqual(now.Extras.Order())
        // What a bound says about pre-releases decides which versions are looked at.
        && old.Specifiers?.MentionsPrerelease is not true
        && now.Specifiers?.MentionsPrerelease is not true;

    private static bool Satisfies(WorkspaceLock found, Requirement requirement)
    {
        var packages = found
            .Pylock.Packages.Where(package =>
                string.Equals(package.Name, requirement.Name.Value, StringComparison.Ordinal)
                && (
                    package.Marker is null
                    || !Marker.TryParse(package.Marker, out var marker, out _)
                    || !marker.WithoutChoices().IsDisjointFrom(requirement.Marker)
                )
            )
            .ToList();
        return packages.Count > 0
            && packages.TrueForAll(package =>
                package.Version is { } version && (requirement.Specifiers ?? SpecifierSet.Any).Contains(version)
            );
    }

    private static List<Requirement>? Parse(IEnumerable<string> texts)
    {
        var parsed = new List<Requirement>();
        foreach (var text in texts)
        {
            if (!Requirement.TryParse(text, out var requirement, out _))
                return null;
            parsed.Add(requirement);
        }

        return parsed;
    }
}
