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
                RunCommand.Command,
                ShellCommand.Command,
                TaskCommands.List,
                VersionCommand.Command,
                LockCommand.Command,
                SyncCommand.Command,
                ExportCommand.Command,
                TreeCommand.Command,
                PipInstallCommand.Command,
                PipSyncCommand.Command,
                PipCompileCommand.Command,
                PipUninstallCommand.Command,
                PipFreezeCommand.Command,
                PipListCommand.Command,
                PipShowCommand.Command,
                PipTreeCommand.Command,
                PipCheckCommand.Command,
                WhyCommands.Why,
                WhyCommands.WhyNot,
                VenvCommand.Command,
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
            RunAsync = (context, _, _) =>
            {
                HelpText.WriteOverview(context.Terminal, path);
                return Task.FromResult(path.Length == 0 ? ExitCodes.Done : ExitCodes.Unusable);
            },
        };
}
