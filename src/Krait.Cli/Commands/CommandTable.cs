using Krait.Cli.Commands.Pip;
using Krait.Cli.Commands.Projects;
using Krait.Cli.Options;
using Krait.Cli.Parsing;

namespace Krait.Cli.Commands;

/// <summary>Every command that krait has. Making all of them takes milliseconds, so a run makes only the one that it needs.</summary>
internal static class CommandTable
{
    /// <summary>The commands.</summary>
    public static CommandSet All { get; } =
        new(
            [
                new("init", static () => InitCommand.Command),
                new("add", static () => AddCommand.Command),
                new("remove", static () => RemoveCommand.Command) { Aliases = ["rm"] },
                new("lock", static () => LockCommand.Command),
                new("sync", static () => SyncCommand.Command),
                new("upgrade", static () => UpgradeCommand.Command),
                new("outdated", static () => OutdatedCommand.Command),
                new("why", static () => LockWhyCommands.Why),
                new("why-not", static () => LockWhyCommands.WhyNot),
                new("run", static () => RunCommand.Command),
                new("shell", static () => ShellCommand.Command),
                new("task list", static () => TaskCommands.List) { Aliases = ["task ls"] },
                new("matrix run", static () => MatrixCommand.Run),
                new("version", static () => VersionCommand.Command),
                new("export", static () => ExportCommand.Command),
                new("build", static () => BuildCommand.Command),
                new("import", static () => ImportCommand.Command),
                new("tree", static () => TreeCommand.Command),
                new("workspace list", static () => WorkspaceCommands.List) { Aliases = ["ls"] },
                new("workspace dir", static () => WorkspaceCommands.Dir),
                new("workspace metadata", static () => WorkspaceMetadataCommand.Command),
                new("pip install", static () => PipInstallCommand.Command),
                new("pip sync", static () => PipSyncCommand.Command),
                new("pip compile", static () => PipCompileCommand.Command),
                new("pip uninstall", static () => PipUninstallCommand.Command),
                new("pip freeze", static () => PipFreezeCommand.Command),
                new("pip list", static () => PipListCommand.Command) { Aliases = ["pip ls"] },
                new("pip show", static () => PipShowCommand.Command),
                new("pip tree", static () => PipTreeCommand.Command),
                new("pip check", static () => PipCheckCommand.Command),
                new("pip inspect", static () => PipInspectCommand.Command),
                new("pip download", static () => PipDownloadCommand.Command),
                new("pip wheel", static () => PipWheelCommand.Command),
                new("pip hash", static () => PipHashCommand.Command),
                new("pip index versions", static () => PipIndexVersionsCommand.Command),
                new("pip version", static () => PipVersionCommand.Command),
                new("pip lock", static () => PipLockCommand.Command),
                new("pip config", static () => PipConfigCommand.Command),
                new("pip cache", static () => PipCacheCommand.Command),
                new("pip debug", static () => PipDebugCommand.Command),
                new("pip why", static () => WhyCommands.Why),
                new("pip why-not", static () => WhyCommands.WhyNot),
                new("bundle pack", static () => Bundles.BundlePackCommand.Command),
                new("bundle verify", static () => Bundles.BundleVerifyCommand.Command),
                new("bundle install", static () => Bundles.BundleInstallCommand.Command),
                new("venv", static () => VenvCommand.Command) { Aliases = ["virtualenv"] },
                new("smoke", static () => Health.SmokeCommand.Command),
                new("inventory", static () => Health.InventoryCommand.Command),
                new("pins", static () => Health.PinsCommand.Command),
                new("doctor", static () => Health.DoctorCommand.Command),
                new("drift", static () => Health.DriftCommand.Command),
                new("bisect", static () => Health.BisectCommand.Command),
                new("venv-update", static () => VenvUpdate.VenvUpdateCommand.Command),
                new("pipenv install", static () => Pipenv.PipenvInstallCommands.Install),
                new("pipenv sync", static () => Pipenv.PipenvInstallCommands.Sync),
                new("pipenv lock", static () => Pipenv.PipenvInstallCommands.Lock),
                new("pipenv update", static () => Pipenv.PipenvInstallCommands.Update),
                new("pipenv upgrade", static () => Pipenv.PipenvInstallCommands.Upgrade),
                new("pipenv uninstall", static () => Pipenv.PipenvInstallCommands.Uninstall),
                new("pipenv run", static () => Pipenv.PipenvRunCommands.Run),
                new("pipenv shell", static () => Pipenv.PipenvRunCommands.Shell),
                PipenvView("pipenv clean"),
                PipenvView("pipenv graph"),
                PipenvView("pipenv requirements"),
                PipenvView("pipenv verify"),
                PipenvView("pipenv scripts"),
                PipenvView("pipenv check"),
                PipenvView("pipenv where"),
                PipenvView("pipenv venv"),
                PipenvView("pipenv py"),
                PipenvView("pipenv remove"),
                new("shims install", static () => Shims.ShimCommands.Install),
                new("shims remove", static () => Shims.ShimCommands.Remove),
                new("serve", static () => ServeCommand.Command),
                new("cache dir", static () => CacheCommands.Dir),
                new("cache clean", static () => CacheCommands.Clean) { Aliases = ["cache clear", "cache purge"] },
                new("cache prune", static () => CacheCommands.Prune),
                new("cache size", static () => CacheCommands.Size),
                new("generate-shell-completion", static () => ShellCompletion.Command),
                new("help", static () => HelpCommand.Command),
            ],
            GlobalOptions.All,
            Overview
        )
        {
            Answers = [GlobalOptions.Help, GlobalOptions.Version],
        };

    private static CommandEntry PipenvView(string path) => new(path, () => Pipenv.PipenvViewCommands.Find(path));

    /// <summary>The stand-in for a missing command: lists those that begin with these words.</summary>
    private static Command Overview(string path) =>
        HelpCommand.Command with
        {
            Path = path.Length == 0 ? HelpCommand.Command.Path : path,
            RunAsync = (context, _, _) =>
            {
                HelpText.WriteOverview(context.Terminal, path);
                return Task.FromResult(path.Length == 0 ? ExitCodes.Done : ExitCodes.Unusable);
            },
        };
}
