using Krait.Packaging.Markers;
using Krait.Resolver.Candidates;
using Krait.Resolver.Packages;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Forking;

/// <summary>
/// Decides where one solution cannot or should not serve all environments. `docs/forking.md` gives the rules.
/// </summary>
internal sealed class ForkSplitter(ResolutionSession session)
{
    /// <summary>The parts of a fork that need different things, lowest priority first; one part when all need the same.</summary>
    public List<ForkPart> Split(ForkEnvironment environment, List<Dependency> dependencies)
    {
        var parts = new List<ForkPart> { new(environment, []) };
        foreach (var sameName in ByName(dependencies))
        {
            if (!MayFork(environment, sameName))
            {
                foreach (var part in parts)
                    part.Dependencies.AddRange(sameName.Where(d => part.Environment.Includes(d.Active.Marker)));
                continue;
            }

            foreach (var dependency in sameName)
                parts = SplitOver(environment, parts, dependency);
        }

        parts = SplitOverConflicts(parts);
        if (parts.Count > 1)
            parts = Order(parts);
        return parts;
    }

    /// <summary>The fork below and the fork from a Python that a version needs; null where there is only one of them.</summary>
    public static List<ForkState>? SplitByPython(ForkState state, PythonSupport support, ResolutionRequest request)
    {
        if (
            request.Target is not ResolutionTarget.Universal { Strategy: ForkStrategy.RequiresPython }
            || support.Lower is null
        )
        {
            return null;
        }

        var environment = state.Environment;
        var upper = support.FromLower;
        if (environment.Pythons.IsDisjointFrom(upper))
            return null;
        var below = Marker.FromPython(environment.Pythons.Except(upper));
        var above = Marker.FromPython(environment.Pythons.Intersect(upper));
        var markers = new[] { below, above }.Where(environment.Includes).ToArray();
        var parts = markers.Select(environment.Narrow).ToList();
        // A part that is the whole would be divided in the same way again.
        if (parts.Count == 0 || parts.Exists(part => part.Pythons.Equals(environment.Pythons)))
            return null;
        return [.. parts.Select(state.Fork)];
    }

    /// <summary>By name, ordinally: what a result looks like must not depend on the order of requirements.</summary>
    private IEnumerable<List<Dependency>> ByName(List<Dependency> dependencies) =>
        dependencies
            .GroupBy(d => session.Packages.NameOf(d.Package).Value, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.ToList());

    /// <summary>
    /// One requirement on a name, or several under the same condition, need no fork: unless the condition is a newer Python,
    /// on which alone newer versions may be had, or a URL stands under it, which elsewhere says nothing about the name.
    /// </summary>
    private static bool MayFork(ForkEnvironment environment, List<Dependency> sameName)
    {
        var marker = sameName[0].Active.Marker;
        return sameName.Exists(d => d.Active.Marker != marker)
            || RaisesPython(environment, marker)
            || (!marker.IsTrue && sameName.Exists(d => d.Active.Requirement.Url is not null));
    }

    private static bool RaisesPython(ForkEnvironment environment, Marker marker)
    {
        if (marker.IsTrue)
            return false;
        var pythons = marker.PythonVersions();
        return !pythons.IsAll
            && !pythons.IsEmpty
            && pythons.Segments[0] is { Lower: { } lower, LowerInclusive: var isIncluded }
            && new PythonBound(lower, isIncluded) > environment.LowestPython;
    }

    /// <summary>Divides each part into where a requirement is in force and where it is not.</summary>
    private List<ForkPart> SplitOver(ForkEnvironment parent, List<ForkPart> parts, Dependency dependency)
    {
        var marker = dependency.Active.Marker;
        if (!parent.Includes(marker))
            return parts;
        if (marker.IsTrue)
        {
            foreach (var part in parts)
                part.Dependencies.Add(dependency);
            return parts;
        }

        var result = new List<ForkPart>(parts.Count * 2);
        foreach (var part in parts)
        {
            session.CancellationToken.ThrowIfCancellationRequested();
            session.CheckForks(result.Count);
            if (!part.Environment.Includes(marker))
            {
                result.Add(part);
                continue;
            }

            if (part.Environment.Includes(marker.Not()))
                AddIfAlive(result, parent, part, part.Environment.Narrow(marker.Not()), added: null);
            AddIfAlive(result, parent, part, part.Environment.Narrow(marker), dependency);
        }

        return result;
    }

    private static void AddIfAlive(
        List<ForkPart> result,
        ForkEnvironment parent,
        ForkPart part,
        ForkEnvironment environment,
        Dependency? added
    )
    {
        if (!parent.IncludesPython(environment.Marker))
            return;
        var dependencies = part.Dependencies.Where(d => environment.Includes(d.Active.Marker)).ToList();
        if (added is { } dependency)
            dependencies.Add(dependency);
        result.Add(new ForkPart(environment, dependencies));
    }

    /// <summary>Where several of a conflict set are asked for: one part without any, and one for each.</summary>
    private List<ForkPart> SplitOverConflicts(List<ForkPart> parts)
    {
        foreach (var set in session.Request.Conflicts)
        {
            var result = new List<ForkPart>();
            foreach (var part in parts)
            {
                var asked = set.Items.Where(item => part.Dependencies.Exists(d => Asks(d, item))).ToList();
                if (asked.Count <= 1)
                {
                    result.Add(part);
                    continue;
                }

                session.CheckForks(result.Count);
                result.Add(WithOnly(part, set, kept: null));
                result.AddRange(asked.Select(item => WithOnly(part, set, item)));
            }

            parts = result;
        }

        return parts;
    }

    private ForkPart WithOnly(ForkPart part, ConflictSet set, ConflictItem? kept)
    {
        var excluded = set.Items.Where(item => !item.Equals(kept)).ToList();
        var dependencies = part.Dependencies.Where(d => !excluded.Exists(item => Asks(d, item))).ToList();
        return new ForkPart(part.Environment.Without(excluded, kept), dependencies);
    }

    private bool Asks(Dependency dependency, ConflictItem item)
    {
        if (dependency.Active.Root?.AskedBy is { } askedBy && askedBy.Equals(item))
            return true;
        var key = session.Packages[dependency.Package];
        return !item.IsGroup
            && key.Extra is { } extra
            && extra.Equals(item.Name)
            && session.Packages.NameAt(key.Name).Equals(item.Package);
    }

    /// <summary>
    /// Higher Pythons are solved first, so that each Python gets the newest versions it can have; where fewer versions are wanted,
    /// lower Pythons are, because what works for them works for higher ones. Then parts with more upper bounds.
    /// </summary>
    private List<ForkPart> Order(List<ForkPart> parts)
    {
        var byPython = session.Request.TakesLowestPythonsFirst
            ? parts.OrderByDescending(part => part.Environment.LowestPython)
            : parts.OrderBy(part => part.Environment.LowestPython);
        return [.. byPython.ThenBy(part => part.Dependencies.Count(HasUpperBound))];
    }

    /// <summary>A URL has one version, so that it bounds more than any range.</summary>
    private bool HasUpperBound(Dependency dependency) =>
        dependency.Active.Requirement.Url is not null
        || (
            session.Ranges[dependency.Set] is { IsEmpty: false, Segments: var segments }
            && segments[segments.Count - 1].Upper is not null
        );
}
