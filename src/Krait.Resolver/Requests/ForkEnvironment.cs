using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Versions;

namespace Krait.Resolver.Requests;

/// <summary>
/// The environments that one fork resolves for: one whose markers all have values, or all that a marker and a range of Pythons
/// describe.
/// </summary>
internal sealed class ForkEnvironment
{
    private readonly MarkerEnvironment? specific;
    private readonly Dictionary<Marker, bool> active;
    private readonly Dictionary<(Marker, ExtraName), bool> activeByExtra;
    private readonly ResolutionRequest request;
    private HashSet<PackageName>? direct;

    private ForkEnvironment(
        MarkerEnvironment? specific,
        Marker marker,
        VersionRanges pythons,
        ResolutionRequest request
    )
    {
        this.specific = specific;
        this.request = request;
        Marker = marker;
        Pythons = pythons;
        PythonMarker = specific is null ? Marker.FromPython(pythons) : Marker.True;
        active = [];
        activeByExtra = [];
    }

    /// <summary>Whether this is more than one environment.</summary>
    public bool IsUniversal => specific is null;

    /// <summary>The marker that tells this fork from the others; true when there is only one.</summary>
    public Marker Marker { get; }

    /// <summary>The Pythons of this fork.</summary>
    public VersionRanges Pythons { get; }

    /// <summary>The Pythons as a marker.</summary>
    public Marker PythonMarker { get; }

    /// <summary>Extras and groups that are not installed in this fork.</summary>
    public ImmutableHashSet<ConflictItem> Excluded { get; private init; } = [];

    /// <summary>The lowest Python of this fork.</summary>
    public PythonBound LowestPython =>
        Pythons.Segments[0] is { Lower: { } lower, LowerInclusive: var isIncluded }
            ? new PythonBound(lower, isIncluded)
            : new PythonBound(Zero, IsIncluded: true);

    private static Version Zero { get; } = Version.Parse("0");

    /// <summary>The environment or environments of a request, before anything forks.</summary>
    public static ForkEnvironment For(ResolutionRequest request) =>
        request.Target switch
        {
            ResolutionTarget.Specific target => new ForkEnvironment(
                target.Environment,
                Marker.True,
                VersionRanges.AtLeast(target.Python),
                request
            ),
            ResolutionTarget.Universal target => new ForkEnvironment(
                specific: null,
                Marker.True,
                PythonRange(target.RequiresPython),
                request
            ),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>The part of this fork where a marker holds.</summary>
    public ForkEnvironment Narrow(Marker marker)
    {
        var narrowed = Marker.And(marker);
        var pythons = Pythons.Intersect(Bounding(narrowed.And(PythonMarker).PythonVersions()));
        return new ForkEnvironment(specific, narrowed, pythons.IsEmpty ? Pythons : pythons, request)
        {
            Excluded = Excluded,
            ConflictMarker = ConflictMarker,
        };
    }

    /// <summary>Which of the extras and groups that exclude each other are installed in this fork.</summary>
    public Marker ConflictMarker { get; private init; } = Marker.True;

    /// <summary>All that tells this fork from the others.</summary>
    public Marker FullMarker => Marker.And(ConflictMarker);

    /// <summary>This fork without some extras and groups, and with another if there is one.</summary>
    public ForkEnvironment Without(IReadOnlyList<ConflictItem> items, ConflictItem? kept)
    {
        var marker = ConflictMarker;
        foreach (var item in items)
            marker = marker.And(MarkerOf(item).Not());
        if (kept is not null)
            marker = marker.And(MarkerOf(kept));
        return new ForkEnvironment(specific, Marker, Pythons, request)
        {
            Excluded = Excluded.Union(items),
            ConflictMarker = marker,
        };
    }

    /// <summary>Whether a condition can hold in this fork.</summary>
    public bool Includes(Marker marker) => marker.IsTrue || Marker.IsTrue || !marker.IsDisjointFrom(Marker);

    /// <summary>Whether a condition can hold on the Pythons of this fork.</summary>
    public bool IncludesPython(Marker marker) => marker.IsTrue || !marker.IsDisjointFrom(PythonMarker);

    /// <summary>Whether a requirement of a distribution, or of one of its extras, is in force in this fork.</summary>
    public bool IsActive(Marker marker, ExtraName? extra)
    {
        if (marker.IsTrue)
            return extra is null;
        var plain = IsActiveWithoutExtra(marker);
        if (extra is null || plain)
            return plain && extra is null;
        if (!activeByExtra.TryGetValue((marker, extra), out var result))
        {
            result = specific is null ? CanHold(marker.SimplifyToExtras([extra])) : marker.Evaluate(specific, [extra]);
            activeByExtra.Add((marker, extra), result);
        }

        return result;
    }

    /// <summary>Whether a constraint or override is in force in this fork, whatever the extras.</summary>
    public bool IsActiveWithoutExtra(Marker marker)
    {
        if (marker.IsTrue)
            return true;
        if (!active.TryGetValue(marker, out var result))
        {
            result = specific is null ? CanHold(marker.SimplifyToExtras([])) : marker.Evaluate(specific);
            active.Add(marker, result);
        }

        return result;
    }

    /// <summary>Whether the user asks for a name in this fork.</summary>
    public bool IsDirect(PackageName name)
    {
        if (direct is null)
        {
            direct = [];
            foreach (var root in request.Requirements)
            {
                if (IsActiveWithoutExtra(root.Requirement.Marker))
                    direct.Add(root.Requirement.Name);
            }
        }

        return direct.Contains(name);
    }

    /// <summary>The conditions on which the index of a package depends.</summary>
    public IEnumerable<Marker> IndexMarkers => request.IndexPins.Select(pin => pin.Marker).Distinct();

    /// <summary>The one index that a package must come from in this fork; null where the strategy says which.</summary>
    public string? IndexOf(PackageName name)
    {
        foreach (var pin in request.IndexPins)
        {
            if (pin.Name.Equals(name) && IsActiveWithoutExtra(pin.Marker) && !IsExcluded(pin.AskedBy))
                return pin.Index;
        }

        return null;
    }

    /// <summary>The parts of this fork where a condition holds and where it does not; this fork where it does not matter.</summary>
    public IEnumerable<ForkEnvironment> Split(Marker condition)
    {
        foreach (var part in new[] { condition, condition.Not() })
        {
            if (CanHold(Marker.And(part)))
                yield return Narrow(part);
        }
    }

    /// <summary>From the lowest to the highest Python, without holes.</summary>
    public static VersionRanges Bounding(VersionRanges ranges)
    {
        if (ranges.IsEmpty)
            return ranges;
        var segments = ranges.Segments;
        var (first, last) = (segments[0], segments[segments.Count - 1]);
        var result = VersionRanges.All;
        if (first.Lower is { } lower)
            result = first.LowerInclusive ? VersionRanges.AtLeast(lower) : VersionRanges.StrictlyAbove(lower);
        if (last.Upper is { } upper)
        {
            result = result.Intersect(
                last.UpperInclusive ? VersionRanges.AtMost(upper) : VersionRanges.StrictlyBelow(upper)
            );
        }

        return result;
    }

    private static Marker MarkerOf(ConflictItem item) =>
        item.IsGroup
            ? Marker.FromScopedGroup(item.Package, item.Name)
            : Marker.FromScopedExtra(item.Package, item.Name);

    private bool IsExcluded(ConflictItem? item) => item is not null && Excluded.Contains(item);

    /// <summary>Whether a condition can hold in this fork, on one of its Pythons.</summary>
    public bool CanHold(Marker marker) => !marker.IsFalse && Includes(marker) && IncludesPython(marker);

    private static VersionRanges PythonRange(SpecifierSet requiresPython)
    {
        // As markers see it: release numbers only.
        var ranges = Marker.FromPython(requiresPython.ToRanges()).PythonVersions();
        return ranges.IsEmpty ? VersionRanges.All : Bounding(ranges);
    }
}
