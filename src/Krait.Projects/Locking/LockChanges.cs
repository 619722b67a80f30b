using System.Collections.Immutable;
using Krait.Packaging.Lockfiles;

namespace Krait.Projects.Locking;

/// <summary>What differs between two locks.</summary>
/// <param name="Packages">The packages that differ, by name.</param>
public sealed record LockChanges(ImmutableArray<LockChange> Packages)
{
    /// <summary>Whether no version and no file differs.</summary>
    public bool IsEmpty => Packages.IsEmpty;

    /// <summary>Compares two locks.</summary>
    /// <param name="before">The earlier; null for none.</param>
    /// <param name="after">The later.</param>
    public static LockChanges Between(Pylock? before, Pylock after)
    {
        var (old, now) = (ByName(before), ByName(after));
        var changes = old
            .Keys.Union(now.Keys, StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(name => Compare(name, old.GetValueOrDefault(name, []), now.GetValueOrDefault(name, [])))
            .OfType<LockChange>();
        return new LockChanges([.. changes]);
    }

    private static Dictionary<string, ImmutableArray<PylockPackage>> ByName(Pylock? pylock) =>
        (pylock?.Packages ?? [])
            .GroupBy(package => package.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToImmutableArray(), StringComparer.Ordinal);

    private static LockChange? Compare(
        string name,
        ImmutableArray<PylockPackage> old,
        ImmutableArray<PylockPackage> now
    )
    {
        var (before, after) = (Versions(old), Versions(now));
        var digests = now.Where(package => old.Any(other => HasOtherDigests(other, package)))
            .Select(VersionOf)
            .Distinct(StringComparer.Ordinal)
            .ToImmutableArray();
        return before.SequenceEqual(after, StringComparer.Ordinal) && digests.IsEmpty
            ? null
            : new LockChange(name, before, after) { ChangedDigests = digests };
    }

    private static ImmutableArray<string> Versions(ImmutableArray<PylockPackage> packages) =>
        [.. packages.OrderBy(package => package.Version).Select(VersionOf).Distinct(StringComparer.Ordinal)];

    /// <summary>The version, or what tells a source from others.</summary>
    private static string VersionOf(PylockPackage package) =>
        package switch
        {
            { Vcs: { } vcs } => $"{vcs.Url ?? vcs.Path}@{vcs.CommitId[..Math.Min(12, vcs.CommitId.Length)]}",
            { Directory: { } directory } => directory.Path,
            { Archive: { } archive } => archive.Url ?? archive.Path ?? "",
            _ => package.Version?.ToString() ?? "",
        };

    /// <summary>Whether two packages of one version have a file of one name with digests of one kind that differ.</summary>
    private static bool HasOtherDigests(PylockPackage old, PylockPackage now)
    {
        if (!string.Equals(VersionOf(old), VersionOf(now), StringComparison.Ordinal))
            return false;
        var known = Files(old).ToLookup(file => file.FileName, StringComparer.Ordinal);
        return Files(now)
            .Any(file =>
                known[file.FileName].Any()
                && !known[file.FileName].Any(other => other.Hashes.Intersect(file.Hashes).Any())
            );
    }

    private static IEnumerable<PylockFile> Files(PylockPackage package) =>
        (package.Wheels ?? []).Append(package.Sdist).Append(package.Archive).OfType<PylockFile>();
}

/// <summary>How one package differs between two locks.</summary>
/// <param name="Name">The package.</param>
/// <param name="Before">Its versions in the earlier lock.</param>
/// <param name="After">Its versions in the later lock.</param>
public sealed record LockChange(string Name, ImmutableArray<string> Before, ImmutableArray<string> After)
{
    /// <summary>Versions of which a file has other digests than before: what nobody publishes on purpose.</summary>
    public ImmutableArray<string> ChangedDigests { get; init; } = [];
}
