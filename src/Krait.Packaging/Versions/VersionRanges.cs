using System.Diagnostics.CodeAnalysis;

namespace Krait.Packaging.Versions;

/// <summary>
/// A set of versions: sorted places at which membership changes, and whether the versions below the first place belong to it.
/// Immutable, with value equality; two sets are equal exactly when they hold the same versions.
/// </summary>
public sealed class VersionRanges : IEquatable<VersionRanges>
{
    private readonly VersionCut[] cuts;
    private readonly bool startsInside;
    private int hash;

    private VersionRanges(VersionCut[] cuts, bool startsInside)
    {
        this.cuts = cuts;
        this.startsInside = startsInside;
    }

    /// <summary>No version.</summary>
    public static VersionRanges Empty { get; } = new([], startsInside: false);

    /// <summary>Every version.</summary>
    public static VersionRanges All { get; } = new([], startsInside: true);

    /// <summary>Whether no version belongs to the set.</summary>
    public bool IsEmpty => cuts.Length == 0 && !startsInside;

    /// <summary>Whether every version belongs to the set.</summary>
    public bool IsAll => cuts.Length == 0 && startsInside;

    /// <summary>The intervals of the set, in order.</summary>
    public VersionSegments Segments => new(this);

    internal ReadOnlySpan<VersionCut> Cuts => cuts;

    internal bool StartsInside => startsInside;

    /// <summary>That version alone, local label included.</summary>
    public static VersionRanges Singleton(Version version) =>
        Between(VersionCut.Below(version), VersionCut.Above(version));

    /// <summary>The versions that a specifier accepts, local versions and the rules for pre- and post-releases included.</summary>
    /// <param name="specifierOperator">Any operator but the arbitrary one.</param>
    /// <param name="version">What is compared with; for the star forms, the prefix.</param>
    public static VersionRanges From(SpecifierOperator specifierOperator, Version version) =>
        specifierOperator switch
        {
            SpecifierOperator.Equal => EqualTo(version),
            SpecifierOperator.NotEqual => EqualTo(version).Complement(),
            SpecifierOperator.EqualStar => StartingWith(version, version.ReleaseLength),
            SpecifierOperator.NotEqualStar => StartingWith(version, version.ReleaseLength).Complement(),
            SpecifierOperator.Compatible => From(SpecifierOperator.GreaterEqual, version)
                .Intersect(StartingWith(version, version.ReleaseLength - 1)),
            SpecifierOperator.Less => Until(VersionCut.BelowPrereleases(version)),
            SpecifierOperator.LessEqual => Until(VersionCut.AboveLocals(version)),
            SpecifierOperator.Greater => StartingAt(VersionCut.AbovePosts(version)),
            SpecifierOperator.GreaterEqual => StartingAt(VersionCut.Below(version)),
            _ => throw new ArgumentOutOfRangeException(nameof(specifierOperator)),
        };

    /// <summary>All versions at or above that one: `>=`.</summary>
    public static VersionRanges AtLeast(Version version) => StartingAt(VersionCut.Below(version));

    /// <summary>All versions strictly below that one, its own pre-releases included (unlike the specifier `&lt;`).</summary>
    public static VersionRanges StrictlyBelow(Version version) => Until(VersionCut.Below(version));

    /// <summary>All versions strictly above that one, its local labels and post-releases included (unlike the specifier `>`).</summary>
    public static VersionRanges StrictlyAbove(Version version) => StartingAt(VersionCut.Above(version));

    /// <summary>All versions at or below that very one (its local labels excluded, unlike the specifier `&lt;=`).</summary>
    public static VersionRanges AtMost(Version version) => Until(VersionCut.Above(version));

    /// <summary>Whether the version belongs to the set.</summary>
    public bool Contains(Version version)
    {
        var low = 0;
        var high = cuts.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (cuts[middle].IsBefore(version))
                low = middle + 1;
            else
                high = middle;
        }

        return startsInside ^ ((low & 1) != 0);
    }

    /// <summary>The versions that do not belong to this set.</summary>
    public VersionRanges Complement()
    {
        if (cuts.Length == 0)
            return startsInside ? Empty : All;
        return new VersionRanges(cuts, !startsInside);
    }

    /// <summary>The versions of both sets.</summary>
    public VersionRanges Intersect(VersionRanges other)
    {
        if (IsAll || other.IsEmpty || ReferenceEquals(this, other))
            return other;
        return other.IsAll || IsEmpty ? this : Combine(this, other, isIntersection: true);
    }

    /// <summary>The versions of either set.</summary>
    public VersionRanges Union(VersionRanges other)
    {
        if (IsEmpty || other.IsAll || ReferenceEquals(this, other))
            return other;
        return other.IsEmpty || IsAll ? this : Combine(this, other, isIntersection: false);
    }

    /// <summary>The versions of this set that are not in the other.</summary>
    public VersionRanges Except(VersionRanges other) => Intersect(other.Complement());

    /// <summary>Whether every version of this set belongs to the other.</summary>
    public bool IsSubsetOf(VersionRanges other) => !Overlaps(other, flipOther: true);

    /// <summary>Whether no version belongs to both sets.</summary>
    public bool IsDisjointFrom(VersionRanges other) => !Overlaps(other, flipOther: false);

    /// <summary>The only version of the set: of a <see cref="Singleton"/>, or of an `==` whose local labels are left aside.</summary>
    public bool TryGetSingleton([NotNullWhen(true)] out Version? version)
    {
        version = null;
        // What starts below all versions starts with the first of them, 0.dev0.
        var isOne = startsInside ? cuts.Length == 1 : cuts.Length == 2 && !cuts[0].IsAbove;
        if (!isOne)
            return false;
        var candidate = startsInside ? Version.Create(0, [0], dev: 0) : cuts[0].Version;
        if (cuts[^1] == VersionCut.Above(candidate) || cuts[^1] == VersionCut.AboveLocals(candidate))
            version = candidate;
        return version is not null;
    }

    /// <summary>
    /// A set with fewer and shorter intervals that holds the same of the <paramref name="known"/> versions (ascending): what a
    /// message says about the versions that exist.
    /// </summary>
    public VersionRanges Simplify(IReadOnlyList<Version> known) => VersionSimplifier.Simplify(this, known);

    public bool Equals(VersionRanges? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        return other is not null
            && startsInside == other.startsInside
            && cuts.Length == other.cuts.Length
            && (ReferenceEquals(cuts, other.cuts) || (GetHashCode() == other.GetHashCode() && HasCutsOf(other)));
    }

    public override bool Equals(object? obj) => Equals(obj as VersionRanges);

    public override int GetHashCode() => hash != 0 ? hash : hash = ComputeHash();

    /// <summary>`>=1,&lt;2 | ==3`; `*` for every version and `∅` for none.</summary>
    public override string ToString() => VersionRangesText.Format(this);

    internal static VersionRanges StartingAt(VersionCut cut) =>
        cut.IsBelowAll ? All : new VersionRanges([cut], startsInside: false);

    internal static VersionRanges Until(VersionCut cut) =>
        cut.IsBelowAll ? Empty : new VersionRanges([cut], startsInside: true);

    internal static VersionRanges Between(VersionCut start, VersionCut end)
    {
        if (end <= start)
            return Empty;
        return start.IsBelowAll ? Until(end) : new VersionRanges([start, end], startsInside: false);
    }

    internal static VersionRanges FromCuts(ReadOnlySpan<VersionCut> cuts, bool startsInside)
    {
        if (cuts.IsEmpty)
            return startsInside ? All : Empty;
        return new VersionRanges(cuts.ToArray(), startsInside);
    }

    private static VersionRanges EqualTo(Version version) =>
        version.IsLocal ? Singleton(version) : Between(VersionCut.Below(version), VersionCut.AboveLocals(version));

    /// <summary>From X.Y.dev0 to X.(Y+1).dev0, where X.Y are the first numbers of the release.</summary>
    private static VersionRanges StartingWith(Version version, int length)
    {
        var release = version.Release[..length];
        Span<ulong> next = length <= 16 ? stackalloc ulong[length] : new ulong[length];
        release.CopyTo(next);
        next[^1]++;
        return Between(
            VersionCut.Below(Version.Create(version.Epoch, release, dev: 0)),
            VersionCut.Below(Version.Create(version.Epoch, next, dev: 0))
        );
    }

    private static VersionRanges Combine(VersionRanges left, VersionRanges right, bool isIntersection)
    {
        var result = new VersionCut[left.cuts.Length + right.cuts.Length];
        var count = 0;
        var isInsideAtStart = Joined(left.startsInside, right.startsInside, isIntersection);
        var walk = new VersionRangesWalk(left, right, flipRight: false);
        var isInside = isInsideAtStart;
        while (walk.TryMoveNext(out var cut))
        {
            if (Joined(walk.IsInLeft, walk.IsInRight, isIntersection) == isInside)
                continue;
            isInside = !isInside;
            result[count++] = cut;
        }

        // A set that comes out unchanged is returned itself: the solver keeps and compares many.
        if (isInsideAtStart == left.startsInside && result.AsSpan(0, count).SequenceEqual(left.cuts))
            return left;
        if (isInsideAtStart == right.startsInside && result.AsSpan(0, count).SequenceEqual(right.cuts))
            return right;
        if (count == 0)
            return isInsideAtStart ? All : Empty;
        if (count < result.Length)
            Array.Resize(ref result, count);
        return new VersionRanges(result, isInsideAtStart);
    }

    private static bool Joined(bool left, bool right, bool isIntersection) =>
        isIntersection ? left && right : left || right;

    private bool Overlaps(VersionRanges other, bool flipOther)
    {
        var walk = new VersionRangesWalk(this, other, flipOther);
        if (walk.IsInLeft && walk.IsInRight)
            return true;
        while (walk.TryMoveNext(out _))
        {
            if (walk.IsInLeft && walk.IsInRight)
                return true;
        }

        return false;
    }

    private bool HasCutsOf(VersionRanges other)
    {
        for (var i = 0; i < cuts.Length; i++)
        {
            if (cuts[i].CompareTo(other.cuts[i]) != 0)
                return false;
        }

        return true;
    }

    private int ComputeHash()
    {
        var mixed = startsInside ? 17 : 3;
        foreach (var cut in cuts)
            mixed = (mixed * 31) + (cut.Version.GetHashCode() ^ (cut.IsAbove ? 0x5bd1e995 : 0));
        return mixed == 0 ? 1 : mixed;
    }
}
