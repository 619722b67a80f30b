using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Resolver.Candidates;
using Krait.Resolver.Forking;
using Krait.Resolver.Lookahead;
using Krait.Resolver.Packages;
using Krait.Resolver.Requests;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Driving;

/// <summary>
/// The loop of `docs/solver.md`: propagates, chooses the next package and version, asks the source for what it needs, and
/// feeds the solver. Awaits only where an answer is missing.
/// </summary>
internal sealed class ForkSolver(ResolutionSession session)
{
    private readonly List<(PackageId Package, IncompatibilityId Incompatibility)> conflicts = [];
    private readonly List<PackageId> expected = [];
    private readonly BatchPrefetcher prefetcher = new(session);
    private readonly PlatformSplitter platforms = new(session);

    /// <summary>Runs a fork to its end.</summary>
    public async ValueTask<ForkOutcome> SolveAsync(ForkState state)
    {
        while (true)
        {
            session.CancellationToken.ThrowIfCancellationRequested();
            conflicts.Clear();
            var proof = state.Solver.Propagate(state.Next, conflicts);
            if (!proof.IsNone)
                return new ForkOutcome.NoSolution(proof);
            foreach (var (package, incompatibility) in conflicts)
                Record(state, package, incompatibility);
            Expect(state);
            state.Conflicts.Reprioritize(state.Priorities, state.Solver);
            if (state.Solver.NextPackage(state.Priorities) is { IsNone: false } next)
                state.Next = next;
            else
                return new ForkOutcome.Solved();
            if (state.Solver.Counts.Decisions > session.Request.DecisionLimit)
                return new ForkOutcome.Exhausted();
            if (await StepAsync(state, next) is { } forks)
                return new ForkOutcome.Split(forks);
        }
    }

    /// <summary>Tries one version of a package; returns forks if it has to be done in several.</summary>
    private ValueTask<IReadOnlyList<ForkState>?> StepAsync(ForkState state, PackageId package)
    {
        var key = session.Packages[package];
        switch (key.Kind)
        {
            case PackageKind.Root:
                var requirements = session.Requirements.ReadRoots(session.Request.Requirements, state.Environment);
                var visit = new Visit(Candidate: null, Metadata: null, requirements);
                return ValueTask.FromResult<IReadOnlyList<ForkState>?>(
                    Visit(state, package, state.Solver.RootVersion, SetId.All, visit)
                );
            case PackageKind.Python:
                // Pythons are asked for only by versions that the target's is too old for.
                state.Solver.AddNoVersions(package, state.Solver.RangeOf(package));
                return ValueTask.FromResult<IReadOnlyList<ForkState>?>(null);
            case PackageKind.System:
                // What needs it names one version, and nobody asks whether the machine has it.
                state.Solver.Decide(package, state.Solver.RangeOf(package));
                return ValueTask.FromResult<IReadOnlyList<ForkState>?>(null);
            default:
                return state.Direct.TryGetValue(key.Name, out var reference)
                    ? StepDirectAsync(state, package, reference)
                    : StepIndexAsync(state, package, key);
        }
    }

    private async ValueTask<IReadOnlyList<ForkState>?> StepIndexAsync(
        ForkState state,
        PackageId package,
        PackageKey key
    )
    {
        state.Stepped.Add(key.Name);
        var name = session.Packages.NameAt(key.Name);
        if (session.Installed.Find(name, session.Ranges[state.Solver.RangeOf(package)]) is { } installed)
            return StepInstalled(state, package, installed);
        var known = await session.WaitAsync(session.Memory.VersionsOf(name, state.Environment));
        var set = state.Solver.RangeOf(package);
        var order = session.Selector.OrderFor(name, state.Environment, session.Preferences);
        var forced = state.Forced is { } f && f.Package == package ? f.Index : -1;
        state.Forced = null;
        var index = forced >= 0 ? forced : session.Selector.Select(known, session.Ranges[set], order);
        if (index < 0)
        {
            session.Trace?.Invoke($"No version satisfies {session.Describe(package, set)}");
            state.Solver.AddNoVersions(package, set);
            return null;
        }

        session.Trace?.Invoke($"Trying {name} {known.VersionAt(index)} for {session.Describe(package, set)}");
        var candidate = known.CandidateAt(index)!; // a usable version has a candidate
        var version = session.Ranges.Single(candidate.Version);
        var cell = session.Ranges.Intern(known.CellOf(index));
        if (session.Supports.Excluding(candidate, state.Environment) is { } support)
            return SplitOrRefuse(state, package, (version, cell), support);

        if (state.Environment.IsUniversal && forced < 0)
        {
            var answer = platforms.Check(state, package, known, index, order);
            if (answer.Forks is not null)
                return answer.Forks;
            if (GivesWay(state, package, answer, index, candidate, cell))
                return null;
        }

        if (state.Visits.ContainsKey((package, version)))
        {
            state.Solver.Decide(package, version);
            return null;
        }

        if (key.Kind == PackageKind.Proxy)
            return Visit(state, package, version, cell, new Visit(candidate, Metadata: null, []));
        var response = await DependenciesOfAsync(state, key, known, index, set);
        return Receive(state, package, (version, cell), candidate, response);
    }

    /// <summary>Keeps what is installed. What it says of itself holds for it alone: an index may have other files of its version.</summary>
    private List<ForkState>? StepInstalled(ForkState state, PackageId package, InstalledVersion installed)
    {
        var version = session.Ranges.Single(installed.Version);
        session.Trace?.Invoke($"Keeping {installed.Name} {installed.Version}, which is installed");
        if (state.Visits.ContainsKey((package, version)))
        {
            state.Solver.Decide(package, version);
            return null;
        }

        var candidate = new Candidate(installed);
        if (session.Packages[package].Kind == PackageKind.Proxy)
            return Visit(state, package, version, version, new Visit(candidate, Metadata: null, []));
        var metadata = SourceReasons.StatedFor(session.Request, candidate) ?? installed.Metadata.Value!; // only such are found
        return Visit(state, package, version, version, ReadContent(state, package, candidate, metadata));
    }

    /// <summary>Whether a version gives way, to another one or because a required platform lacks it.</summary>
    private bool GivesWay(
        ForkState state,
        PackageId package,
        PlatformAnswer answer,
        int index,
        Candidate candidate,
        SetId cell
    )
    {
        if (answer.Missing is { } missing)
        {
            var reason = SourceReasons.MissingPlatform(candidate, missing);
            state.Solver.AddUnusable(package, cell, session.ReasonFor(reason));
            return true;
        }

        if (answer.Index == index)
            return false;
        state.Forced = (package, answer.Index);
        return true;
    }

    private async ValueTask<DependenciesResponse> DependenciesOfAsync(
        ForkState state,
        PackageKey key,
        KnownVersions known,
        int index,
        SetId set
    )
    {
        var candidate = known.CandidateAt(index)!; // a usable version has a candidate
        if (SourceReasons.StatedFor(session.Request, candidate) is { } stated)
            return new DependenciesResponse.Found(stated);
        var response = session.Memory.DependenciesOf(known, index, candidate);
        // What is at hand costs no round trip, so there is none to share.
        var isRun = BatchPrefetcher.CountTry(state, key.Name);
        if (isRun && session.Request.Lookahead.GrowsBatches && !response.IsCompleted)
            await prefetcher.PrefetchAsync(state, key.Name, known, index, session.Ranges[set]);
        return await session.WaitAsync(response);
    }

    private List<ForkState>? Receive(
        ForkState state,
        PackageId package,
        (SetId Version, SetId Cell) at,
        Candidate candidate,
        DependenciesResponse response
    )
    {
        switch (response)
        {
            case DependenciesResponse.Found found:
                // A page may not state what the metadata states.
                if (
                    session.Supports.Of(found.Metadata.RequiresPython) is { } support
                    && !support.Allows(state.Environment)
                )
                {
                    candidate.RequiresPython = support.Specifiers;
                    return SplitOrRefuse(state, package, at, support);
                }

                if (session.HasMoreToForesee(state))
                    session.Foresee(candidate, found.Metadata, session.Packages[package].Extra);
                return Visit(
                    state,
                    package,
                    at.Version,
                    at.Cell,
                    ReadContent(state, package, candidate, found.Metadata)
                );
            default:
                var reason =
                    (response as DependenciesResponse.Unavailable)?.Reason ?? SourceReasons.MetadataOffline(candidate);
                state.Solver.AddUnusable(package, at.Cell, session.ReasonFor(reason));
                session.PassedOver.Add((candidate, reason));
                return null;
        }
    }

    private async ValueTask<IReadOnlyList<ForkState>?> StepDirectAsync(
        ForkState state,
        PackageId package,
        DirectReference reference
    )
    {
        state.Stepped.Add(session.Packages[package].Name);
        var response = await session.WaitAsync(session.Memory.DirectOf(reference));
        var set = state.Solver.RangeOf(package);
        if (response is not DirectResponse.Found found)
        {
            var reason = ((DirectResponse.Unavailable)response).Reason;
            state.Solver.AddUnusable(package, SetId.All, session.ReasonFor(reason));
            return null;
        }

        var version = session.Ranges.Single(found.Version);
        if (!session.Ranges[set].Contains(found.Version))
        {
            state.Solver.AddNoVersions(package, set);
            return null;
        }

        var candidate = new Candidate(reference.Name, found.Version, reference);
        if (state.Visits.ContainsKey((package, version)))
        {
            state.Solver.Decide(package, version);
            return null;
        }

        // There is one version, so what it needs is stated for all.
        return session.Packages[package].Kind == PackageKind.Proxy
            ? Visit(state, package, version, SetId.All, new Visit(candidate, Metadata: null, []))
            : Receive(
                state,
                package,
                (version, SetId.All),
                candidate,
                new DependenciesResponse.Found(SourceReasons.StatedFor(session.Request, candidate) ?? found.Metadata)
            );
    }

    private Visit ReadContent(
        ForkState state,
        PackageId package,
        Candidate candidate,
        Packaging.Metadata.CoreMetadata metadata
    )
    {
        var key = session.Packages[package];
        IReadOnlyList<ActiveRequirement> requirements = session.Request.IgnoresDependencies
            ? []
            : session.Requirements.Read(candidate, metadata.RequiresDist, key.Extra, state.Environment);
        return new Visit(candidate, metadata, requirements);
    }

    /// <summary>Tells the solver what a version needs, and decides it or splits.</summary>
    private List<ForkState>? Visit(ForkState state, PackageId package, SetId version, SetId cell, Visit visit)
    {
        var needed = NeededBy(state, package, version, visit);
        if (session.Packages[package].Kind == PackageKind.Proxy)
        {
            state.Visits[(package, version)] = visit;
            Add(state, package, version, cell, needed);
            return null;
        }

        if (!state.Environment.IsUniversal)
            return Enter(state, package, (version, cell), visit, needed) is { } again ? [again] : null;
        var parts = new ForkSplitter(session).Split(state.Environment, needed);
        if (parts is [var whole])
            return Enter(state, package, (version, cell), visit, whole.Dependencies) is { } again ? [again] : null;
        var forks = new List<ForkState>(parts.Count);
        foreach (var part in parts)
        {
            var fork = state.Fork(part.Environment);
            forks.Add(Enter(fork, package, (version, cell), visit, part.Dependencies) ?? fork);
        }

        return forks;
    }

    /// <summary>Tells the solver what a version needs in a fork; a fork from the start where it has to begin again.</summary>
    private ForkState? Enter(
        ForkState state,
        PackageId package,
        (SetId Version, SetId Cell) at,
        Visit visit,
        List<Dependency> needed
    )
    {
        var problem = DirectUrls.Register(state, session.Packages, visit, needed);
        if (problem.Reason is { } reason && package != PackageId.Root)
        {
            state.Solver.AddUnusable(package, at.Cell, session.ReasonFor(reason));
            return null;
        }

        if (problem.IsLate)
            return state.BeginAgain(session);
        state.Visits[(package, at.Version)] = visit;
        Add(state, package, at.Version, at.Cell, needed);
        // There is no other version of the request: what it asks for is at fault.
        if (problem.Reason is { } fault)
        {
            var asked = session.Packages.Content(problem.Name, extra: null, Marker.True);
            state.Solver.AddUnusable(asked, SetId.All, session.ReasonFor(fault));
        }

        return null;
    }

    private void Add(ForkState state, PackageId package, SetId version, SetId cell, List<Dependency> dependencies)
    {
        var system = SystemOf(state, package, version);
        var needed = new (PackageId Package, SetId Set)[dependencies.Count + (system is null ? 0 : 1)];
        if (system is { } own)
        {
            needed[^1] = own;
            state.Priorities.See(own.Package, isPinned: true, isDirect: false);
        }

        for (var i = 0; i < dependencies.Count; i++)
        {
            var (asked, set) = (dependencies[i].Package, dependencies[i].Set);
            needed[i] = (asked, set);
            var key = session.Packages[asked];
            var (isPinned, isDirect) = (session.Ranges.IsPin(set), state.Direct.ContainsKey(key.Name));
            state.Priorities.See(asked, isPinned, isDirect);
            if (key.Kind != PackageKind.Proxy)
            {
                expected.Add(asked);
                continue;
            }

            var distribution = session.Packages.Content(key.Name, extra: null, Marker.True);
            state.Priorities.See(distribution, isPinned, isDirect);
            state.Solver.AddProxy(asked, distribution, set);
            expected.Add(distribution);
        }

        TraceNeeds(package, version, needed);
        var violated = state.Solver.TryDecide(package, version, cell, needed);
        if (!violated.IsNone)
            Record(state, package, violated);
    }

    private void TraceNeeds(PackageId package, SetId version, (PackageId Package, SetId Set)[] needed)
    {
        // A proxy only says again what its distribution says.
        if (session.Trace is not { } trace || session.Packages[package].Kind == PackageKind.Proxy)
            return;
        var subject =
            package == PackageId.Root
                ? "You require"
                : $"{session.Describe(package)} {session.Ranges.VersionOf(version)} requires";
        foreach (var (asked, set) in needed)
            trace($"{subject} {session.Describe(asked, set)}");
    }

    /// <summary>What a version needs of the machine: the same wherever it is installed, so that nothing forks over it.</summary>
    private (PackageId Package, SetId Set)? SystemOf(ForkState state, PackageId package, SetId version) =>
        !session.Request.IgnoresDependencies
        && session.Packages[package] is { Kind: PackageKind.Content, Extra: null }
        && state.Visits[(package, version)].Candidate?.Page?.Needs is { } need
            ? (session.Packages.System(need.Name), session.Ranges.Single(need.Version))
            : null;

    /// <summary>The packages that a version needs, in the order in which it says so.</summary>
    private List<Dependency> NeededBy(ForkState state, PackageId package, SetId version, Visit visit)
    {
        var key = session.Packages[package];
        var result = new List<Dependency>(visit.Requirements.Count + 4);
        if (key.Kind == PackageKind.Proxy)
        {
            // foo[bar] 1 needs foo 1 and what bar adds to foo 1; under a marker, each also with the marker.
            AddContents(result, key, Marker.True, version);
            if (!key.Marker.IsTrue)
                AddContents(result, key, key.Marker, version);
            return result;
        }

        foreach (var active in visit.Requirements)
        {
            var requirement = active.Requirement;
            var name = session.Packages.IdOf(requirement.Name);
            var set = session.Ranges.Intern(requirement.Specifiers);
            if (requirement.Extras.IsEmpty)
                result.Add(new Dependency(session.Packages.Asked(name, extra: null, active.Marker), set, active));
            foreach (var extra in requirement.Extras)
            {
                if (!IsExcluded(state, requirement.Name, extra))
                    result.Add(new Dependency(session.Packages.Asked(name, extra, active.Marker), set, active));
            }
        }

        return result;
    }

    private void AddContents(List<Dependency> result, PackageKey key, Marker marker, SetId version)
    {
        result.Add(new Dependency(session.Packages.Content(key.Name, extra: null, marker), version, default));
        if (key.Extra is not null)
            result.Add(new Dependency(session.Packages.Content(key.Name, key.Extra, marker), version, default));
    }

    private static bool IsExcluded(ForkState state, PackageName name, ExtraName extra) =>
        !state.Environment.Excluded.IsEmpty
        && state.Environment.Excluded.Contains(new ConflictItem(name, extra, IsGroup: false));

    /// <summary>A version that does not support all Pythons of a fork: divides the fork, or refuses the version.</summary>
    private List<ForkState>? SplitOrRefuse(
        ForkState state,
        PackageId package,
        (SetId Version, SetId Cell) at,
        PythonSupport support
    )
    {
        // There is no other version of what comes from a URL: where it does not run, there is no solution.
        var isOnly = state.Direct.ContainsKey(session.Packages[package].Name);
        if (!isOnly && ForkSplitter.SplitByPython(state, support, session.Request) is { } forks)
            return forks;
        var pythons = session.Ranges.Intern(support.NeededBy(state.Environment));
        Span<(PackageId, SetId)> needed = [(PackageTable.Python, pythons)];
        state.Priorities.See(PackageTable.Python, isPinned: false, isDirect: false);
        state.Solver.DecideRefused(package, at.Version, at.Cell, needed);
        return null;
    }

    private void Record(ForkState state, PackageId satisfier, IncompatibilityId incompatibility)
    {
        var involved = state.Solver.Incompatibilities.PackagesOf(incompatibility);
        if (session.Trace is { } trace)
        {
            var names = involved.ToArray().Select(session.Describe).Distinct(StringComparer.Ordinal);
            trace($"Going back: the choices made so far do not fit together ({string.Join(", ", names)})");
        }

        state.Conflicts.Record(satisfier, state.Next, involved);
    }

    /// <summary>Lets the source look for what became known.</summary>
    private void Expect(ForkState state)
    {
        foreach (var package in expected)
        {
            if (!state.Solver.IsUndecided(package))
                continue;
            var key = session.Packages[package];
            if (state.Direct.TryGetValue(key.Name, out var reference))
            {
                _ = session.Memory.DirectOf(reference);
                continue;
            }

            var range = session.Ranges[state.Solver.RangeOf(package)];
            session.Memory.Expect(session.Packages.NameAt(key.Name), range, state.Environment);
        }

        expected.Clear();
    }
}
