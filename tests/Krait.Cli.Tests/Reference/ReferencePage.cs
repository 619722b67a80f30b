using System.Text;
using Krait.Cli.Commands;
using Krait.Cli.Parsing;

namespace Krait.Cli.Tests.Reference;

/// <summary>The command reference and the man pages, written from the tables that the parser reads.</summary>
internal static class ReferencePage
{
    /// <summary>All commands as one page of Markdown.</summary>
    public static string Markdown()
    {
        var page = new StringBuilder(
            "# Commands\n\nAll commands and their options. This page is generated from the tables of the command line.\n"
        );
        foreach (var command in CommandTable.All.All)
        {
            page.Append("\n## krait ")
                .Append(command.Path)
                .Append("\n\n")
                .Append(command.Help)
                .Append(".\n\n```text\nkrait ");
            page.Append(command.Path).Append(' ').Append(HelpText.Usage(command)).Append("\n```\n");
            foreach (var group in HelpText.Groups(command).Where(group => IsOwn(command, group)))
            {
                page.Append("\n### ").Append(group.Key).Append("\n\n");
                foreach (var option in group.Where(option => IsOwn(command, option)))
                {
                    page.Append("- `")
                        .Append(HelpText.Spelling(option).Trim())
                        .Append("`  \n  ")
                        .Append(Plain(option))
                        .Append('\n');
                }
            }
        }

        page.Append("\n## General options\n\nThese stand before or after any command.\n\n");
        foreach (var option in Options.GlobalOptions.All.Where(option => !option.IsHidden))
        {
            page.Append("- `")
                .Append(HelpText.Spelling(option).Trim())
                .Append("`  \n  ")
                .Append(Plain(option))
                .Append('\n');
        }

        return page.ToString();
    }

    /// <summary>The man page of a command.</summary>
    public static string Manual(Command command)
    {
        var name = "krait-" + command.Path.Replace(' ', '-');
        var page = new StringBuilder();
        page.Append(".TH ").Append(name.ToUpperInvariant()).Append(" 1 \"\" \"krait\" \"Krait\"\n");
        page.Append(".SH NAME\n").Append(Roff(name)).Append(" \\- ").Append(Roff(command.Help)).Append('\n');
        page.Append(".SH SYNOPSIS\n.B krait ")
            .Append(Roff(command.Path))
            .Append('\n')
            .Append(Roff(HelpText.Usage(command)))
            .Append('\n');
        foreach (var group in HelpText.Groups(command))
        {
            page.Append(".SH ").Append(group.Key.ToUpperInvariant()).Append('\n');
            foreach (var option in group)
            {
                page.Append(".TP\n.B ").Append(Roff(HelpText.Spelling(option).Trim())).Append('\n');
                page.Append(Roff(Plain(option))).Append('\n');
            }
        }

        page.Append(
            ".SH EXIT STATUS\n0 when done, 1 when it failed or the answer is no, 2 when the command cannot be used as typed.\n"
        );
        return page.Append(".SH SEE ALSO\n.BR krait (1)\n").ToString();
    }

    /// <summary>The man page of the whole program.</summary>
    public static string Manual()
    {
        var page = new StringBuilder(".TH KRAIT 1 \"\" \"krait\" \"Krait\"\n.SH NAME\nkrait \\- ");
        page.Append(
            "make Python environments fast and dependable\n.SH SYNOPSIS\n.B krait\nCOMMAND [OPTIONS] [ARGUMENTS]\n.SH COMMANDS\n"
        );
        foreach (var command in CommandTable.All.All)
        {
            page.Append(".TP\n.B ")
                .Append(Roff("krait " + command.Path))
                .Append('\n')
                .Append(Roff(command.Help))
                .Append('\n');
        }

        return page.Append(".SH SEE ALSO\n.B krait help\n").ToString();
    }

    private static bool IsOwn(Command command, IEnumerable<Option> options) =>
        options.Any(option => IsOwn(command, option));

    private static bool IsOwn(Command command, Option option) =>
        command.Options().Any(own => string.Equals(own.Name, option.Name, StringComparison.Ordinal));

    private static string Plain(Option option) => option.Help + HelpText.Facts(option);

    private static string Roff(string text)
    {
        var escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return escaped is ['.' or '\'', ..] ? "\\&" + escaped : escaped;
    }
}
