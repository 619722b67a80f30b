using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Resolver.Candidates;
using Krait.Resolver.Forking;
using Krait.Resolver.Lookahead;
using Krait.Resolver.Packages;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Driving;

/// <summary>
/// Finds versions that satisfy a request. The result depends on the request and on what the source says, never on when it
/// says it.
/// </summary>
public sealed class PythonResolver(IPackageSource source)
{
    /// <summary>Receives each step in words, for those who want to watch; null for none.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>Resolves a request.</summary>
    public async Task<ResolutionOutcome> ResolveAsync(ResolutionRequest request, CancellationToken cancellationToken)
    {
        using var speculation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var session = new ResolutionSession(request, source, speculation.Token) { Trace = Trace };
        try
        {
            var forks = InitialForks(session).ToList();
            if (!request.IgnoresDependencies && request.Lookahead.AsksEarly)
                session.Foresights = [.. forks.Select(fork => new Foresight(session, source, fork.Environment))];
            return await ResolveAsync(session, forks);
        }
        finally
        {
            // Guesses that nobody waits for any more.
            await speculation.CancelAsync();
        }
    }

    private static async Task<ResolutionOutcome> ResolveAsync(ResolutionSession session, List<ForkState> forks)
    {
        var solver = new ForkSolver(session);
        var graph = new SolutionGraph();
        var solved = new List<ForkState>();
        var counts = default(SolverCounts);
        var waiting = new Stack<ForkState>();
        foreach (var state in forks)
            waiting.Push(state);
        while (waiting.TryPop(out var state))
        {
            TellFork(session, state);
            switch (await solver.SolveAsync(state))
            {
                case ForkOutcome.Split split:
                    foreach (var fork in split.Forks)
                        waiting.Push(fork);
                    session.CheckForks(waiting.Count + solved.Count);
                    break;
                case ForkOutcome.Solved:
                    graph.Add(session, state);
                    Prefer(session, state);
                    solved.Add(state);
                    counts = Sum(counts, state.Solver.Counts);
                    break;
                case ForkOutcome.NoSolution proof:
                    counts = Sum(counts, state.Solver.Counts);
                    if (SplitProof.Divide(session, state, proof.Incompatibility) is { } parts)
                    {
                        foreach (var part in parts)
                            waiting.Push(part);
                        session.CheckForks(waiting.Count + solved.Count);
                        break;
                    }

                    var explanation = await Explainer.ExplainAsync(session, state, proof.Incompatibility);
                    return new ResolutionOutcome.NoSolution(explanation, CountsOf(session, counts, solved.Count));
                default:
                    counts = Sum(counts, state.Solver.Counts);
                    return new ResolutionOutcome.NoSolution(
                        Explainer.GiveUp(session),
                        CountsOf(session, counts, solved.Count)
                    );
            }
        }

        var initial = ForkEnvironment.For(session.Request);
        var resolution = graph.ToResolution(
            name => KnownVersionsOf(session, initial, name),
            (name, version) => HintFinder.ReasonFor(session, initial, name, version),
            initial.PythonMarker
        );
        return new ResolutionOutcome.Solved(
            resolution.With(
                forks: solved.Count > 1 ? [.. solved.Select(state => state.Environment.FullMarker)] : [],
                warnings: Warnings.Collect(session, resolution),
                counts: CountsOf(session, counts, solved.Count)
            )
        );
    }

    private static void TellFork(ResolutionSession session, ForkState state)
    {
        if (state.Environment.IsUniversal)
        {
            session.Trace?.Invoke(
                $"Resolving for Python{state.Environment.Pythons} where `{state.Environment.Marker}`"
            );
        }
    }

    /// <summary>One fork, or one for each environment that the request tells apart; the last is solved first.</summary>
    private static IEnumerable<ForkState> InitialForks(ResolutionSession session)
    {
        var environment = ForkEnvironment.For(session.Request);
        ImmutableArray<Marker> markers = session.Request.Target is ResolutionTarget.Universal universal
            ? universal.EarlierForks.IsEmpty
                ? universal.Environments
                : universal.EarlierForks
            : [];
        var environments = (markers.IsEmpty ? [environment] : markers.Select(environment.Narrow)).SelectMany(one =>
            SplitByIndex(session, one)
        );
        var ordered = session.Request.TakesLowestPythonsFirst
            ? environments.OrderBy(one => one.LowestPython)
            : environments.OrderByDescending(one => one.LowestPython);
        foreach (var one in ordered.Reverse())
            yield return ForkState.Begin(session, one);
    }

    /// <summary>A fork for each index that a package should come from.</summary>
    private static List<ForkEnvironment> SplitByIndex(ResolutionSession session, ForkEnvironment environment)
    {
        List<ForkEnvironment> parts = [environment];
        foreach (var marker in environment.IndexMarkers)
        {
            parts = [.. parts.SelectMany(part => part.Split(marker))];
            session.CheckForks(parts.Count);
        }

        return parts;
    }

    /// <summary>Forks that are solved later take the same versions where they can.</summary>
    private static void Prefer(ResolutionSession session, ForkState state)
    {
        if (!state.Environment.IsUniversal || session.Request.Mode == ResolutionMode.LowestDirect)
            return;
        foreach (var package in state.Solver.Decisions)
        {
            var key = session.Packages[package];
            if (key is not { Kind: PackageKind.Content, Extra: null } || !key.Marker.IsTrue)
                continue;
            var version = session.Ranges.VersionOf(state.Solver.RangeOf(package));
            var name = session.Packages.NameAt(key.Name);
            session.Preferences.Add(new Preference(name, version, state.Environment.Marker) { IsFromFork = true });
        }
    }

    private static ImmutableArray<Version> KnownVersionsOf(
        ResolutionSession session,
        ForkEnvironment environment,
        PackageName name
    )
    {
        if (session.Memory.Peek(name, environment) is not { } known)
            return [];
        return [.. Enumerable.Range(0, known.Count).Select(known.VersionAt).Distinct()];
    }

    private static SolverCounts Sum(SolverCounts first, SolverCounts second) =>
        new(
            first.Decisions + second.Decisions,
            first.Rejections + second.Rejections,
            first.Conflicts + second.Conflicts
        );

    private static ResolutionCounts CountsOf(ResolutionSession session, SolverCounts counts, int forks) =>
        new()
        {
            Decisions = counts.Decisions,
            Rejections = counts.Rejections,
            Conflicts = counts.Conflicts,
            Forks = forks,
            Pages = session.Memory.PageCount,
            Metadata = session.Memory.MetadataCount,
            Waits = session.Waits,
        };
}
