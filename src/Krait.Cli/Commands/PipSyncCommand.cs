using System.Collections.Immutable;
using Krait.Cli.Arguments;
using Krait.Cli.Rendering;
using Krait.Installer.Wheels;
using Krait.Packaging.Lockfiles;
using Krait.Projects.Operations;
using Krait.Projects.Targets;

namespace Krait.Cli.Commands;

/// <summary>`krait pip sync`.</summary>
internal static class PipSyncCommand
{
    private static readonly Option AllowEmpty = new(
        "allow-empty-requirements",
        OptionKind.Flag,
        "Remove everything when the files are empty"
    )
    {
        Opposite = "no-allow-empty-requirements",
    };

    public static Command Command { get; } =
        new("pip sync", "Make an environment hold exactly what files list")
        {
            Positional = new Positional("FILE", IsRequired: true, IsRepeatable: true),
            Options = () =>
                [
                    AllowEmpty,
                    PipOptions.Constraints,
                    PipOptions.BuildConstraints,
                    PipOptions.Extra,
                    PipOptions.AllExtras,
                    PipOptions.Group,
                    .. PipOptions.Reinstallation,
                    .. PipOptions.Freshness,
                    .. PipOptions.Indexes,
                    .. PipOptions.Binaries,
                    .. PipOptions.Hashes,
                    .. PipOptions.Environment,
                    .. PipOptions.Folders,
                    .. PipOptions.Machine,
                    .. PipOptions.Installing,
                    .. ForeignOptions.Sync,
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var locks = arguments.Positionals.Where(file => Pylock.IsFileName(Path.GetFileName(file))).ToImmutableArray();
        using var cache = await CacheAccess.OpenAsync(context, arguments, cancellationToken);
        await using var client = WorkbenchFactory.CreateClient(context, arguments, cache);
        var sources = ResolveArguments.Sources(
            arguments,
            [],
            arguments.Positionals.Except(locks, StringComparer.Ordinal)
        );
        if (!locks.IsEmpty)
            sources = sources with { Extras = [], IncludesAllExtras = false, Groups = [] };
        var inputs = await WorkbenchFactory.ReadInputsAsync(context, client, sources, cancellationToken);
        if (inputs.Roots.IsEmpty && locks.IsEmpty && !arguments.IsOn(AllowEmpty))
        {
            throw new UsageException(
                $"{string.Join(", ", arguments.Positionals.Select(file => $"`{file}`"))} lists nothing, and everything would be removed",
                "If that is what you want, say so with `--allow-empty-requirements`"
            );
        }
        var environment = await EnvironmentAccess.FindAsync(context, arguments, cache, cancellationToken);
        EnvironmentAccess.RefuseManaged(environment, arguments);
        var target = MachineTarget.Create(
            environment.Interpreter,
            arguments.Value(PipOptions.PythonVersion),
            arguments.Value(PipOptions.PythonPlatform)
        );
        var locked = await LockedWheels.ReadAsync(context, client, arguments, locks, target, cancellationToken);
        var request = new SyncRequest(environment, inputs, target)
        {
            Locked = locked,
            Resolve = ResolveArguments.Options(context, arguments, inputs),
            Install = InstallArguments.Options(arguments),
            ReinstallsAll = arguments.IsOn(PipOptions.Reinstall),
            Reinstalls = [.. arguments.Values(PipOptions.ReinstallPackage).Select(InspectionOptions.ParseName)],
            IsDryRun = arguments.IsOn(PipOptions.DryRun),
        };
        using var store = new WheelStore(cache);
        await using var offline = arguments.IsOn(PipOptions.Refresh)
            ? null
            : WorkbenchFactory.CreateClient(context, arguments, cache, neverAsks: true);
        var display = new ProgressDisplay(context.Terminal, !arguments.IsOn(GlobalOptions.NoProgress));
        var indexes = WorkbenchFactory.CreateIndexes(context, arguments, inputs.Options);
        var bench = WorkbenchFactory.Create(context, cache, client, indexes, store, display) with { Offline = offline };
        try
        {
            var outcome = await new SyncOperation(bench).RunAsync(request, cancellationToken);
            display.Stop();
            return OutcomeRenderer.Write(context, outcome, arguments.IsOn(PipOptions.Strict));
        }
        finally
        {
            display.Stop();
            context.Terminal.Detail($"{client.Counters}");
        }
    }
}
