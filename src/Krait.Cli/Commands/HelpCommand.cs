using Krait.Cli.Parsing;

namespace Krait.Cli.Commands;

/// <summary>`krait help [COMMAND]`.</summary>
internal static class HelpCommand
{
    public static Command Command { get; } =
        new("help", "Show all commands, or the options of one")
        {
            Positional = new Positional("COMMAND", IsRequired: false, IsRepeatable: true),
            Options = () => [new Option("no-pager", OptionKind.Flag, "Help is never paged") { IsHidden = true }],
            UsesSettings = false,
            RunAsync = RunAsync,
        };

    private static Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var path = string.Join(' ', arguments.Positionals);
        if (path.Length == 0 || CommandTable.All.IsGroup(path))
            HelpText.WriteOverview(context.Terminal, path);
        else if (CommandTable.All.Find(path) is { } command)
            HelpText.Write(context.Terminal, command, isLong: true);
        else
            throw ArgumentParser.UnknownCommand(CommandTable.All, path);
        return Task.FromResult(0);
    }
}
