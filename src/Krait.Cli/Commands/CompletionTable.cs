using System.Collections.Immutable;
using Krait.Cli.Options;
using Krait.Cli.Parsing;

namespace Krait.Cli.Commands;

/// <summary>The command tables in the shape that completion scripts are written from.</summary>
internal static class CompletionTable
{
    /// <summary>All words that lead to commands, groups included, from nothing down.</summary>
    public static ImmutableArray<string> Paths { get; } =
    [
        "",
        .. CommandTable
            .All.All.SelectMany(command => Prefixes(command.Path))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The words that may follow a path, with what they do.</summary>
    public static IEnumerable<(string Word, string Help)> WordsAfter(string path)
    {
        var start = path.Length == 0 ? "" : path + " ";
        return Paths
            .Where(other => other.Length > start.Length && other.StartsWith(start, StringComparison.Ordinal))
            .Where(other => !other.AsSpan(start.Length).Contains(' '))
            .Select(other => (other[start.Length..], CommandTable.All.Find(other)?.Help ?? HelpOfGroup(other)));
    }

    /// <summary>The options that help shows for a path.</summary>
    public static IEnumerable<Option> OptionsOf(string path) =>
        CommandTable.All.Find(path) is { } command
            ? HelpText.Groups(command).SelectMany(group => group)
            : GlobalOptions.All.Where(option => !option.IsHidden);

    /// <summary>All spellings of an option that are worth offering.</summary>
    public static IEnumerable<string> Spellings(Option option)
    {
        yield return $"--{option.Name}";
        if (option.Opposite is not null)
            yield return $"--{option.Opposite}";
        if (option.Short != '\0')
            yield return $"-{option.Short}";
    }

    /// <summary>Whether an option takes a value.</summary>
    public static bool TakesValue(Option option) => option.Kind is OptionKind.Value or OptionKind.Values;

    /// <summary>What can be offered for the values of an option, or for the arguments of a command.</summary>
    public static CompletionKind KindOf(string valueName) =>
        valueName switch
        {
            "DIR" => CompletionKind.Directory,
            _ when valueName.Contains("FILE", StringComparison.Ordinal) => CompletionKind.File,
            _ when valueName.Contains("PATH", StringComparison.Ordinal) && !valueName.StartsWith('[') =>
                CompletionKind.File,
            "PYTHON" => CompletionKind.File,
            "SHELL" => CompletionKind.Shell,
            _ => CompletionKind.None,
        };

    /// <summary>What can be offered for the arguments of a path.</summary>
    public static CompletionKind ArgumentsOf(string path) =>
        CommandTable.All.Find(path)?.Positional is { } positional ? KindOf(positional.Name) : CompletionKind.None;

    private static string HelpOfGroup(string path) =>
        path is "pip" ? "Manage the packages of environments" : "Manage the cache";

    private static IEnumerable<string> Prefixes(string path)
    {
        for (var i = path.IndexOf(' ', StringComparison.Ordinal); i >= 0; i = path.IndexOf(' ', i + 1))
            yield return path[..i];
        yield return path;
    }
}
