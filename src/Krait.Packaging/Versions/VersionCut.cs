namespace Krait.Packaging.Versions;

/// <summary>
/// A place between versions, where an interval starts or ends: just below a version, or just above one version alone (below the
/// local labels that extend it). One place has one spelling: the place above 1.0 and all its local labels is the one below
/// 1.0.post0.dev0, so equal places are equal values.
/// </summary>
/// <param name="Version">The version beside the place.</param>
/// <param name="IsAbove">Whether the place is above that version.</param>
internal readonly record struct VersionCut(Version Version, bool IsAbove) : IComparable<VersionCut>
{
    public static VersionCut Below(Version version) => new(version, IsAbove: false);

    public static VersionCut Above(Version version) => new(version, IsAbove: true);

    /// <summary>Whether this is below every version, as 0.dev0 is the first.</summary>
    public bool IsBelowAll =>
        !IsAbove && Version is { Epoch: 0, Dev: 0, Pre: null, Post: null, Local: null } && IsZero();

    /// <summary>Above the version and all its local labels.</summary>
    public static VersionCut AboveLocals(Version version)
    {
        if (version.Dev is { } dev)
            return Below(Version.Create(version.Epoch, version.Release, version.Pre, version.Post, dev + 1));
        return Below(Version.Create(version.Epoch, version.Release, version.Pre, version.Post + 1 ?? 0, 0));
    }

    /// <summary>Above the version, its local labels and all its post-releases: where `>V` starts.</summary>
    public static VersionCut AbovePosts(Version version)
    {
        if (version.Dev is not null || version.Post is not null)
            return AboveLocals(version);
        return version.Pre is { } pre
            ? Below(Version.Create(version.Epoch, version.Release, pre with { Number = pre.Number + 1 }, null, 0))
            : Below(Version.Create(version.Epoch, version.Release, null, Version.BeyondPosts));
    }

    /// <summary>Below the version and its own pre-releases: where `&lt;V` ends.</summary>
    public static VersionCut BelowPrereleases(Version version) =>
        Below(
            version.IsPrerelease
                ? version
                : Version.Create(version.Epoch, version.Release, version.Pre, version.Post, 0)
        );

    /// <summary>Whether the version lies after this place.</summary>
    public bool IsBefore(Version version)
    {
        var order = version.CompareTo(Version);
        return IsAbove ? order > 0 : order >= 0;
    }

    public int CompareTo(VersionCut other)
    {
        var order = Version.CompareTo(other.Version);
        return order != 0 ? order : IsAbove.CompareTo(other.IsAbove);
    }

    public static bool operator <(VersionCut left, VersionCut right) => left.CompareTo(right) < 0;

    public static bool operator >(VersionCut left, VersionCut right) => left.CompareTo(right) > 0;

    public static bool operator <=(VersionCut left, VersionCut right) => left.CompareTo(right) <= 0;

    public static bool operator >=(VersionCut left, VersionCut right) => left.CompareTo(right) >= 0;

    private bool IsZero() => !Version.Release.ContainsAnyExcept(0UL);
}
