using System.Collections.Immutable;
using Krait.Cli.Commands.Health;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;
using Krait.Cli.Runs;
using Krait.Cli.Settings;
using Krait.Packaging.Text;
using Krait.Projects.Changing;
using Krait.Projects.Operations;
using Krait.Projects.Targets;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip sync`.</summary>
internal static class PipSyncCommand
{
    private const string UsualFile = "requirements.txt";

    public static Command Command { get; } =
        new("pip sync", "Make an environment match requirements files exactly")
        {
            Positional = new Positional("FILE", IsRequired: false, IsRepeatable: true),
            PipToolsTable = "sync",
            Options = () => [.. SyncOptions.All, .. SmokeAfterChange.Options],
            RunAsync = RunAsync,
        };

    private static Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    ) =>
        RunAsync(
            context,
            arguments,
            arguments.Positionals.Count > 0 ? [.. arguments.Positionals] : [UsualFile],
            check: null,
            cancellationToken
        );

    /// <summary>Makes an environment match some files.</summary>
    /// <param name="context">The run.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="files">Requirements and lock files.</param>
    /// <param name="check">Refuses to go on for a machine, before anything is changed; null where nothing is to be refused.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        ImmutableArray<string> files,
        Action<MachineTarget>? check,
        CancellationToken cancellationToken
    )
    {
        PipArguments.Apply(arguments);
        CheckSources(context, arguments, files);
        var shortcut = new InstallShortcut(context, arguments);
        if (check is null && shortcut.Answers())
            return ExitCodes.Done;
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var (sources, locks) = LockArguments.Split(arguments, [], files);
        var inputs = await run.ReadInputsAsync(sources, cancellationToken);
        if (inputs.Roots.IsEmpty && locks.IsEmpty && !arguments.IsOn(SyncOptions.AllowEmpty))
        {
            throw new UsageException(
                $"{string.Join(", ", files.Select(file => $"`{file}`"))} lists nothing, and everything would be removed",
                "If that is what you want, say so with `--allow-empty-requirements`"
            );
        }

        var python = arguments.Value(PipOptions.Python) ?? arguments.Value(PipOptions.PythonExecutable);
        await EnvironmentRenewal.RenewAsync(context, arguments, run.Cache, python, cancellationToken);
        var environment = await run.FindOwnEnvironmentAsync(python, cancellationToken);
        var target = TargetArguments.Create(context, arguments, environment.Interpreter);
        check?.Invoke(target);
        var request = new SyncRequest(environment, inputs, target)
        {
            Resolve = ResolveArguments.Options(context, arguments, inputs),
            Install = InstallArguments.Options(arguments),
            ReinstallsAll = arguments.IsOn(PipOptions.Reinstall),
            Reinstalls = [.. arguments.Values(PipOptions.ReinstallPackage).Select(NameLists.ParseName)],
            TakesLast = arguments.IsOn(SyncOptions.Force),
            ChecksEnvironment = arguments.IsOn(PipOptions.Strict),
            IsDryRun = InstallArguments.IsDryRun(arguments),
        };
        var indexes = await IndexArguments.CreateAsync(context, arguments, inputs, target.Markers, cancellationToken);
        var bench = run.BenchThatLooksFirst(indexes, environment.Interpreter, request) with
        {
            Refetched = InstallArguments.Refetched(arguments),
        };
        var locked = await LockArguments.ReadAsync(
            context,
            arguments,
            run.Loader,
            locks,
            (target, bench.Builds),
            cancellationToken
        );
        var closed = ClosedBy(files, locks) with
        {
            Entries = locked.Names.Union(inputs.Roots.Select(root => root.Requirement.Name)),
        };
        request = request with { Locked = locked.Wheels, Closed = closed };
        await RemovalArguments.CheckAsync(context, arguments, bench, inputs, locked.Wheels, cancellationToken);
        var operation = new SyncOperation(bench);
        SmokeAfterChange.Check(arguments);
        var smoke = new SmokeAfterChange(context, arguments, environment);
        var (outcome, code) = await SyncAsync(context, arguments, operation, request, run.Display, cancellationToken);
        if (check is null)
            shortcut.Remember(run.Cache, environment, inputs, run.Read, outcome);
        return await smoke.RunAsync(run, indexes, target, outcome, code, cancellationToken);
    }

    /// <summary>A lock file has to be complete; requirements files may leave out what somebody else provides, which is worth a warning.</summary>
    private static ClosedSet ClosedBy(ImmutableArray<string> files, ImmutableArray<string> locks) =>
        locks.IsEmpty
            ? new ClosedSet(files[0], "Compile the file again, or fail on this with `--strict`") { IsLenient = true }
            : new ClosedSet(
                locks[0],
                "Create the lock file again; `krait pip install --no-deps -r FILE` installs one that leaves something out on purpose"
            );

    private static bool IsConfirmed(KraitContext context) =>
        context.Terminal.Ask("Do this?")
        ?? throw new KraitException(
            new Diagnostic("no-answer", "`--ask` got no answer: there is nothing to read on standard input")
            {
                Hints = ["Run without `--ask` to make the changes, or with `--dry-run` to only see them"],
            }
        );

    private static async Task<(InstallOutcome Outcome, int Code)> SyncAsync(
        KraitContext context,
        ParsedArguments arguments,
        SyncOperation operation,
        SyncRequest request,
        ProgressDisplay display,
        CancellationToken cancellationToken
    )
    {
        var asks = arguments.IsOn(SyncOptions.Ask) && !request.IsDryRun;
        var shown = request with { IsDryRun = asks || request.IsDryRun };
        var (outcome, code) = await RunAsync(shown);
        if (asks && outcome is InstallOutcome.Done { Plan.IsEmpty: false } && IsConfirmed(context))
            (outcome, code) = await RunAsync(shown = request);
        ChangeListWriter.WriteIfWanted(context, arguments, outcome, shown.IsDryRun);
        return (outcome, code);

        async Task<(InstallOutcome Outcome, int Code)> RunAsync(SyncRequest one)
        {
            var done = await operation.RunAsync(one, cancellationToken);
            display.Stop();
            // As pip-sync does: a dry run tells by its exit code, too, whether something is to be done.
            var demands = new OutcomeDemands(arguments.IsOn(PipOptions.Strict), IsUnchanged: one.IsDryRun);
            return (done, OutcomeRenderer.Write(context, done, demands));
        }
    }

    /// <summary>A file of sources is to be compiled first: installing it alone would remove all that it requires.</summary>
    private static void CheckSources(KraitContext context, ParsedArguments arguments, ImmutableArray<string> files)
    {
        if (files.FirstOrDefault(file => file.EndsWith(".in", StringComparison.Ordinal)) is not { } source)
            return;
        var message = $"`{source}` looks like a source of `krait pip compile`, not like its output";
        if (!arguments.IsOn(SyncOptions.Force))
            throw new UsageException(message, "Name the compiled file, or insist with `--force`");
        DiagnosticRenderer.WriteWarning(context.Terminal, new Diagnostic("source-file", message));
    }
}
