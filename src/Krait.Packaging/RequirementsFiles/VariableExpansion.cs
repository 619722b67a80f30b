using System.Text;

namespace Krait.Packaging.RequirementsFiles;

/// <summary>Puts the values of environment variables in the place of `${NAME}`, as pip does in requirements files.</summary>
public static class VariableExpansion
{
    /// <summary>Expands a text; a name that is unset, empty, or not made of capitals, digits and underscores stays as it is.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        var open = text.IndexOf("${", StringComparison.Ordinal);
        if (open < 0)
            return text;
        var expanded = new StringBuilder();
        var copied = 0;
        while (open >= 0)
        {
            // Only the name is looked through for its end, so that many openings without one stay cheap.
            var close = open + 2;
            while (close < text.Length && IsNameCharacter(text[close]))
                close++;
            var name = text[(open + 2)..close];
            var isClosed = name.Length > 0 && close < text.Length && text[close] == '}';
            if (isClosed && variables.TryGetValue(name, out var value) && value.Length > 0)
            {
                expanded.Append(text, copied, open - copied).Append(value);
                copied = close + 1;
                open = text.IndexOf("${", copied, StringComparison.Ordinal);
                continue;
            }

            open = text.IndexOf("${", open + 2, StringComparison.Ordinal);
        }

        return expanded.Append(text, copied, text.Length - copied).ToString();
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_';
}
