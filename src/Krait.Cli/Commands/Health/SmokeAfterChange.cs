using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Health.Smoke;
using Krait.Packaging.Metadata;
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
/// <param name="context">The run.</param>
/// <param name="arguments">The command line.</param>
/// <param name="environment">The environment, as it is before the change.</param>
internal sealed class SmokeAfterChange(KraitContext context, ParsedArguments arguments, PythonEnvironment environment)
{
    private readonly ImmutableArray<InstalledDistribution> before = arguments.IsOn(SmokeOptions.RollBack)
        ? InstalledDistributions.Read(environment).All
        : [];

    /// <summary>What was asked for by name before the change; REQUESTED is read before it may go.</summary>
    private readonly ImmutableHashSet<PackageName> requested = arguments.IsOn(SmokeOptions.RollBack)
        ? [.. InstalledDistributions.Read(environment).All.Where(one => one.IsRequested).Select(one => one.Name)]
        : [];

    private readonly ImmutableArray<string?> pins = arguments.IsOn(SmokeOptions.RollBack)
        ? [.. InstalledDistributions.Read(environment).All.Select(PinOf)]
        : [];

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
        var outcome = await new RepairOperation(run.BenchThatLooksFirst(indexes)).RunAsync(request, cancellationToken);
        run.Display.Stop();
        context.Terminal.Say("Rolled back: the environment is as it was before");
        foreach (var operation in outcome.Plan.Changes)
            context.Terminal.Detail(operation.ToString());
    }

    private static string? PinOf(InstalledDistribution distribution)
    {
        if (DirectUrl.TryParse(distribution.ReadDirectUrl().Span, out var url, out _))
            return url is DirectUrl.Archive ? $"{distribution.Name} @ {url.Url}" : null;
        return distribution.Kind == InstalledKind.DistInfo && distribution.Version is { } version
            ? $"{distribution.Name}=={version}"
            : null;
    }
}
