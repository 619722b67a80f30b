using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Resolver.Candidates;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Packages;

/// <summary>
/// The requirements of a distribution, or of one of its extras, that are in force in a fork: markers and extras evaluated, the
/// distribution's extras of itself unfolded, overrides, exclusions and constraints applied.
/// </summary>
internal sealed class RequirementReader
{
    private readonly Dictionary<PackageName, List<Requirement>> constraints = [];
    private readonly Dictionary<PackageName, List<Requirement>> overrides = [];
    private readonly HashSet<PackageName> excludes;
    private readonly ScopedChanges changes;

    public RequirementReader(ResolutionRequest request)
    {
        foreach (var constraint in request.Constraints)
            ListOf(constraints, constraint.Requirement.Name).Add(constraint.Requirement);
        foreach (var replacement in request.Overrides)
            ListOf(overrides, replacement.Requirement.Name).Add(replacement.Requirement);
        excludes = [.. request.Excludes];
        changes = new ScopedChanges(request.ScopedChanges);
    }

    /// <summary>What the user asks for in a fork.</summary>
    public List<ActiveRequirement> ReadRoots(ImmutableArray<RootRequirement> roots, ForkEnvironment environment)
    {
        var result = new List<ActiveRequirement>(roots.Length);
        foreach (var root in roots)
        {
            if (root.AskedBy is { } item && environment.Excluded.Contains(item))
                continue;
            Append(result, root.Requirement, [], new Scope(Extra: null, Marker.True, environment, root));
        }

        return result;
    }

    /// <summary>What a distribution requires, or what one of its extras adds.</summary>
    public List<ActiveRequirement> Read(
        Candidate candidate,
        ImmutableArray<Requirement> published,
        ExtraName? extra,
        ForkEnvironment environment
    )
    {
        var (requirements, settled) = changes.Apply(candidate, published);
        var result = new List<ActiveRequirement>();
        var scope = new Scope(extra, Marker.True, environment, Root: null);
        foreach (var requirement in requirements)
            Append(result, requirement, settled, scope);
        return result.Exists(active => IsOfItself(active, candidate.Name))
            ? Unfold(result, candidate.Name, requirements, settled, environment)
            : result;
    }

    /// <summary>foo[all] requires foo[a] and foo[b]: takes in what those require, without going through the solver.</summary>
    private List<ActiveRequirement> Unfold(
        List<ActiveRequirement> found,
        PackageName name,
        ImmutableArray<Requirement> requirements,
        HashSet<PackageName> settled,
        ForkEnvironment environment
    )
    {
        var seen = new HashSet<(ExtraName, Marker)>();
        var queue = new Queue<(ExtraName Extra, Marker Marker)>();
        foreach (var active in found)
            Enqueue(queue, active, name);
        var added = new List<ActiveRequirement>();
        while (queue.TryDequeue(out var next))
        {
            if (!seen.Add(next))
                continue;
            added.Clear();
            var scope = new Scope(next.Extra, next.Marker, environment, Root: null);
            foreach (var requirement in requirements)
                Append(added, requirement, settled, scope);
            foreach (var active in added)
            {
                if (active.Requirement.Name.Equals(name))
                    Enqueue(queue, active, name);
                else
                    found.Add(active);
            }
        }

        // foo[a] requires foo[b]>=2: the range still holds for foo.
        var own = found.Where(active => IsOfItself(active, name) && active.Requirement.Specifiers is not null).ToList();
        found.RemoveAll(active => IsOfItself(active, name));
        found.AddRange(own.Select(active => active with { Requirement = WithoutExtras(active.Requirement) }));
        return found;
    }

    private static void Enqueue(Queue<(ExtraName, Marker)> queue, ActiveRequirement active, PackageName name)
    {
        if (!active.Requirement.Name.Equals(name))
            return;
        foreach (var extra in active.Requirement.Extras)
            queue.Enqueue((extra, active.Marker));
    }

    private static bool IsOfItself(ActiveRequirement active, PackageName name) =>
        active.Requirement.Extras.Length > 0 && active.Requirement.Name.Equals(name);

    private static Requirement WithoutExtras(Requirement requirement) =>
        new(requirement.Name) { Specifiers = requirement.Specifiers, Marker = requirement.Marker };

    /// <summary>Adds a requirement if it is in force, replaced by its overrides and followed by its constraints.</summary>
    private void Append(
        List<ActiveRequirement> result,
        Requirement requirement,
        HashSet<PackageName> settled,
        in Scope scope
    )
    {
        if (excludes.Count > 0 && excludes.Contains(requirement.Name))
            return;
        var isSettled = settled.Count > 0 && settled.Contains(requirement.Name);
        if (overrides.Count == 0 || isSettled || !overrides.TryGetValue(requirement.Name, out var replacements))
        {
            var source = isSettled ? RequirementSource.Override : RequirementSource.Requirer;
            AppendOne(result, requirement, requirement.Marker, source, scope);
            return;
        }

        foreach (var replacement in replacements)
        {
            var marker = ScopedChanges.MarkerOf(requirement, replacement);
            AppendOne(result, replacement, marker, RequirementSource.Override, scope);
        }
    }

    private void AppendOne(
        List<ActiveRequirement> result,
        Requirement requirement,
        Marker written,
        RequirementSource source,
        in Scope scope
    )
    {
        var environment = scope.Environment;
        if (!environment.IsActive(written, scope.Extra))
            return;
        var marker = WithoutExtras(written, scope.Extra).And(scope.Condition);
        if (
            environment.IsUniversal
            && (marker.IsFalse || !environment.Includes(marker) || !environment.IncludesPython(marker))
        )
        {
            return;
        }

        result.Add(new ActiveRequirement(requirement, marker, scope.Root) { Source = source });
        if (constraints.Count == 0 || !constraints.TryGetValue(requirement.Name, out var applying))
            return;
        foreach (var constraint in applying)
        {
            if (!environment.IsActiveWithoutExtra(constraint.Marker))
                continue;
            var both = WithoutExtras(constraint.Marker, extra: null).And(marker);
            if (
                !environment.IsUniversal
                || (!both.IsFalse && environment.Includes(both) && environment.IncludesPython(both))
            )
            {
                result.Add(
                    new ActiveRequirement(constraint, both, scope.Root) { Source = RequirementSource.Constraint }
                );
            }
        }
    }

    private static Marker WithoutExtras(Marker marker, ExtraName? extra) =>
        marker.IsTrue ? marker
        : extra is null ? marker.SimplifyToExtras([])
        : marker.SimplifyToExtras([extra]);

    private static List<Requirement> ListOf(Dictionary<PackageName, List<Requirement>> lists, PackageName name)
    {
        if (!lists.TryGetValue(name, out var list))
            lists.Add(name, list = []);
        return list;
    }

    /// <summary>Where requirements are read: of which extra, under which condition, in which fork, for which one of the user.</summary>
    private readonly record struct Scope(
        ExtraName? Extra,
        Marker Condition,
        ForkEnvironment Environment,
        RootRequirement? Root
    );
}
