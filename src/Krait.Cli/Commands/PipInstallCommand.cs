using System.Collections.Immutable;
using Krait.Cli.Arguments;
using Krait.Cli.Rendering;
using Krait.Environments.Layouts;
using Krait.Installer.Wheels;
using Krait.Projects.Inputs;
using Krait.Projects.Operations;
using Krait.Projects.Targets;

namespace Krait.Cli.Commands;

/// <summary>`krait pip install`.</summary>
internal static class PipInstallCommand
{
    private static readonly Option Exact = new(
        "exact",
        OptionKind.Flag,
        "Remove what is neither asked for nor required"
    )
    {
        Aliases = ["prune"],
        Opposite = "inexact",
    };

    public static Command Command { get; } =
        new("pip install", "Install packages and what they require")
        {
            Positional = new Positional("PACKAGE", IsRequired: false, IsRepeatable: true),
            Options = () =>
                [
                    PipOptions.Requirements,
                    PipOptions.Editable,
                    .. PipOptions.Sources,
                    PipOptions.NoDeps,
                    Exact,
                    .. PipOptions.Upgrades,
                    .. PipOptions.Reinstallation,
                    .. PipOptions.Freshness,
                    .. PipOptions.Indexes,
                    .. PipOptions.Selection,
                    .. PipOptions.Binaries,
                    .. PipOptions.Hashes,
                    .. PipOptions.Environment,
                    .. PipOptions.Folders,
                    .. PipOptions.Machine,
                    .. PipOptions.Installing,
                    PipOptions.Report,
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
        var sources = ResolveArguments.Sources(
            arguments,
            [.. arguments.Positionals],
            arguments.Values(PipOptions.Requirements)
        );
        if (sources.IsEmpty)
            throw new UsageException("there is nothing to install", "Name a package, or a file with `-r FILE`");
        return await InstallAsync(context, arguments, sources, arguments.Value(PipOptions.Python), cancellationToken);
    }

    /// <summary>Installs packages by name into the environment of an interpreter; for `krait venv --seed`.</summary>
    public static Task<int> InstallNamedAsync(
        KraitContext context,
        ParsedArguments arguments,
        string python,
        ImmutableArray<string> names,
        CancellationToken cancellationToken
    ) => InstallAsync(context, arguments, new RequirementSources { Packages = names }, python, cancellationToken);

    private static async Task<int> InstallAsync(
        KraitContext context,
        ParsedArguments arguments,
        RequirementSources sources,
        string? python,
        CancellationToken cancellationToken
    )
    {
        using var cache = await CacheAccess.OpenAsync(context, arguments, cancellationToken);
        await using var client = WorkbenchFactory.CreateClient(context, arguments, cache);
        var environment = await EnvironmentAccess.FindAsync(context, arguments, cache, python, cancellationToken);
        EnvironmentAccess.RefuseManaged(environment, arguments);
        var inputs = await WorkbenchFactory.ReadInputsAsync(context, client, sources, cancellationToken);
        var indexes = WorkbenchFactory.CreateIndexes(context, arguments, inputs.Options);
        using var store = new WheelStore(cache);
        var display = new ProgressDisplay(context.Terminal, !arguments.IsOn(GlobalOptions.NoProgress));
        var bench = WorkbenchFactory.Create(context, cache, client, indexes, store, display);
        try
        {
            var outcome = await new InstallOperation(bench).RunAsync(
                CreateRequest(context, arguments, environment, inputs),
                cancellationToken
            );
            display.Stop();
            if (arguments.Value(PipOptions.Report) is { } report && outcome is InstallOutcome.Done done)
                InstallReportWriter.Write(context, report, done, environment);
            return OutcomeRenderer.Write(context, outcome, arguments.IsOn(PipOptions.Strict));
        }
        finally
        {
            display.Stop();
            context.Terminal.Detail($"{client.Counters}");
        }
    }

    private static InstallRequest CreateRequest(
        KraitContext context,
        ParsedArguments arguments,
        PythonEnvironment environment,
        RequirementSet inputs
    ) =>
        new(
            environment,
            inputs,
            MachineTarget.Create(
                environment.Interpreter,
                arguments.Value(PipOptions.PythonVersion),
                arguments.Value(PipOptions.PythonPlatform)
            )
        )
        {
            Resolve = ResolveArguments.Options(context, arguments, inputs),
            Install = InstallArguments.Options(arguments),
            IsExact = arguments.IsOn(Exact),
            ReinstallsAll = arguments.IsOn(PipOptions.Reinstall),
            Reinstalls = [.. arguments.Values(PipOptions.ReinstallPackage).Select(InspectionOptions.ParseName)],
            IsDryRun = arguments.IsOn(PipOptions.DryRun),
        };
}
