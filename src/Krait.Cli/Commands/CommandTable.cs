using Krait.Cli.Commands.Pip;
using Krait.Cli.Commands.Projects;
using Krait.Cli.Options;
using Krait.Cli.Parsing;

namespace Krait.Cli.Commands;

/// <summary>Every command that krait has.</summary>
internal static class CommandTable
{
    /// <summary>The commands.</summary>
    public static CommandSet All { get; } =
        new(
            [
                InitCommand.Command,
                AddCommand.Command,
                RemoveCommand.Command,
                LockCommand.Command,
                SyncCommand.Command,
                UpgradeCommand.Command,
                OutdatedCommand.Command,
                LockWhyCommands.Why,
                LockWhyCommands.WhyNot,
                RunCommand.Command,
                ShellCommand.Command,
                TaskCommands.List,
                MatrixCommand.Run,
                VersionCommand.Command,
                ExportCommand.Command,
                BuildCommand.Command,
                ImportCommand.Command,
                TreeCommand.Command,
                WorkspaceCommands.List,
                WorkspaceCommands.Dir,
                WorkspaceMetadataCommand.Command,
                PipInstallCommand.Command,
                PipSyncCommand.Command,
                PipCompileCommand.Command,
                PipUninstallCommand.Command,
                PipFreezeCommand.Command,
                PipListCommand.Command,
                PipShowCommand.Command,
                PipTreeCommand.Command,
                PipCheckCommand.Command,
                PipInspectCommand.Command,
                PipDownloadCommand.Command,
                PipWheelCommand.Command,
                PipHashCommand.Command,
                PipIndexVersionsCommand.Command,
                PipVersionCommand.Command,
                PipLockCommand.Command,
                PipConfigCommand.Command,
                PipCacheCommand.Command,
                PipDebugCommand.Command,
                WhyCommands.Why,
                WhyCommands.WhyNot,
                Bundles.BundlePackCommand.Command,
                Bundles.BundleVerifyCommand.Command,
                Bundles.BundleInstallCommand.Command,
                VenvCommand.Command,
                Health.SmokeCommand.Command,
                Health.InventoryCommand.Command,
                Health.PinsCommand.Command,
                Health.DoctorCommand.Command,
                Health.DriftCommand.Command,
                Health.BisectCommand.Command,
                VenvUpdate.VenvUpdateCommand.Command,
                Pipenv.PipenvInstallCommands.Install,
                Pipenv.PipenvInstallCommands.Sync,
                Pipenv.PipenvInstallCommands.Lock,
                Pipenv.PipenvInstallCommands.Update,
                Pipenv.PipenvInstallCommands.Upgrade,
                Pipenv.PipenvInstallCommands.Uninstall,
                Pipenv.PipenvRunCommands.Run,
                Pipenv.PipenvRunCommands.Shell,
                .. Pipenv.PipenvViewCommands.All,
                Shims.ShimCommands.Install,
                Shims.ShimCommands.Remove,
                ServeCommand.Command,
                CacheCommands.Dir,
                CacheCommands.Clean,
                CacheCommands.Prune,
                CacheCommands.Size,
                ShellCompletion.Command,
                HelpCommand.Command,
            ],
            GlobalOptions.All,
            Overview
        )
        {
            Answers = [GlobalOptions.Help, GlobalOptions.Version],
        };

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
