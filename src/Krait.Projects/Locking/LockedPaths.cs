using System.Collections.Immutable;
using Krait.Packaging.Names;

namespace Krait.Projects.Locking;

/// <summary>The ways in which the projects of a workspace come to a package of their lock, the shortest first.</summary>
/// <param name="graph">Who requires whom.</param>
/// <param name="units">What the workspace offers.</param>
public sealed class LockedPaths(LockedGraph graph, LockUnits units)
{
    /// <summary>Finds paths, no more than a few.</summary>
    /// <param name="target">The package.</param>
    /// <param name="most">How many at most.</param>
    public ImmutableArray<LockedPath> Find(LockedNode target, int most)
    {
        var found = ImmutableArray.CreateBuilder<LockedPath>();
        var pending = new Queue<LockedPath>();
        foreach (var unit in units.All)
        {
            foreach (var edge in graph.EdgesOf(unit))
                pending.Enqueue(new LockedPath(unit, [edge]));
        }

        // A node is walked on from by the shortest way only; ways that end in the target are all of interest.
        var walked = new HashSet<(LockUnit, LockedNode, ExtraName?)>();
        while (pending.TryDequeue(out var path) && found.Count < most)
        {
            var end = path.Steps[^1];
            if (end.To.Equals(target))
            {
                found.Add(path);
                continue;
            }

            foreach (var extra in end.Requirement.Extras.Select(one => (ExtraName?)one).Prepend(null))
            {
                if (!walked.Add((path.Start, end.To, extra)))
                    continue;
                foreach (var edge in graph.EdgesOf(end.To, extra))
                    pending.Enqueue(path with { Steps = path.Steps.Add(edge) });
            }
        }

        return found.ToImmutable();
    }
}

/// <summary>A way from a part of a workspace to a package.</summary>
/// <param name="Start">The part.</param>
/// <param name="Steps">The requirements, each with what satisfies it.</param>
public sealed record LockedPath(LockUnit Start, ImmutableArray<LockedEdge> Steps);
