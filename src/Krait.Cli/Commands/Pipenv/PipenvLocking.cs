using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Packaging.Distributions;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Projects.Inputs;
using Krait.Projects.Operations;
using Krait.Projects.Pipenv;
using Krait.Projects.Targets;
using Krait.Projects.Work;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

namespace Krait.Cli.Commands.Pipenv;

/// <summary>Resolves the categories of a Pipfile: its own packages first, whose versions then limit all others.</summary>
internal sealed class PipenvLocking(KraitContext context, ParsedArguments arguments, string root)
{
    private Workbench? bench;

    /// <summary>Makes the lock.</summary>
    /// <exception cref="KraitException">A category has no solution, or an index could not be read.</exception>
    public async Task<PipfileLock> RunAsync(
        Pipfile pipfile,
        PipfileLock? earlier,
        ImmutableHashSet<string> renewed,
        CancellationToken cancellationToken
    )
    {
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var environment = await PythonEnvironment.OpenAsync(root, new InterpreterProbe(run.Cache), cancellationToken);
        var target = TargetArguments.Create(context, arguments, environment.Interpreter);
        var categories = ImmutableSortedDictionary.CreateBuilder<
            string,
            ImmutableSortedDictionary<string, PipfileLockEntry>
        >(StringComparer.Ordinal);
        ImmutableArray<Limit> limits = [];
        foreach (var category in pipfile.Categories)
        {
            var key = PipfileLock.KeyOf(category);
            var solved = await SolveAsync(
                run,
                pipfile,
                category,
                limits,
                PreferencesOf(earlier, key, renewed),
                (target, environment.Interpreter),
                cancellationToken
            );
            var entries = EntriesOf(pipfile, category, solved);
            if (entries.IsEmpty && key is not ("default" or "develop"))
                continue;
            categories[key] = entries;
            if (category is Pipfile.Default && (pipfile.Settings?.GetBoolean("use_default_constraints") ?? true))
                limits = LimitsOf(solved?.Resolution);
        }

        run.Display.Stop();
        return new PipfileLock
        {
            Hash = PipfileHash.Of(pipfile),
            Sources = pipfile.Sources,
            Requires = (pipfile.Requires?.Entries ?? [])
                .Where(entry => entry.Value.AsString is not null)
                .ToImmutableSortedDictionary(
                    entry => entry.Key,
                    entry => entry.Value.AsString!,
                    StringComparer.Ordinal
                ), // asked for before
            Categories = categories.ToImmutable(),
        };
    }

    private async Task<SolveOutcome.Solved?> SolveAsync(
        CommandRun run,
        Pipfile pipfile,
        string category,
        ImmutableArray<Limit> limits,
        ImmutableArray<Preference> preferences,
        (MachineTarget Target, Interpreter Interpreter) machine,
        CancellationToken cancellationToken
    )
    {
        var (target, interpreter) = machine;
        var entries = pipfile.EntriesOf(category);
        if (entries.IsEmpty)
            return null;
        var sources = new RequirementSources
        {
            Packages = [.. entries.Where(entry => !entry.IsEditable).Select(entry => entry.Requirement)],
            Editables = [.. entries.Where(entry => entry.IsEditable).Select(entry => entry.Requirement)],
        };
        var inputs = await run.ReadInputsAsync(sources, cancellationToken);
        inputs = inputs with { Constraints = inputs.Constraints.AddRange(limits) };
        var indexes = await IndexArguments.CreateAsync(context, arguments, inputs, target.Markers, cancellationToken);
        indexes = PipenvIndexes.Bind(indexes, pipfile, entries, context.Variables);
        var options = ResolveArguments.Options(context, arguments, inputs);
        if (pipfile.AllowsPrereleases)
            options = options with { Prereleases = new PrereleasePolicy(PrereleaseMode.Allow) };
        var request = new SolveRequest(inputs, target) { Resolve = options, Preferred = preferences };
        bench ??= run.Bench(indexes, interpreter, request);
        return await new SolveOperation(bench with { Indexes = indexes }).RunAsync(request, cancellationToken) switch
        {
            SolveOutcome.Solved solved => solved,
            SolveOutcome.NoSolution none => throw new KraitException(none.Explanation.Diagnostic),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static ImmutableArray<Preference> PreferencesOf(
        PipfileLock? earlier,
        string key,
        ImmutableHashSet<string> renewed
    ) =>
        earlier?.Categories.GetValueOrDefault(key) is not { } entries
            ? []
            :
            [
                .. entries
                    .Where(entry => !renewed.Contains(entry.Key) && entry.Value.Version is { Length: > 2 })
                    .Where(entry =>
                        Version.TryParse(entry.Value.Version.AsSpan(2), out _, out _)
                        && PackageName.TryParse(entry.Key, out _, out _)
                    )
                    .Select(entry => new Preference(
                        PackageName.Parse(entry.Key),
                        Version.Parse(entry.Value.Version![2..]),
                        Marker.True
                    )), // `==1.0`
            ];

    private static ImmutableArray<Limit> LimitsOf(Resolution? resolution) =>
        [
            .. (resolution?.Packages ?? [])
                .Where(package => package.Candidate.Direct is null)
                .Select(package => new Limit(
                    new Requirement(package.Name) { Specifiers = SpecifierSet.Parse($"=={package.Version}") },
                    new RequirementOrigin.InFile("[packages]", 0)
                )),
        ];

    private static ImmutableSortedDictionary<string, PipfileLockEntry> EntriesOf(
        Pipfile pipfile,
        string category,
        SolveOutcome.Solved? solved
    )
    {
        var named = pipfile
            .EntriesOf(category)
            .DistinctBy(entry => NameNormalization.Normalize(entry.Name), StringComparer.Ordinal)
            .ToDictionary(entry => NameNormalization.Normalize(entry.Name), StringComparer.Ordinal);
        var origins = (solved?.Wheels ?? [])
            .Where(wheel => wheel.DirectUrl is not null)
            .ToDictionary(wheel => wheel.Name, wheel => wheel.DirectUrl!); // filtered above
        return (solved?.Resolution.Packages ?? []).ToImmutableSortedDictionary(
            package => package.Name.Value,
            package =>
                package.Candidate.Direct is { } direct
                    ? PipenvPlaces.EntryOf(
                        package,
                        direct,
                        named.GetValueOrDefault(package.Name.Value),
                        origins.GetValueOrDefault(package.Name)
                    )
                    : EntryOf(pipfile, package, named.GetValueOrDefault(package.Name.Value)),
            StringComparer.Ordinal
        );
    }

    private static PipfileLockEntry EntryOf(Pipfile pipfile, ResolvedPackage package, PipfileEntry? named)
    {
        var markers = named?.Marker ?? PipenvMarkers.Of(package.Metadata.RequiresPython);
        return new PipfileLockEntry
        {
            Extras = [.. package.Extras.Select(extra => extra.Value)],
            Hashes =
            [
                .. package
                    .Candidate.Releases.SelectMany(release => release.Files)
                    .Select(file => file.Hash)
                    .OfType<FileHash>()
                    .Select(hash => hash.ToString())
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
            ],
            Index =
                named?.Index ?? (named is { Marker: null } && package.Extras.IsEmpty ? pipfile.Sources[0].Name : null),
            Markers = markers,
            Version = $"=={package.Version}",
        };
    }
}
