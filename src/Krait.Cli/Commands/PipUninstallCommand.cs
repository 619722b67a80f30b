using Krait.Cli.Arguments;
using Krait.Cli.Rendering;
using Krait.Environments.Installed;
using Krait.Installer.Execution;
using Krait.Installer.Plans;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Operations;

namespace Krait.Cli.Commands;

/// <summary>`krait pip uninstall`.</summary>
internal static class PipUninstallCommand
{
    public static Command Command { get; } =
        new("pip uninstall", "Remove packages")
        {
            Positional = new Positional("PACKAGE", IsRequired: false, IsRepeatable: true),
            Options = () =>
                [
                    PipOptions.Requirements,
                    PipOptions.Yes,
                    PipOptions.DryRun,
                    .. PipOptions.Environment,
                    .. PipOptions.Folders,
                    IndexOptions.KeyringProvider,
                    new Option("root-user-action", OptionKind.Value, "krait does not warn the root user")
                    {
                        IsHidden = true,
                    },
                ],
            RunAsync = RunAsync,
        };

    private static async Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        if (arguments.Positionals.Count == 0 && arguments.Values(PipOptions.Requirements).Count == 0)
            throw new UsageException("`krait pip uninstall` needs PACKAGE", "Name a package, or a file with `-r FILE`");
        using var cache = await CacheAccess.OpenAsync(context, arguments, cancellationToken);
        var names = await NamesAsync(context, arguments, cache, cancellationToken);
        var environment = await EnvironmentAccess.FindToChangeAsync(
            context,
            arguments,
            cache,
            arguments.Value(PipOptions.Python),
            cancellationToken
        );
        using var session = arguments.IsOn(PipOptions.DryRun)
            ? null
            : await EnvironmentSession.OpenAsync(
                environment,
                CacheAccess.LockLimit(context),
                CacheAccess.Waiting(context),
                cancellationToken
            );
        var installed = InstalledDistributions.Read(environment);
        // What is left of an installation that did not finish goes as well.
        var named = installed.All.Concat(installed.Broken).Where(d => names.Contains(d.Name)).ToList();
        foreach (var foreign in named.Where(d => d.IsForeign))
            DiagnosticRenderer.WriteWarning(context.Terminal, NotOurs(foreign));
        names.RemoveAll(name => named.Exists(d => d.Name == name && d.IsForeign));
        var going = named.Where(d => !d.IsForeign).ToList();
        foreach (var name in names.Where(name => going.TrueForAll(d => d.Name != name)))
        {
            DiagnosticRenderer.WriteWarning(
                context.Terminal,
                new Diagnostic("not-installed", $"`{name}` is not installed")
            );
        }

        if (going.Count == 0)
        {
            context.Terminal.Say("Nothing to uninstall");
            return 0;
        }

        var plan = InstallPlan.Removing(going);
        var report = session is null
            ? null
            : await session.ExecuteAsync(
                plan,
                new Dictionary<PackageName, Installer.Wheels.StoredWheel>(),
                new InstallOptions(),
                progress: null,
                cancellationToken
            );
        if (report is not null)
            context.Terminal.Say(context.Terminal.Paint($"Uninstalled {ProgressDisplay.Count(going.Count)}", 2));
        return OutcomeRenderer.Write(context, new InstallOutcome.Done(plan, report), default);
    }

    /// <summary>What the operating system installed is removed with the system's own tools.</summary>
    private static Diagnostic NotOurs(InstalledDistribution distribution) =>
        new("not-ours", $"`{distribution}` belongs to the system and is not uninstalled")
        {
            Notes = [$"it is in `{distribution.Location}`, where the system's package manager installs"],
        };

    /// <summary>The names of the command line and of files; versions do not matter.</summary>
    private static async Task<List<PackageName>> NamesAsync(
        KraitContext context,
        ParsedArguments arguments,
        Platform.Caching.CacheFolder cache,
        CancellationToken cancellationToken
    )
    {
        await using var client = WorkbenchFactory.CreateClient(context, arguments, cache);
        var sources = ResolveArguments.Sources(
            arguments,
            [.. arguments.Positionals],
            arguments.Values(PipOptions.Requirements)
        );
        var inputs = await WorkbenchFactory.ReadInputsAsync(context, client, sources, cancellationToken);
        return [.. inputs.Roots.Select(root => root.Requirement.Name).Distinct()];
    }
}
