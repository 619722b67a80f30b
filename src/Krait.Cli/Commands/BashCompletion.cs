using System.Text;

namespace Krait.Cli.Commands;

/// <summary>Writes the completion script for bash.</summary>
internal static class BashCompletion
{
    private const string Start = """
        # bash completion for krait, made by `krait generate-shell-completion bash`
        _krait() {
            local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
            local at= options= words= choices= kind=none values=none i
            if [[ $cur == = ]]; then
                cur=
            elif [[ $prev == = ]]; then
                prev=${COMP_WORDS[COMP_CWORD - 2]}
            fi
            for ((i = 1; i < COMP_CWORD; i++)); do
                case "${at:+$at }${COMP_WORDS[i]}" in

        """;

    private const string Middle = """
                esac
            done
            case $at in

        """;

    private const string End = """
            esac
            COMPREPLY=()
            if [[ -n $choices ]]; then
                mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$cur")
                return
            fi
            if [[ $values == none && $cur == -* ]]; then
                mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
                return
            fi
            [[ $values == none ]] || kind=$values
            case $kind in
                file) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
                directory) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
                none) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur") ;;
            esac
        }
        complete -o filenames -F _krait krait

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
        var words = CompletionTable.WordsAfter(path).Select(one => one.Word);
        var kind = CompletionTable.ArgumentsOf(path);
        script.Append("        '").Append(path).Append("')\n");
        script
            .Append("            words='")
            .AppendJoin(' ', kind is CompletionKind.Shell ? ShellCompletion.Shells : words);
        script.Append("'\n            kind=").Append(Word(kind)).Append('\n');
        var options = CompletionTable.OptionsOf(path).ToList();
        script
            .Append("            options='")
            .AppendJoin(' ', options.SelectMany(CompletionTable.Spellings))
            .Append("'\n");
        script.Append("            case $prev in\n");
        foreach (var option in options.Where(CompletionTable.TakesValue))
        {
            var spellings = option.Short == '\0' ? $"--{option.Name}" : $"--{option.Name} | -{option.Short}";
            var values = Word(CompletionTable.KindOf(option.ValueName));
            script.Append("                ").Append(spellings).Append(") ");
            if (option.Choices.IsEmpty)
                script.Append("values=").Append(values is "none" ? "nothing" : values);
            else
                script.Append("choices='").AppendJoin(' ', option.Choices).Append('\'');
            script.Append(" ;;\n");
        }

        script.Append("            esac\n            ;;\n");
    }

    private static string Word(CompletionKind kind) =>
        kind switch
        {
            CompletionKind.File => "file",
            CompletionKind.Directory => "directory",
            _ => "none",
        };
}
