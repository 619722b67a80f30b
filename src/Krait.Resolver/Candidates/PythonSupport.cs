using Krait.Packaging.Versions;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Candidates;

/// <summary>
/// Which Pythons a version supports, by its Requires-Python or by the wheels that it has. For one Python the whole statement counts. For
/// many at once only its lower bound does: an upper bound states what was tried when the version was released, and would send a
/// resolution for all later Pythons back to versions that forgot to state it.
/// </summary>
public sealed class PythonSupport
{
    /// <summary>What a Requires-Python states.</summary>
    public PythonSupport(SpecifierSet specifiers)
        : this(specifiers.ToRanges()) => Specifiers = specifiers;

    /// <summary>What wheels are for.</summary>
    public PythonSupport(VersionRanges pythons)
    {
        Ranges = pythons;
        if (pythons.IsEmpty || pythons.Segments[0].Lower is not { } lower)
            return;
        // As markers see it, release numbers only: `==3.11.*` begins at the first pre-release of 3.11, which is as good as 3.11.
        Lower = lower.OnlyRelease();
        IsLowerIncluded = lower.IsPrerelease || pythons.Segments[0].LowerInclusive;
    }

    /// <summary>As written; null where the tags of wheels state it.</summary>
    public SpecifierSet? Specifiers { get; }

    /// <summary>The supported Pythons.</summary>
    public VersionRanges Ranges { get; }

    /// <summary>The lowest of them; null where there is no bound, or where there are none.</summary>
    public Version? Lower { get; }

    /// <summary>Whether <see cref="Lower"/> itself is among them.</summary>
    public bool IsLowerIncluded { get; } = true;

    /// <summary>The Pythons that are not below the lowest.</summary>
    public VersionRanges FromLower =>
        Lower is null ? VersionRanges.All
        : IsLowerIncluded ? VersionRanges.AtLeast(Lower)
        : VersionRanges.StrictlyAbove(Lower);

    /// <summary>What the Pythons of a fork have to lie in.</summary>
    internal VersionRanges NeededBy(ForkEnvironment environment) => environment.IsUniversal ? FromLower : Ranges;

    /// <summary>
    /// Whether one Python is supported. Of `3.12` without a patch release, the first counts for the lower bound, and any may be the one
    /// that is not excluded.
    /// </summary>
    public bool Allows(Version python)
    {
        if (Ranges.Contains(python))
            return true;
        if (python.Release.Length != 2 || !IsFrom(new PythonBound(python, IsIncluded: true)))
            return false;
        var next = Version.Parse($"{python.Major}.{python.Minor + 1}");
        return !Ranges.IsDisjointFrom(VersionRanges.AtLeast(python).Intersect(VersionRanges.StrictlyBelow(next)));
    }

    /// <summary>Whether all Pythons of a fork are supported.</summary>
    internal bool Allows(ForkEnvironment environment)
    {
        var lowest = environment.LowestPython;
        return environment.IsUniversal ? IsFrom(lowest) : Allows(lowest.Version);
    }

    /// <summary>Whether every Python from a bound on is high enough.</summary>
    private bool IsFrom(PythonBound lowest)
    {
        if (Lower is null)
            return true;
        var order = lowest.Version.CompareTo(Lower);
        return order > 0 || (order == 0 && (IsLowerIncluded || !lowest.IsIncluded));
    }
}
