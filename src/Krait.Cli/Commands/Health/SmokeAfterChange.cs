using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Health.Smoke;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Changing;
using Krait.Projects.Inputs;
using Krait.Projects.Inspection;
using Krait.Projects.Operations;
using Krait.Projects.Targets;
using Krait.Sources;

namespace Krait.Cli.Commands.Health;

/// <summary>`--smoke` of `install` and `sync`: tries what was installed, and takes it back where that is asked for and it does not work.</summary>
internal sealed class SmokeAfterChange
{
    private readonly KraitContext context;
    private readonly ParsedArguments arguments;
    private readonly PythonEnvironment environment;
    private readonly ImmutableArray<InstalledDistribution> before;
    private readonly ImmutableHashSet<PackageName> requested;
    private readonly ImmutableArray<string?> pins;

    /// <summary>Looks at the environment as it is before the change, where that may have to be restored.</summary>
    public SmokeAfterChange(KraitContext context, ParsedArguments arguments, PythonEnvironment environment)
    {
        (this.context, this.arguments, this.environment) = (context, arguments, environment);
        before = arguments.IsOn(SmokeOptions.RollBack) ? InstalledDistributions.Read(environment).All : [];
        // Read now: the files that say so may go with the change.
        requested = [.. before.Where(one => one.IsRequested).Select(one => one.Name)];
        pins = [.. before.Select(InstalledPin.Of)];
    }

    /// <summary>The options that the check adds to a command that changes an environment.</summary>
    public static ImmutableArray<Option> Options { get; } =
    [SmokeOptions.Smoke, SmokeOptions.RollBack, .. SmokeOptions.Limits];

    /// <summary>Refuses a rollback without a check.</summary>
    /// <exception cref="UsageException">`--rollback-on-failure` stands alone.</exception>
    public static void Check(ParsedArguments arguments)
    {
        if (arguments.IsOn(SmokeOptions.RollBack) && !arguments.IsOn(SmokeOptions.Smoke))
        {
            throw new UsageException(
                "`--rollback-on-failure` needs `--smoke`, which decides about it",
                "Add `--smoke`"
            );
        }
    }

    /// <summary>Runs the check after a change that succeeded.</summary>
    /// <returns>The exit code of the command.</returns>
    public async Task<int> RunAsync(
        CommandRun run,
        IndexSettings indexes,
        MachineTarget target,
        InstallOutcome outcome,
        int code,
        CancellationToken cancellationToken
    )
    {
        if (!arguments.IsOn(SmokeOptions.Smoke) || code != ExitCodes.Done || outcome is not InstallOutcome.Done done)
            return code;
        if (InstallArguments.IsDryRun(arguments))
            return code;
        var graph = InstalledGraph.Read(InstalledDistributions.Read(environment), target.Markers);
        var request = SmokeArguments.Create(context, arguments, environment, graph, graph.Packages);
        var report = await SmokeCheck.RunAsync(request, cancellationToken);
        foreach (var line in SmokeCommand.Text(report).TrimEnd('\n').Split('\n'))
            context.Terminal.Say(line);
        if (report.IsPassed)
            return ExitCodes.Done;
        if (arguments.IsOn(SmokeOptions.RollBack) && !done.Plan.IsEmpty)
            await RollBackAsync(run, indexes, target, cancellationToken);
        return ExitCodes.Failed;
    }

    /// <summary>Restores the set that was installed before.</summary>
    private async Task RollBackAsync(
        CommandRun run,
        IndexSettings indexes,
        MachineTarget target,
        CancellationToken cancellationToken
    )
    {
        if (pins.IndexOf(null) is >= 0 and var unknown)
        {
            var kept = before[unknown];
            throw new KraitException(
                new Diagnostic("cannot-roll-back", "the environment cannot be put back as it was")
                {
                    Notes = [$"`{kept}` was not installed from an index or an archive"],
                    Hints = ["Install the versions that you want again"],
                }
            );
        }

        var sources = new RequirementSources { Packages = [.. pins.OfType<string>()] };
        var inputs = await run.ReadInputsAsync(sources, cancellationToken);
        var request = new RepairRequest(environment, inputs, target)
        {
            RemovesOthers = true,
            Requested = requested,
            Install = InstallArguments.Options(arguments),
        };
        var bench = run.BenchThatLooksFirst(indexes, environment.Interpreter, request);
        var outcome = await new RepairOperation(bench).RunAsync(request, cancellationToken);
        run.Display.Stop();
        context.Terminal.Say("Rolled back: the environment is as it was before");
        foreach (var operation in outcome.Plan.Changes)
            context.Terminal.Detail(operation.ToString());
    }
}
