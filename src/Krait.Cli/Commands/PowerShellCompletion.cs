using System.Text;

namespace Krait.Cli.Commands;

/// <summary>Writes the completion script for PowerShell.</summary>
internal static class PowerShellCompletion
{
    private const string End = """
            }
            if ($choices) {
                $offered = $choices
            } elseif ($takesValue) {
                return
            } elseif ($wordToComplete.StartsWith('-')) {
                $offered = $options
            } else {
                $offered = $words
            }
            $offered | Where-Object { $_ -like "$wordToComplete*" } | Sort-Object -Unique | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;

    /// <summary>The script.</summary>
    public static string Write()
    {
        var script = new StringBuilder(
            "# PowerShell completion for krait, made by `krait generate-shell-completion powershell`\n"
        );
        script.Append("Register-ArgumentCompleter -Native -CommandName krait -ScriptBlock {\n");
        script.Append("    param($wordToComplete, $commandAst, $cursorPosition)\n");
        script.Append("    $typed = @($commandAst.CommandElements | Select-Object -Skip 1 |\n");
        script.Append(
            "        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })\n"
        );
        script
            .Append("    $paths = @(")
            .AppendJoin(", ", CompletionTable.Paths.Where(path => path.Length > 0).Select(Quoted))
            .Append(")\n");
        script.Append("    $at = ''\n    foreach ($word in $typed) {\n        $next = \"$at $word\".Trim()\n");
        script.Append("        if ($paths -ccontains $next) { $at = $next }\n    }\n");
        script.Append("    $prev = if ($typed.Count) { $typed[-1] } else { '' }\n");
        script.Append(
            "    $words = @(); $options = @(); $choices = $null; $takesValue = $false\n    switch -CaseSensitive ($at) {\n"
        );
        foreach (var path in CompletionTable.Paths)
            AppendPath(script, path);
        return script.Append(End).ToString();
    }

    private static void AppendPath(StringBuilder script, string path)
    {
        var words =
            CompletionTable.ArgumentsOf(path) is CompletionKind.Shell
                ? ShellCompletion.Shells
                : CompletionTable.WordsAfter(path).Select(one => one.Word);
        var options = CompletionTable.OptionsOf(path).ToList();
        script.Append("        ").Append(Quoted(path)).Append(" {\n            $words = @(");
        script.AppendJoin(", ", words.Select(Quoted)).Append(")\n            $options = @(");
        script.AppendJoin(", ", options.SelectMany(CompletionTable.Spellings).Select(Quoted)).Append(")\n");
        script.Append("            switch -CaseSensitive ($prev) {\n");
        foreach (var option in options.Where(CompletionTable.TakesValue))
        {
            var names =
                option.Short == '\0'
                    ? Quoted($"--{option.Name}")
                    : $"{{ $_ -cin @({Quoted($"--{option.Name}")}, {Quoted($"-{option.Short}")}) }}";
            script.Append("                ").Append(names).Append(" { $takesValue = $true");
            if (!option.Choices.IsEmpty)
                script.Append("; $choices = @(").AppendJoin(", ", option.Choices.Select(Quoted)).Append(')');
            script.Append(" }\n");
        }

        script.Append("            }\n        }\n");
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
