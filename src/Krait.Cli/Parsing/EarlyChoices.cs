namespace Krait.Cli.Parsing;

/// <summary>What decides how even a usage error looks: read before the command line is parsed.</summary>
internal static class EarlyChoices
{
    /// <summary>What the user says about colour; null where nothing is said.</summary>
    public static string? Color(IEnumerable<string> words)
    {
        var before = BeforeArguments(words);
        var (color, no) = (before.FindLastIndex(IsColor), before.LastIndexOf("--no-color"));
        return no > color ? "never" : ValueOf("--color", before);
    }

    /// <summary>Whether errors and warnings are to be JSON.</summary>
    public static bool WritesJsonErrors(IEnumerable<string> words, IReadOnlyDictionary<string, string> variables)
    {
        var value = ValueOf("--error-format", BeforeArguments(words));
        return string.Equals(
            value ?? variables.GetValueOrDefault("KRAIT_ERROR_FORMAT"),
            "json",
            StringComparison.OrdinalIgnoreCase
        );
    }

    private static List<string> BeforeArguments(IEnumerable<string> words) =>
        [.. words.TakeWhile(word => !string.Equals(word, "--", StringComparison.Ordinal))];

    private static bool IsColor(string word) =>
        string.Equals(word, "--color", StringComparison.Ordinal)
        || word.StartsWith("--color=", StringComparison.Ordinal);

    private static string? ValueOf(string option, List<string> words)
    {
        string? value = null;
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i].StartsWith(option + "=", StringComparison.Ordinal))
                value = words[i][(option.Length + 1)..];
            else if (string.Equals(words[i], option, StringComparison.Ordinal) && i + 1 < words.Count)
                value = words[++i];
        }

        return value;
    }
}
