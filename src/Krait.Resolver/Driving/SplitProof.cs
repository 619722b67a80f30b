using Krait.Packaging.Markers;
using Krait.Resolver.Forking;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Driving;

/// <summary>
/// A proof that no environment takes part in as a whole: `a` is needed on Windows only, and what `a` needs everywhere else does not
/// exist. Each of its requirements is in force somewhere in the fork, but not all of them anywhere, so that it proves nothing.
/// </summary>
internal static class SplitProof
{
    /// <summary>
    /// The parts of a fork that are to be solved in its place, the first one last; null where the proof holds. In each part the requirement
    /// that contradicts those before it is either in force everywhere or left out, so that dividing comes to an end.
    /// </summary>
    public static List<ForkState>? Divide(ResolutionSession session, ForkState state, IncompatibilityId proof)
    {
        var environment = state.Environment;
        if (!environment.IsUniversal)
            return null;
        var all = environment.Marker;
        foreach (var edge in new ProofReader(session, state.Solver.Incompatibilities, proof).Edges)
        {
            var condition = edge.Dependency.Marker;
            if (condition.IsTrue)
                continue;
            var both = all.And(condition);
            if (!environment.CanHold(both))
                return Parts(session, environment, condition);
            all = both;
        }

        return null;
    }

    /// <summary>
    /// The fork where a condition holds and the one where it does not, from the beginning: what the solver learned rests on requirements
    /// that one of them does not have.
    /// </summary>
    private static List<ForkState> Parts(ResolutionSession session, ForkEnvironment environment, Marker condition)
    {
        session.Trace?.Invoke($"What failed is needed nowhere: resolving separately where `{condition}`");
        var parts = environment.Split(condition).Reverse();
        var ordered = session.Request.TakesLowestPythonsFirst
            ? parts.OrderByDescending(part => part.LowestPython)
            : parts.OrderBy(part => part.LowestPython);
        return [.. ordered.Select(part => ForkState.Begin(session, part))];
    }
}
