using System.Collections.Immutable;
using Krait.Cli.Commands.Health;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Environments.Layouts;
using Krait.Platform.Tracing;
using Krait.Projects.Changing;
using Krait.Projects.Inputs;
using Krait.Projects.Inspection;
using Krait.Projects.Operations;
using Krait.Projects.Targets;

namespace Krait.Cli.Commands.Pip;

/// <summary>`krait pip install`.</summary>
internal static class PipInstallCommand
{
    private static readonly Option Exact = new(
        "exact",
        OptionKind.Flag,
        "Remove packages that are neither requested nor required"
    )
    {
        Aliases = ["prune"],
        Opposite = "inexact",
    };

    public static Command Command { get; } =
        new("pip install", "Install packages and their dependencies")
        {
            Positional = new Positional("PACKAGE", IsRequired: false, IsRepeatable: true),
            Options = () =>
                [
                    PipOptions.Requirements,
                    PipOptions.Editable,
                    PipOptions.NoEditable,
                    PipOptions.NoEditablePackage,
                    PipOptions.Script,
                    .. PipOptions.Sources,
                    PipOptions.NoDeps,
                    PipOptions.OnlyDeps,
                    PipOptions.RequireComplete,
                    Exact,
                    .. PipOptions.Upgrades,
                    PipOptions.UpgradeStrategy,
                    PipOptions.IgnoreInstalled,
                    .. PipOptions.Reinstallation,
                    .. PipOptions.Freshness,
                    .. PipOptions.Removals,
                    .. IndexOptions.All,
                    .. SelectionOptions.All,
                    .. PipOptions.Binaries,
                    .. PipOptions.Hashes,
                    .. PipOptions.Environment,
                    .. PipOptions.Folders,
                    PipOptions.Root,
                    .. PipOptions.Machine,
                    .. PipOptions.Tags,
                    .. PipOptions.Installing,
                    PipOptions.Report,
                    .. SmokeAfterChange.Options,
                    .. ForeignOptions.Install,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var (sources, locks) = LockArguments.SplitAny(arguments, "install");
        CheckTogether(arguments, locks);
        var python = arguments.Value(PipOptions.Python);
        var shortcut = new InstallShortcut(context, arguments);
        return shortcut.Answers()
            ? ExitCodes.Done
            : await InstallAsync(context, arguments, sources, locks, python, shortcut, cancellationToken);
    }

    /// <summary>Refuses what contradicts itself.</summary>
    private static void CheckTogether(ParsedArguments arguments, ImmutableArray<string> locks)
    {
        TargetArguments.RefuseForeign(arguments);
        SmokeAfterChange.Check(arguments);
        if (ChangeListWriter.IsWanted(arguments) && arguments.Value(PipOptions.Report) is "-")
        {
            throw new UsageException(
                "`--report -` and `--output-format json` both take standard output",
                "Write the report to a file, `--report FILE`"
            );
        }

        if (arguments.IsOn(PipOptions.OnlyDeps))
        {
            Option[] others = [PipOptions.Requirements, PipOptions.Group, PipOptions.Script, PipOptions.NoDeps];
            if (Array.Find(others, arguments.WasGiven) is { } other)
            {
                throw new UsageException(
                    $"`--only-deps` and `--{other.Name}` cannot be used together",
                    "Name the packages themselves"
                );
            }
        }

        Option[] elsewhere = [PipOptions.Platform, PipOptions.Abi, PipOptions.Implementation];
        if (!locks.IsEmpty && Array.Find(elsewhere, arguments.WasGiven) is { } tag)
        {
            throw new UsageException(
                $"`--{tag.Name}` cannot be used with a lock file, which says itself what each machine installs",
                "Use `--python-platform` and `--python-version`"
            );
        }
    }

    /// <summary>Installs packages by name into the environment of an interpreter; for `krait venv --seed`.</summary>
    public static Task<int> InstallNamedAsync(
        KraitContext context,
        ParsedArguments arguments,
        string python,
        ImmutableArray<string> names,
        CancellationToken cancellationToken
    ) =>
        InstallAsync(
            context,
            arguments,
            new RequirementSources { Packages = names },
            [],
            python,
            shortcut: null,
            cancellationToken
        );

    private static async Task<int> InstallAsync(
        KraitContext context,
        ParsedArguments arguments,
        RequirementSources sources,
        ImmutableArray<string> locks,
        string? python,
        InstallShortcut? shortcut,
        CancellationToken cancellationToken
    )
    {
        await using var run = await CommandRun.OpenAsync(context, arguments, cancellationToken);
        var environment = await run.FindOwnEnvironmentAsync(python, cancellationToken);
        var inputs = await run.ReadInputsAsync(sources, cancellationToken);
        var target = TargetArguments.Create(context, arguments, environment.Interpreter);
        inputs = await CloneAsync(context, arguments, environment, inputs, target, cancellationToken);
        using var preparation = Tracer.Begin("prepare request");
        var indexes = await IndexArguments.CreateAsync(context, arguments, inputs, target.Markers, cancellationToken);
        var request = CreateRequest(context, arguments, environment, inputs, target);
        var bench = run.Bench(indexes, environment.Interpreter, request) with
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
        var entries = locked.Names.Union(inputs.Roots.Select(root => root.Requirement.Name));
        request = request with
        {
            Locked = locked.Wheels,
            Closed = ClosedBy(arguments, locks) is { } closed ? closed with { Entries = entries } : null,
        };
        var smoke = new SmokeAfterChange(context, arguments, environment);
        await RemovalArguments.CheckAsync(context, arguments, bench, inputs, locked.Wheels, cancellationToken);
        preparation.Dispose();
        var outcome = await new InstallOperation(bench).RunAsync(request, cancellationToken);
        using var span = Tracer.Begin("report result");
        run.Display.Stop();
        if (arguments.Value(PipOptions.Report) is { } report && outcome is InstallOutcome.Done done)
        {
            var metadata = new WholeMetadata(run.Client, indexes, environment);
            await new InstallReport(done, environment).WriteAsync(context, report, metadata, cancellationToken);
        }

        ChangeListWriter.WriteIfWanted(context, arguments, outcome, request.IsDryRun);
        var code = OutcomeRenderer.Write(context, outcome, Strictness(arguments));
        shortcut?.Remember(run.Cache, environment, inputs, run.Read, outcome);
        return await smoke.RunAsync(run, indexes, target, outcome, code, cancellationToken);
    }

    /// <summary>Clones repositories that are to be installed in place; what is only tried out is looked at in the cache.</summary>
    private static Task<RequirementSet> CloneAsync(
        KraitContext context,
        ParsedArguments arguments,
        PythonEnvironment environment,
        RequirementSet inputs,
        MachineTarget target,
        CancellationToken cancellationToken
    )
    {
        if (InstallArguments.IsDryRun(arguments))
            return Task.FromResult(inputs);
        var folder = environment.IsVirtual ? Path.Join(environment.Root, "src") : "src";
        return CloneArguments.PlaceAsync(context, arguments, folder, inputs, target.Markers, cancellationToken);
    }

    /// <summary>The lock file that has to be complete, unless dependencies are none of this run's business.</summary>
    private static ClosedSet? ClosedBy(ParsedArguments arguments, ImmutableArray<string> locks)
    {
        if (arguments.Value(PipOptions.RequireComplete) is { } file)
            return new ClosedSet(file, "Create it again with `krait pipenv lock`");
        return locks.IsEmpty || arguments.IsOn(PipOptions.NoDeps) || arguments.IsOn(PipOptions.OnlyDeps)
            ? null
            : new ClosedSet(
                locks[0],
                "Create the lock file again; `--no-deps` installs one that leaves something out on purpose"
            );
    }

    /// <summary>What makes a run that went well a failure.</summary>
    private static OutcomeDemands Strictness(ParsedArguments arguments) =>
        new(
            IsConsistent: arguments.IsOn(PipOptions.Strict) || arguments.IsOn(Exact),
            IsUnchanged: arguments.IsOn(PipOptions.Check)
        );

    private static InstallRequest CreateRequest(
        KraitContext context,
        ParsedArguments arguments,
        PythonEnvironment environment,
        RequirementSet inputs,
        MachineTarget target
    ) =>
        new(environment, inputs, target)
        {
            Resolve = ResolveArguments.Options(context, arguments, inputs),
            Install = InstallArguments.Options(arguments),
            IsExact = arguments.IsOn(Exact),
            ReinstallsAll = arguments.IsOn(PipOptions.Reinstall) || arguments.IsOn(PipOptions.IgnoreInstalled),
            Reinstalls = [.. arguments.Values(PipOptions.ReinstallPackage).Select(NameLists.ParseName)],
            OnlyDependencies = arguments.IsOn(PipOptions.OnlyDeps),
            ChecksEnvironment = arguments.IsOn(PipOptions.Strict) || arguments.IsOn(Exact),
            IsDryRun = InstallArguments.IsDryRun(arguments),
        };
}
