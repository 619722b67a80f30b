using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Versions;
using Krait.Resolver.Candidates;
using Krait.Resolver.Packages;
using Krait.Resolver.Requests;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Forking;

/// <summary>
/// Versions that are only wheels: forks where a required environment has none, and where a local version (`+cpu`) covers fewer
/// platforms than the version without label.
/// </summary>
internal sealed class PlatformSplitter(ResolutionSession session)
{
    private static readonly Marker[] Platforms =
    [
        Marker.Parse("sys_platform == 'darwin'"),
        Marker.Parse("sys_platform == 'linux'"),
        Marker.Parse("sys_platform == 'win32'"),
    ];

    private readonly Dictionary<(PackageName, int), Marker> coverage = [];

    public PlatformAnswer Check(
        ForkState state,
        PackageId package,
        KnownVersions known,
        int index,
        SelectionOrder order
    )
    {
        var unchanged = new PlatformAnswer(Forks: null, index, Missing: null);
        var required = session.Request.Target is ResolutionTarget.Universal universal
            ? universal.RequiredEnvironments
            : [];
        var version = known.VersionAt(index);
        if (required.IsEmpty && !version.IsLocal)
            return unchanged;
        var covered = CoverageOf(known, index);
        if (covered.IsTrue)
            return unchanged;
        foreach (var environment in required)
        {
            if (!state.Environment.Includes(environment) || !covered.IsDisjointFrom(environment))
                continue;
            // A package that is not asked for in the required environment need not cover it.
            if (AskedWhere(state, known.Name).IsDisjointFrom(environment))
                continue;
            return Divide(state, environment) is { } forks
                ? unchanged with
                {
                    Forks = forks,
                }
                : unchanged with
                {
                    Missing = environment,
                };
        }

        return version.IsLocal ? CheckLocal(state, package, known, index, order, covered) : unchanged;
    }

    private PlatformAnswer CheckLocal(
        ForkState state,
        PackageId package,
        KnownVersions known,
        int index,
        SelectionOrder order,
        Marker covered
    )
    {
        var unchanged = new PlatformAnswer(Forks: null, index, Missing: null);
        var range = session.Ranges[state.Solver.RangeOf(package)];
        var plain = VersionRanges.Singleton(known.VersionAt(index).WithoutLocal());
        var other = session.Selector.Select(known, range.Intersect(plain), order);
        if (other < 0)
            return unchanged;
        var remainder = CoverageOf(known, other).And(covered.Not());
        if (remainder.IsFalse || !state.Environment.Includes(remainder))
            return unchanged;
        if (!state.Environment.Includes(covered))
            return unchanged with { Index = other };
        // Where the local version covers nothing of a platform, the whole platform takes the other: a shorter condition.
        foreach (var platform in Platforms)
        {
            if (covered.IsDisjointFrom(platform) && !remainder.IsDisjointFrom(platform))
                remainder = remainder.Or(platform);
        }

        if (Divide(state, remainder) is not { } forks)
            return unchanged;
        forks[0].Forced = (package, other);
        forks[1].Forced = (package, index);
        return unchanged with { Forks = forks };
    }

    /// <summary>The fork where a marker holds and the one where it does not; null where one of them is empty.</summary>
    private static List<ForkState>? Divide(ForkState state, Marker marker)
    {
        var environment = state.Environment;
        if (!environment.Includes(marker) || !environment.Includes(marker.Not()))
            return null;
        return [state.Fork(environment.Narrow(marker)), state.Fork(environment.Narrow(marker.Not()))];
    }

    private Marker CoverageOf(KnownVersions known, int index)
    {
        if (!coverage.TryGetValue((known.Name, index), out var marker))
        {
            marker =
                session.Selector.Judge(known, index) == Usability.Usable && known.CandidateAt(index)?.Sdist is null
                    ? session
                        .Selector.UsableWheels(known, index)
                        .Aggregate(Marker.False, (all, wheel) => all.Or(WheelMarkers.Of(wheel)))
                    : Marker.True;
            coverage.Add((known.Name, index), marker);
        }

        return marker;
    }

    /// <summary>Where a name is asked for, as far as the partial solution tells.</summary>
    private Marker AskedWhere(ForkState state, PackageName name)
    {
        var markers = new Dictionary<PackageName, Marker>();
        var changed = true;
        while (changed)
        {
            changed = false;
            foreach (var package in state.Solver.Decisions)
            {
                var key = session.Packages[package];
                if (key.Kind is not (PackageKind.Root or PackageKind.Content))
                    continue;
                var from =
                    key.Kind == PackageKind.Root
                        ? Marker.True
                        : markers.GetValueOrDefault(session.Packages.NameAt(key.Name), Marker.False);
                if (from.IsFalse || !state.Visits.TryGetValue((package, state.Solver.RangeOf(package)), out var visit))
                    continue;
                foreach (var active in visit.Requirements)
                {
                    var before = markers.GetValueOrDefault(active.Requirement.Name, Marker.False);
                    var after = before.Or(from.And(active.Marker));
                    changed |= after != before;
                    markers[active.Requirement.Name] = after;
                }
            }
        }

        return markers.GetValueOrDefault(name, Marker.False);
    }
}
