using System.Collections.Immutable;
using Krait.Cli.Commands;

namespace Krait.Cli.Arguments;

/// <summary>Every command that krait has.</summary>
internal static class CommandTable
{
    /// <summary>All commands in the order of help texts.</summary>
    public static ImmutableArray<Command> All { get; } =
    [
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
        HelpCommand.Command,
    ];

    /// <summary>Finds the command with these words, or null.</summary>
    public static Command? Find(string path)
    {
        foreach (var command in All)
        {
            if (string.Equals(command.Path, path, StringComparison.Ordinal))
                return command;
            foreach (var alias in command.Aliases)
            {
                if (string.Equals(alias, path, StringComparison.Ordinal))
                    return command;
            }
        }

        return null;
    }

    /// <summary>Whether these words are the first of several commands (`pip`).</summary>
    public static bool IsGroup(string path) => All.Any(c => c.Path.StartsWith(path + " ", StringComparison.Ordinal));

    /// <summary>The stand-in for a missing command: lists those that begin with these words.</summary>
    public static Command Overview(string path) =>
        HelpCommand.Command with
        {
            RunAsync = (context, _, _) =>
            {
                HelpText.WriteOverview(context.Terminal, path);
                return Task.FromResult(path.Length == 0 ? 0 : 2);
            },
        };
}
