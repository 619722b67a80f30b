using Krait.Packaging.Versions;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Candidates;

/// <summary>
/// What a Requires-Python says. Only its lower bound excludes: an upper bound states what was tried when the version was
/// released, and would make the solver fall back to versions that forgot to state it.
/// </summary>
internal sealed class PythonSupport
{
    public PythonSupport(SpecifierSet specifiers)
    {
        Specifiers = specifiers;
        Ranges = specifiers.ToRanges();
        Lower = Ranges.IsEmpty ? null : Ranges.Segments[0].Lower;
        IsLowerIncluded = Ranges.IsEmpty || Ranges.Segments[0].LowerInclusive;
    }

    /// <summary>As written.</summary>
    public SpecifierSet Specifiers { get; }

    /// <summary>The versions it names.</summary>
    public VersionRanges Ranges { get; }

    /// <summary>The lowest version it names; null for none.</summary>
    public Version? Lower { get; }

    /// <summary>Whether <see cref="Lower"/> itself is among them.</summary>
    public bool IsLowerIncluded { get; }

    /// <summary>The versions that are not below it.</summary>
    public VersionRanges FromLower =>
        Lower is null ? VersionRanges.All
        : IsLowerIncluded ? VersionRanges.AtLeast(Lower)
        : VersionRanges.StrictlyAbove(Lower);

    /// <summary>Whether every Python from the given one on is high enough.</summary>
    public bool Allows(PythonBound lowest)
    {
        if (Lower is null)
            return true;
        var order = lowest.Version.CompareTo(Lower);
        return order > 0 || (order == 0 && (IsLowerIncluded || !lowest.IsIncluded));
    }
}
