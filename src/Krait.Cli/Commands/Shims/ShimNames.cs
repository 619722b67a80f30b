using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Krait.Cli.Commands.Shims;

/// <summary>The other names of this program, and the words that each stands for.</summary>
internal static partial class ShimNames
{
    /// <summary>The names that `krait shims install` makes, in the order of their list.</summary>
    public static ImmutableArray<string> All { get; } =
    ["pip", "pip3", "pip-compile", "pip-sync", "pip-faster", "venv-update", "virtualenv", "pipenv"];

    /// <summary>The words that a command line means when it was typed under another name.</summary>
    /// <param name="name">The name that the program was started by.</param>
    /// <param name="words">Its arguments.</param>
    public static string[] Translate(string name, string[] words)
    {
        if (name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase))
            name = name[..^4];
        return name switch
        {
            "pip-compile" => ["pip", "compile", .. words],
            "pip-sync" => ["pip", "sync", .. words],
            "pip-faster" => Pip(words),
            "venv-update" => ["venv-update", .. words],
            "virtualenv" => ["venv", .. words],
            "pipenv" => Pipenv(words),
            "krait" when words is ["pipenv", .. var rest] => Pipenv(rest),
            _ when PipName().IsMatch(name) => Pip(words),
            _ => words,
        };
    }

    /// <summary>pip answers `help` and `--version` itself.</summary>
    private static string[] Pip(string[] words) =>
        words switch
        {
            [] or ["help"] or ["-h" or "--help"] => ["help", "pip"],
            ["help", .. var rest] => ["help", "pip", .. rest],
            ["--version" or "-V"] => ["pip", "version"],
            _ => ["pip", .. words],
        };

    /// <summary>pipenv answers where things are by options of its own.</summary>
    private static string[] Pipenv(string[] words) =>
        words switch
        {
            ["--where" or "--venv" or "--py"] => ["pipenv", words[0][2..]],
            ["--rm"] => ["pipenv", "remove"],
            ["--version"] => ["--version"],
            _ => ["pipenv", .. words],
        };

    /// <summary>`pip`, `pip3`, `pip3.12`.</summary>
    [GeneratedRegex(@"^pip(3(\.[0-9]+)?)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PipName();
}
