using System.Collections.Immutable;
using System.Text;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;

namespace Krait.Cli.Commands;

/// <summary>Writes help from the tables that the parser reads, so that help cannot be wrong about what is accepted.</summary>
internal static class HelpText
{
    private const int Column = 34;
    private const int MostChoices = 8;

    /// <summary>Writes the help of one command.</summary>
    public static void Write(Terminal terminal, Command command)
    {
        if (string.Equals(command.Path, "help", StringComparison.Ordinal))
        {
            WriteOverview(terminal, "");
            return;
        }

        var text = new StringBuilder();
        text.Append(command.Help).Append("\n\nUsage: krait ").Append(command.Path).Append(" [OPTIONS]");
        if (command.Positional is { } positional)
        {
            var name = positional.IsRepeatable ? $"{positional.Name}..." : positional.Name;
            text.Append(positional.IsRequired ? $" {name}" : $" [{name}]");
        }

        text.Append("\n\nOptions:\n");
        var own = command.Options();
        foreach (var option in own)
            AppendOption(text, option);
        text.Append("\nGeneral options:\n");
        // A command's own letter hides a general one.
        foreach (var option in GlobalOptions.All)
            AppendOption(text, own.Any(o => o.Short == option.Short) ? option with { Short = '\0' } : option);
        terminal.WriteText(text.ToString());
    }

    /// <summary>Lists the commands that begin with these words.</summary>
    public static void WriteOverview(Terminal terminal, string path)
    {
        var text = new StringBuilder("Krait makes Python environments fast and dependable.\n\nUsage: krait ");
        text.Append(path.Length == 0 ? "" : path + " ").Append("COMMAND [OPTIONS] [ARGUMENTS]\n\nCommands:\n");
        foreach (var command in CommandTable.All.All)
        {
            if (path.Length == 0 || command.Path.StartsWith(path + " ", StringComparison.Ordinal))
                text.Append("  ").Append(command.Path.PadRight(16)).Append("  ").Append(command.Help).Append('\n');
        }

        text.Append("\n`krait help COMMAND` shows the options of a command.\n");
        terminal.WriteText(text.ToString());
    }

    /// <summary>Of many choices a few show what they look like; all are told to whoever gives another.</summary>
    private static ImmutableArray<string> Shown(ImmutableArray<string> choices) =>
        choices.Length <= MostChoices ? choices : [.. choices[..MostChoices], "…"];

    private static void AppendOption(StringBuilder text, Option option)
    {
        if (option.IsHidden)
            return;
        var spelling = option.Short == '\0' ? $"      --{option.Name}" : $"  -{option.Short}, --{option.Name}";
        if (option.Kind is OptionKind.Value or OptionKind.Values)
            spelling += $" {option.ValueName}";
        text.Append(spelling.PadRight(Column));
        if (spelling.Length >= Column)
            text.Append('\n').Append(' ', Column);
        text.Append("  ").Append(option.Help);
        if (!option.Choices.IsEmpty)
            text.Append(" (").AppendJoin(", ", Shown(option.Choices)).Append(')');
        if (option.Variable is not null)
            text.Append(" [KRAIT_").Append(option.Variable).Append(']');
        text.Append('\n');
    }
}
