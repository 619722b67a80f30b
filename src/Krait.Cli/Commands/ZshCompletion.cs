using System.Text;

namespace Krait.Cli.Commands;

/// <summary>Writes the completion script for zsh.</summary>
internal static class ZshCompletion
{
    private const string Start = """
        #compdef krait
        # zsh completion for krait, made by `krait generate-shell-completion zsh`
        _krait() {
            local at='' kind=none cur=${words[CURRENT]} prev=${words[CURRENT-1]} i
            local -a offered flags choices
            if [[ $cur == --*=* ]]; then
                prev=${cur%%=*}
                compset -P '*='
            fi
            for ((i = 2; i < CURRENT; i++)); do
                case "${at:+$at }${words[i]}" in

        """;

    private const string Middle = """
                esac
            done
            case $at in

        """;

    private const string End = """
            esac
            if (( $#choices )); then
                compadd -- $choices
            elif [[ $kind == nothing ]]; then
                _message 'value'
            elif [[ $cur == -* && $prev != $cur && $kind != value-* ]]; then
                _describe -o option flags
            else
                case ${kind#value-} in
                    file) _files ;;
                    directory) _files -/ ;;
                    none) _describe command offered ;;
                esac
            fi
        }
        if [[ $funcstack[1] == _krait ]]; then
            _krait "$@"
        else
            compdef _krait krait
        fi

        """;

    /// <summary>The script.</summary>
    public static string Write()
    {
        var script = new StringBuilder(Start);
        foreach (var path in CompletionTable.Paths.Where(path => path.Length > 0))
            script.Append("            '").Append(path).Append("') at='").Append(path).Append("' ;;\n");
        script.Append(Middle);
        foreach (var path in CompletionTable.Paths)
            AppendPath(script, path);
        return script.Append(End).ToString();
    }

    private static void AppendPath(StringBuilder script, string path)
    {
        var kind = CompletionTable.ArgumentsOf(path);
        script
            .Append("        '")
            .Append(path)
            .Append("')\n            kind=")
            .Append(Word(kind))
            .Append("\n            offered=(");
        var words =
            kind is CompletionKind.Shell
                ? ShellCompletion.Shells.Select(shell => (Word: shell, Help: ""))
                : CompletionTable.WordsAfter(path);
        foreach (var (word, help) in words)
            script.Append(' ').Append(Described(word, help));
        script.Append(" )\n            flags=(\n");
        var options = CompletionTable.OptionsOf(path).ToList();
        foreach (var option in options)
        {
            foreach (var spelling in CompletionTable.Spellings(option))
                script.Append("                ").Append(Described(spelling, option.Help)).Append('\n');
        }

        script.Append("            )\n            case $prev in\n");
        foreach (var option in options.Where(CompletionTable.TakesValue))
        {
            var spellings = option.Short == '\0' ? $"--{option.Name}" : $"--{option.Name}|-{option.Short}";
            var values = CompletionTable.KindOf(option.ValueName);
            script.Append("                ").Append(spellings).Append(") ");
            if (!option.Choices.IsEmpty)
                script.Append("choices=(").AppendJoin(' ', option.Choices).Append(')');
            else
                script.Append("kind=").Append(values is CompletionKind.None ? "nothing" : "value-" + Word(values));
            script.Append(" ;;\n");
        }

        script.Append("            esac\n            ;;\n");
    }

    private static string Described(string word, string help)
    {
        var text = help.Length == 0 ? word : $"{word}:{help}";
        return "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }

    private static string Word(CompletionKind kind) =>
        kind switch
        {
            CompletionKind.File => "file",
            CompletionKind.Directory => "directory",
            _ => "none",
        };
}
