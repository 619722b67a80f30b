using System.Text;

namespace Krait.Environments.Venvs;

/// <summary>
/// The scripts that put an environment in front of `PATH`, for every shell in use. Each one undoes an activation before it, also by
/// the scripts of other tools, remembers what it changes under the names that those use, and defines how to undo it.
/// </summary>
internal static class ActivationScripts
{
    /// <summary>The scripts of an environment: file name and text.</summary>
    public static IEnumerable<(string Name, string Text)> For(VenvRequest request)
    {
        var prompt = request.ShownPrompt;
        yield return ("activate", ForPosix(request));
        yield return (
            "activate.fish",
            Fill(
                ActivationTemplates.Fish,
                Environment(request, "(path dirname (path dirname (path resolve (status filename))))", FishQuote),
                ("@PROMPT@", FishQuote(prompt))
            )
        );
        yield return ("activate.csh", ForCsh(request));
        yield return (
            "activate.nu",
            Fill(
                ActivationTemplates.Nushell,
                Environment(request, "(path self | path dirname | path dirname)", NushellQuote),
                ("@PROMPT@", NushellQuote(prompt))
            )
        );
        yield return (
            "activate.ps1",
            Fill(
                ActivationTemplates.PowerShell,
                Environment(request, "(Split-Path -Parent $PSScriptRoot)", PowerShellQuote),
                ("@PROMPT@", PowerShellQuote(prompt))
            )
        );
        yield return (
            "activate.xsh",
            Fill(
                ActivationTemplates.Xonsh,
                Location(request, ActivationTemplates.XonshLocation),
                Environment(request, "_krait_root", PythonQuote),
                ("@PROMPT@", PythonQuote(prompt))
            )
        );
        yield return (
            "activate.bat",
            ForBatch(
                Fill(
                    ActivationTemplates.Batch,
                    Environment(request, "%~dp0..", BatchQuote),
                    ("@PROMPT@", BatchQuote(prompt))
                )
            )
        );
        yield return ("deactivate.bat", ForBatch(ActivationTemplates.BatchDeactivate));
        yield return (
            "activate_this.py",
            Fill(
                ActivationTemplates.ActivateThis,
                ("@PACKAGES@", PythonQuote(request.SitePackages)),
                ("@PROMPT@", PythonQuote(prompt))
            )
        );
    }

    private static string ForPosix(VenvRequest request)
    {
        var shown = $"({request.ShownPrompt}) ";
        return Fill(
            ActivationTemplates.Bash,
            Location(request, ActivationTemplates.BashLocation),
            Environment(request, "\"$_krait_root\"; unset _krait_root", ShellQuote),
            ("@PROMPT@", ShellQuote(request.ShownPrompt)),
            ("@ZSH_PROMPT@", ShellQuote(ZshPrompt(shown))),
            ("@PLAIN_PROMPT@", ShellQuote(PlainPrompt(shown)))
        );
    }

    private static string ForCsh(VenvRequest request)
    {
        // `%` begins what tcsh puts into a prompt.
        var shown = $"({request.ShownPrompt}) ".Replace("%", "%%", StringComparison.Ordinal);
        return Fill(
            ActivationTemplates.Csh,
            Location(request, ActivationTemplates.CshLocation),
            Environment(request, "$_krait_root:q", CshQuote),
            ("@PROMPT@", CshQuote(request.ShownPrompt)),
            ("@CSH_PROMPT@", CshQuote(shown)),
            ("@END@", request.IsRelocatable ? "endif\nunset _krait_root\n" : "")
        );
    }

    private static string ForBatch(string text) => text.Replace("\n", "\r\n", StringComparison.Ordinal);

    /// <summary>Where the environment is: for one that may be moved, what the shell finds out itself.</summary>
    private static (string Mark, string Text) Environment(
        VenvRequest request,
        string found,
        Func<string, string> quote
    ) => ("@ENVIRONMENT@", request.IsRelocatable ? found : quote(request.Path));

    private static (string Mark, string Text) Location(VenvRequest request, string location) =>
        ("@LOCATE@", request.IsRelocatable ? location : "");

    /// <summary>Replaces the marks in one pass: what a path or a prompt holds is never taken for a mark.</summary>
    private static string Fill(string template, params ReadOnlySpan<(string Mark, string Text)> parts)
    {
        var filled = new StringBuilder(template.Length);
        for (var at = 0; at < template.Length; )
        {
            var rest = template.AsSpan(at);
            var taken = 0;
            foreach (var (mark, text) in parts)
            {
                if (!rest.StartsWith(mark, StringComparison.Ordinal))
                    continue;
                filled.Append(text);
                taken = mark.Length;
                break;
            }

            if (taken == 0)
                filled.Append(template[at]);
            at += Math.Max(taken, 1);
        }

        return filled.ToString();
    }

    /// <summary>
    /// A text that zsh shows as it is, whether it looks for commands in prompts (PROMPT_SUBST) or not: `$` is kept away from what it could
    /// expand by an empty `%{%}`, and what cannot be kept apart becomes an apostrophe.
    /// </summary>
    private static string ZshPrompt(string text) =>
        text.Replace("%", "%%", StringComparison.Ordinal)
            .Replace("$", "$%{%}", StringComparison.Ordinal)
            .Replace('`', '\'');

    /// <summary>A text that bash shows nearly as it is, and has nothing to run in, whatever it looks for in prompts.</summary>
    private static string PlainPrompt(string text) =>
        text.Replace('`', '\'').Replace('$', '_').Replace("\\", "\\\\", StringComparison.Ordinal);

    private static string ShellQuote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string FishQuote(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    /// <summary>csh expands `!` even between single quotes, and ends a text at the end of a line.</summary>
    private static string CshQuote(string text) =>
        ShellQuote(text).Replace("!", "\\!", StringComparison.Ordinal).Replace("\n", "\\\n", StringComparison.Ordinal);

    /// <summary>A raw string with one more `#` than the text has in a row.</summary>
    private static string NushellQuote(string text)
    {
        var fence = "#";
        while (text.Contains("'" + fence, StringComparison.Ordinal))
            fence += "#";
        return $"r{fence}'{text}'{fence}";
    }

    private static string PowerShellQuote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string PythonQuote(string text)
    {
        var inside = text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("'", "\\'", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
            .Replace("\r", "\\r", StringComparison.Ordinal);
        return $"'{inside}'";
    }

    private static string BatchQuote(string text) => text.Replace("%", "%%", StringComparison.Ordinal);
}
