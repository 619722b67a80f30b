using System.Collections.Immutable;
using System.Text;
using Krait.Cli.Options;
using Krait.Cli.Parsing;
using Krait.Cli.Rendering;

namespace Krait.Cli.Commands;

/// <summary>Writes help from the tables that the parser reads, so that help cannot be wrong about what is accepted.</summary>
internal sealed class HelpText(Terminal terminal)
{
    private const int MostChoices = 8;
    private const int NarrowestText = 20;
    private const int Bold = 1;
    private const int Green = 32;
    private const int Cyan = 36;
    private const int LongIndent = 10;

    private readonly StringBuilder text = new();
    private readonly int width = Math.Clamp(terminal.OutputColumns, 20, 120);

    /// <summary>Writes the help of one command.</summary>
    /// <param name="terminal">The console.</param>
    /// <param name="command">The command.</param>
    /// <param name="isLong">Whether defaults, choices and variables are shown, too; else each option takes one line.</param>
    public static void Write(Terminal terminal, Command command, bool isLong)
    {
        var help = new HelpText(terminal);
        if (string.Equals(command.Path, "help", StringComparison.Ordinal))
            help.AddOverview("");
        else if (CommandTable.All.IsGroup(command.Path))
            help.AddOverview(command.Path);
        else
            help.AddCommand(command, isLong);
        terminal.WriteText(help.text.ToString());
    }

    /// <summary>Lists the commands that begin with these words.</summary>
    public static void WriteOverview(Terminal terminal, string path)
    {
        var help = new HelpText(terminal);
        help.AddOverview(path);
        terminal.WriteText(help.text.ToString());
    }

    /// <summary>The options of a command that help shows, by heading; a command's own letter hides a general one.</summary>
    public static IEnumerable<IGrouping<string, Option>> Groups(Command command)
    {
        var own = command.Options();
        return own.Concat(
                GlobalOptions.All.Select(option =>
                    own.Any(o => o.Short == option.Short) ? option with { Short = '\0' } : option
                )
            )
            .Where(option => !option.IsHidden)
            .GroupBy(option => option.Heading, StringComparer.Ordinal)
            .OrderBy(group => OptionHeadings.All.IndexOf(group.Key));
    }

    /// <summary>The spelling of an option with what stands for its value (`-r, --requirements FILE`).</summary>
    public static string Spelling(Option option)
    {
        var spelling = option.Short == '\0' ? $"    --{option.Name}" : $"-{option.Short}, --{option.Name}";
        return option.Kind is OptionKind.Value or OptionKind.Values ? $"{spelling} {option.ValueName}" : spelling;
    }

    /// <summary>The words after the command's name in its usage line.</summary>
    public static string Usage(Command command)
    {
        if (command.Positional is not { } positional)
            return "[OPTIONS]";
        var name = positional.IsRepeatable ? $"{positional.Name}..." : positional.Name;
        return positional.IsRequired ? $"[OPTIONS] {name}" : $"[OPTIONS] [{name}]";
    }

    private void AddCommand(Command command, bool isLong)
    {
        AddWrapped(command.Help, 0, 0);
        text.Append('\n');
        AddUsage($"krait {command.Path} {Usage(command)}");
        if (isLong)
        {
            foreach (var group in Groups(command))
            {
                AddHeading(group.Key);
                foreach (var option in group)
                    AddLong(option);
            }

            return;
        }

        var groups = Groups(command).ToList();
        var used = groups.SelectMany(group => group).Where(o => OptionHeadings.IsMostUsed(o.Name)).ToList();
        if (used.Count > 0)
            AddShort("Most used", [.. used.OrderBy(option => option.Rank)]);
        foreach (var group in groups)
            AddShort(group.Key, [.. group.Where(option => !OptionHeadings.IsMostUsed(option.Name))]);
        text.Append('\n');
        AddWrapped($"`krait help {command.Path}` shows defaults, choices and variables.", 0, 0);
    }

    private void AddOverview(string path)
    {
        AddWrapped("Krait makes Python environments fast and dependable.", 0, 0);
        text.Append('\n');
        AddUsage($"krait {(path.Length == 0 ? "" : path + " ")}COMMAND [OPTIONS] [ARGUMENTS]");
        var commands = CommandTable
            .All.All.Where(c => path.Length == 0 || c.Path.StartsWith(path + " ", StringComparison.Ordinal))
            .ToList();
        var groups = commands.GroupBy(CommandHeadings.Of, StringComparer.Ordinal);
        foreach (var group in groups.OrderBy(group => CommandHeadings.All.IndexOf(group.Key)))
        {
            AddHeading(group.Key);
            var column = group.Max(command => command.Path.Length) + 4;
            foreach (var command in group)
                AddRow(command.Path, command.Help, column);
        }

        text.Append('\n');
        AddWrapped("`krait help COMMAND` shows the options of a command.", 0, 0);
    }

    private void AddUsage(string usage)
    {
        text.Append(terminal.PaintResult("Usage:", Bold)).Append(' ');
        AddWrapped(usage, "Usage: ".Length, "Usage: ".Length);
    }

    private void AddHeading(string heading) =>
        text.Append('\n').Append(terminal.PaintResult(heading + ":", Bold)).Append('\n');

    private void AddShort(string heading, ImmutableArray<Option> options)
    {
        if (options.IsEmpty)
            return;
        AddHeading(heading);
        foreach (var option in options)
        {
            var spelling = Spelling(option);
            const int Column = 36;
            var room = width - Column;
            if (spelling.Length + 4 > Column || room < NarrowestText)
                AddRow(spelling, option.Help, LongIndent);
            else
                AddRow(spelling, Shortened(option.Help, room), Column);
        }
    }

    /// <summary>A text that is wider than one line, without its explanation.</summary>
    private static string Shortened(string help, int room)
    {
        if (help.Length <= room)
            return help;
        var end = help.AsSpan(0, room + 1).LastIndexOfAny(";:,([");
        return VisibleText.Fit(end > 0 ? help[..end].TrimEnd() : help, room);
    }

    private void AddLong(Option option)
    {
        text.Append("  ").Append(terminal.PaintResult(Spelling(option), Green)).Append('\n').Append(' ', LongIndent);
        AddWrapped(option.Help + Facts(option), LongIndent, LongIndent);
    }

    /// <summary>The default, the choices and the variable of an option; of many choices a few show what they look like.</summary>
    public static string Facts(Option option)
    {
        var facts = new StringBuilder();
        if (option.Default is { } usual && !option.Help.Contains("[default:", StringComparison.Ordinal))
            facts.Append(" [default: ").Append(usual).Append(']');
        if (!option.Choices.IsEmpty)
        {
            ImmutableArray<string> shown =
                option.Choices.Length <= MostChoices ? option.Choices : [.. option.Choices[..MostChoices], "…"];
            facts.Append(" [choices: ").AppendJoin(", ", shown).Append(']');
        }

        if (option.Variable is not null)
            facts.Append(" [env: KRAIT_").Append(option.Variable).Append(']');
        return facts.ToString();
    }

    /// <summary>A word and its text, which begins in a column, or on a line of its own where the word is long.</summary>
    private void AddRow(string word, string help, int column)
    {
        if (width - column < NarrowestText)
            column = 4;
        text.Append("  ").Append(terminal.PaintResult(word, Cyan));
        var used = 2 + word.Length;
        if (used + 2 > column)
        {
            text.Append('\n');
            used = 0;
        }

        text.Append(' ', column - used);
        AddWrapped(help, column, column);
    }

    /// <summary>Words up to the width of the terminal, the further lines indented.</summary>
    private void AddWrapped(string words, int used, int indent)
    {
        var column = used;
        var isFirst = true;
        foreach (var word in words.Split(' '))
        {
            if (!isFirst && column + 1 + word.Length > width)
            {
                text.Append('\n').Append(' ', indent);
                column = indent;
                isFirst = true;
            }

            if (!isFirst)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word);
            column += word.Length;
            isFirst = false;
        }

        text.Append('\n');
    }
}
