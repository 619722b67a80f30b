using System.Collections.Immutable;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Packaging.Versions;
using Krait.Platform.Tracing;
using Krait.Projects.Resolving;
using Krait.Projects.Work;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

namespace Krait.Projects.Locking;

/// <summary>
/// The locking step, which every operation on a project composes: takes the lock as it is, checks it, or makes it again. It writes nothing.
/// </summary>
/// <param name="bench">What to work with; null where no index may be asked.</param>
internal sealed class LockStep(Workbench bench)
{
    /// <summary>Runs the step.</summary>
    /// <exception cref="KraitException">The lock is missing or out of date where it may not be, or an input cannot be used.</exception>
    public async Task<LockAnswer> RunAsync(LockRequest request, CancellationToken cancellationToken)
    {
        var file = request.Workspace.LockFile;
        if (request.Use == LockUse.Frozen)
        {
            var frozen =
                WorkspaceLock.TryRead(file, request.Shown)
                ?? throw WorkspaceLock.Missing(request.Workspace, request.Shown);
            LockedWheels.RefuseGaps(frozen.Pylock, request.Shown, $"Restore the entry, or run {Control.Lock}");
            return new LockAnswer.Ready(frozen, frozen);
        }

        var earlier = ReadEarlier(request);
        var options = request.Options;
        if (request.Workspace.RequiresPython is null && LowestOf(earlier?.Lock.Pylock.RequiresPython) is { } python)
            options = options with { DefaultPython = python };
        LockInputs inputs;
        using (Tracer.Begin("read projects"))
            inputs = LockInputsReader.Read(request.Workspace, options);
        if (earlier is { IsWhole: true } && !options.UpgradesAnything)
        {
            var reasons = LockFreshness.FindReasons(earlier.Lock, inputs);
            if (reasons.IsEmpty)
                return new LockAnswer.Ready(earlier.Lock, earlier.Lock) { Inputs = inputs };
            if (request.Use == LockUse.Check)
                throw Stale(request, reasons);
            if (LockFreshness.IsSatisfied(earlier.Lock, inputs))
                return Ready(request, Restated(earlier.Lock.Pylock, inputs), earlier, inputs, resolution: null);
        }
        else if (request.Use == LockUse.Check)
        {
            throw earlier is null
                ? WorkspaceLock.Missing(request.Workspace, request.Shown)
                : Stale(request, ["it has merge conflicts, or is to be upgraded"]);
        }

        return await ResolveAsync(request with { Options = options }, inputs, earlier, cancellationToken);
    }

    /// <summary>A lock that was there before.</summary>
    /// <param name="Lock">What could be read of it.</param>
    /// <param name="IsWhole">Whether that is all of it; of a file with merge conflicts it is both sides.</param>
    private sealed record EarlierLock(WorkspaceLock Lock, bool IsWhole);

    /// <summary>The lock that is there, or what can be saved of it; a file that nobody can read is as good as none, unless it is to be checked.</summary>
    private EarlierLock? ReadEarlier(LockRequest request)
    {
        var file = request.Workspace.LockFile;
        try
        {
            return WorkspaceLock.TryRead(file, request.Shown) is { } found
                ? new EarlierLock(found, IsWhole: true)
                : Imported(request);
        }
        catch (DamagedLockException damage)
        {
            if (LockMerge.TryRead(file, request.Shown) is { } merged)
            {
                if (request.Use == LockUse.Check)
                    throw Stale(request, ["it has merge conflicts"]);
                bench.Progress?.Report(
                    new OperationEvent.Noted("Both sides of the merge conflict are taken into account")
                );
                return new EarlierLock(merged, IsWhole: false);
            }

            if (request.Use == LockUse.Check)
                throw;
            bench.Warn(
                damage.Diagnostic with
                {
                    Message = $"ignoring the lock file: {damage.Diagnostic.Message}",
                    Hints = [],
                }
            );
            return null;
        }
    }

    private static EarlierLock? Imported(LockRequest request) =>
        request.Imported is { } imported
            ? new EarlierLock(new WorkspaceLock(request.Workspace.LockFile, "", imported), IsWhole: false)
            : null;

    private async Task<LockAnswer> ResolveAsync(
        LockRequest request,
        LockInputs inputs,
        EarlierLock? earlier,
        CancellationToken cancellationToken
    )
    {
        var options = request.Options.Resolve;
        options = options with { Upgrades = Upgrades(request.Options, inputs) };
        // What was chosen in another way is not what would be chosen now.
        if (earlier is { Lock: { IsOurs: true } chosen } && !chosen.Choosing.SequenceEqual(inputs.Choosing))
            options = options with { UpgradesAll = true };
        var preferences = options.UpgradesAll ? [] : earlier?.Lock.Preferences ?? [];
        var target = new ResolutionTarget.Universal(inputs.RequiresPython)
        {
            Environments = inputs.Requirements.Settings.Environments,
            RequiredEnvironments = inputs.Requirements.Settings.RequiredEnvironments,
            EarlierForks = options.UpgradesAll || earlier is not { IsWhole: true } ? [] : ForksOf(earlier.Lock, inputs),
            Strategy = request.Options.Strategy,
        };
        var kept = KeptCommits.Of(inputs.Requirements, options, earlier?.Lock);
        using var step = new ResolvingStep(
            bench,
            kept.Requirements,
            hashes: null,
            target: null,
            cancellationToken,
            others => new MemberSource(inputs.Workspace, others)
        );
        var created = RequestBuilder.Create(kept.Requirements, options, target, preferences) with
        {
            Expected = [.. (earlier?.Lock.Preferences ?? []).Select(one => one.Name).Distinct()],
        };
        bench.Warm(inputs.Requirements);
        var outcome = await step.SolveAsync(created, cancellationToken);
        if (outcome is ResolutionOutcome.NoSolution failed)
        {
            await step.FinishAsync(resolution: null);
            return new LockAnswer.NoSolution(failed.Explanation);
        }

        var resolution = ((ResolutionOutcome.Solved)outcome).Resolution;
        var facts = await new LockFactsReader(bench, step).ReadAsync(
            inputs,
            options,
            resolution,
            earlier?.Lock,
            kept.Revisions,
            cancellationToken
        );
        var pylock = new LockBuilder(inputs, resolution, facts, earlier?.Lock).Build();
        await step.FinishAsync(resolution);
        WarnOfUnknown(request.Options, pylock, earlier?.Lock.Pylock);
        return Ready(request, pylock, earlier, inputs, resolution);
    }

    /// <summary>Forks of the earlier lock; they have to cover what the lock is for now.</summary>
    private static ImmutableArray<Marker> ForksOf(WorkspaceLock earlier, LockInputs inputs)
    {
        var forks = earlier.Forks;
        if (forks.IsEmpty)
            return [];
        var environments = inputs.Requirements.Settings.Environments;
        var wanted = environments.IsEmpty ? Marker.True : environments.Aggregate((one, other) => one.Or(other));
        wanted = wanted.And(Marker.FromPython(inputs.RequiresPython.ToRanges()));
        var covered = forks.Aggregate((one, other) => one.Or(other));
        return wanted.Implies(covered) && forks.All(fork => !fork.IsDisjointFrom(wanted)) ? forks : [];
    }

    private static LockAnswer.Ready Ready(
        LockRequest request,
        Pylock pylock,
        EarlierLock? earlier,
        LockInputs inputs,
        Resolution? resolution
    )
    {
        using var span = Tracer.Begin("write lock");
        var text = pylock.Write();
        var found = WorkspaceLock.Parse(request.Workspace.LockFile, request.Shown, text);
        return new LockAnswer.Ready(found, earlier is { IsWhole: true } ? earlier.Lock : null)
        {
            Inputs = inputs,
            Resolution = resolution,
        };
    }

    /// <summary>A lock with the same packages, made of other requirements.</summary>
    private static Pylock Restated(Pylock pylock, LockInputs inputs)
    {
        var tool = new TomlTable();
        foreach (var entry in pylock.Tool?.Entries ?? [])
        {
            tool.Add(entry.Key, entry is { Key: "krait", Value: TomlTable own } ? Restated(own, inputs) : entry.Value);
        }

        return pylock with
        {
            Tool = tool,
        };
    }

    private static TomlTable Restated(TomlTable own, LockInputs inputs)
    {
        var table = new TomlTable();
        foreach (var entry in own.Entries)
        {
            TomlValue value = entry.Key switch
            {
                "digest" => inputs.Digest,
                "requirements" => Requirements(inputs),
                _ => entry.Value,
            };
            table.Add(entry.Key, value);
        }

        return table;
    }

    private static TomlTable Requirements(LockInputs inputs)
    {
        var requirements = new TomlTable();
        foreach (var (key, list) in inputs.Stated)
            requirements.Add(key, TomlArray.OfStrings(list));
        return requirements;
    }

    /// <summary>What loses its locked version: what is named, and what the groups that are named ask for.</summary>
    private static ImmutableDictionary<PackageName, SpecifierSet?> Upgrades(LockOptions options, LockInputs inputs)
    {
        var upgrades = options.Resolve.Upgrades;
        foreach (var group in options.UpgradedGroups)
        {
            var units = inputs.Units.All.Where(unit => unit.Kind == LockUnitKind.Group && unit.Name == group).ToList();
            if (units.Count == 0)
            {
                throw new KraitException(new Diagnostic("unknown-group", $"there is no dependency group `{group}`"))
                {
                    Kind = FailureKind.UnusableInput,
                };
            }

            foreach (var text in units.SelectMany(unit => inputs.Stated.GetValueOrDefault(unit.Key, [])))
            {
                if (Requirement.TryParse(text, out var requirement, out _) && !upgrades.ContainsKey(requirement.Name))
                    upgrades = upgrades.Add(requirement.Name, null);
            }
        }

        return upgrades;
    }

    /// <summary>A name to upgrade that no lock has is most likely misspelled.</summary>
    private void WarnOfUnknown(LockOptions options, Pylock now, Pylock? before)
    {
        var known = now
            .Packages.Concat(before?.Packages ?? [])
            .Select(package => package.Name)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var name in options.Resolve.Upgrades.Keys.Where(name => !known.Contains(name.Value)))
            bench.Warn(new Diagnostic("unknown-package", $"`{name}` cannot be upgraded: the lock has no such package"));
    }

    private static string? LowestOf(SpecifierSet? python) =>
        python?.ToRanges().Segments is { Count: > 0 } segments ? segments[0].Lower?.ToString() : null;

    private static KraitException Stale(LockRequest request, ImmutableArray<string> reasons) =>
        new(
            new Diagnostic("stale-lock", $"the lock file `{request.Shown}` is not up to date")
            {
                Notes = reasons.Length > 5 ? [.. reasons.Take(3), $"and {reasons.Length - 3} more"] : reasons,
                Hints = [$"Update it with {WorkspaceLock.CommandOf(request.Workspace)}"],
            }
        );
}
