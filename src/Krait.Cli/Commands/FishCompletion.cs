using System.Text;
using Krait.Cli.Parsing;

namespace Krait.Cli.Commands;

/// <summary>Writes the completion script for fish.</summary>
internal static class FishCompletion
{
    /// <summary>The script.</summary>
    public static string Write()
    {
        var script = new StringBuilder("# fish completion for krait, made by `krait generate-shell-completion fish`\n");
        script.Append("function __krait_at --argument-names wanted\n    set --local at ''\n");
        script.Append(
            "    for word in (commandline --tokens-expanded --cut-at-cursor --current-process 2>/dev/null; or commandline -opc)[2..]\n"
        );
        script.Append("        switch (string trim -- \"$at $word\")\n");
        foreach (var path in CompletionTable.Paths.Where(path => path.Length > 0))
        {
            script
                .Append("            case '")
                .Append(path)
                .Append("'\n                set at '")
                .Append(path)
                .Append("'\n");
        }

        script.Append("        end\n    end\n    test \"$at\" = \"$wanted\"\nend\n");
        foreach (var path in CompletionTable.Paths)
            AppendPath(script, path);
        return script.ToString();
    }

    private static void AppendPath(StringBuilder script, string path)
    {
        var start = $"complete --command krait --condition \"__krait_at '{path}'\"";
        var kind = CompletionTable.ArgumentsOf(path);
        if (kind is CompletionKind.Shell)
        {
            script
                .Append(start)
                .Append(" --no-files --arguments '")
                .AppendJoin(' ', ShellCompletion.Shells)
                .Append("'\n");
        }
        else if (kind is CompletionKind.None)
        {
            script.Append(start).Append(" --no-files\n");
        }

        foreach (var (word, help) in CompletionTable.WordsAfter(path))
        {
            script
                .Append(start)
                .Append(" --arguments ")
                .Append(word)
                .Append(" --description ")
                .Append(Quoted(help))
                .Append('\n');
        }

        foreach (var option in CompletionTable.OptionsOf(path))
            AppendOption(script, start, option);
    }

    private static void AppendOption(StringBuilder script, string start, Option option)
    {
        script.Append(start).Append(" --long-option ").Append(option.Name);
        if (option.Short != '\0')
            script.Append(" --short-option ").Append(option.Short);
        if (CompletionTable.TakesValue(option))
        {
            if (!option.Choices.IsEmpty)
                script.Append(" --exclusive --arguments '").AppendJoin(' ', option.Choices).Append('\'');
            else if (CompletionTable.KindOf(option.ValueName) is CompletionKind.None)
                script.Append(" --exclusive");
            else
                script.Append(" --require-parameter --force-files");
        }

        script.Append(" --description ").Append(Quoted(option.Help)).Append('\n');
        if (option.Opposite is not null)
            script.Append(start).Append(" --long-option ").Append(option.Opposite).Append('\n');
    }

    private static string Quoted(string text) =>
        "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal) + "'";
}
