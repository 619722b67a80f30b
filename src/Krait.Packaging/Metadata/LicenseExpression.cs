using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Text;

namespace Krait.Packaging.Metadata;

/// <summary>License expressions (SPDX 2.3 annex D, as PEP 639 admits them) and their normal form.</summary>
public static class LicenseExpression
{
    private const string ReferencePrefix = "licenseref-";

    /// <summary>Deeper parentheses are refused.</summary>
    private const int MaximumDepth = 200;

    /// <summary>
    /// Checks an expression and gives its normal form: identifiers spelled as in the SPDX list, operators in upper case, one space
    /// between words.
    /// </summary>
    public static bool TryNormalize(
        string expression,
        [NotNullWhen(true)] out string? normalized,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        normalized = null;
        var words = Split(expression);
        var problem = CheckGrammar(words);
        if (problem is null)
        {
            var spelled = new List<string>(words.Count);
            problem = Spell(words, spelled);
            normalized = problem is null ? Join(spelled) : null;
        }

        error = problem is null
            ? null
            : new Diagnostic(
                "invalid-license",
                $"`{PythonText.Printable(expression)}` is not a license expression: {problem}"
            );
        return normalized is not null;
    }

    private static List<string> Split(string expression)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= expression.Length; i++)
        {
            var isEnd = i == expression.Length || PythonText.IsSpace(expression[i]);
            if (!isEnd && expression[i] is not ('(' or ')'))
                continue;
            if (i > start)
                words.Add(expression[start..i]);
            if (!isEnd)
                words.Add(expression[i] == '(' ? "(" : ")");
            start = i + 1;
        }

        return words;
    }

    /// <summary>Operands and operators have to alternate; `with` joins exactly one license and one exception.</summary>
    private static string? CheckGrammar(List<string> words)
    {
        var depth = 0;
        var wantsOperand = true;
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i].ToLowerInvariant();
            if (word is ")" ? wantsOperand || depth == 0 : wantsOperand == IsOperator(word))
                return $"`{PythonText.Printable(words[i])}` cannot stand there";
            switch (word)
            {
                case "(":
                    if (++depth > MaximumDepth)
                        return $"parentheses are nested deeper than {MaximumDepth} levels";
                    break;
                case ")":
                    depth--;
                    break;
                case "with":
                    var joinsLicense = IsLicense(words[i - 1]) && (i < 2 || !IsWith(words[i - 2]));
                    if (!joinsLicense || i + 1 == words.Count || !IsLicense(words[i + 1]))
                        return "`WITH` needs a license before it and an exception after it";
                    wantsOperand = true;
                    break;
                default:
                    wantsOperand = IsOperator(word);
                    break;
            }
        }

        if (wantsOperand)
            return "a license is missing at its end";
        return depth > 0 ? "a `)` is missing" : null;
    }

    private static bool IsWith(string word) => string.Equals(word, "with", StringComparison.OrdinalIgnoreCase);

    private static bool IsOperator(string lower) => lower is "and" or "or" or "with";

    private static bool IsLicense(string word) => word is not ("(" or ")") && !IsOperator(word.ToLowerInvariant());

    private static string? Spell(List<string> words, List<string> spelled)
    {
        var references = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var word in words)
        {
            // Of one reference in different cases, the last spelling is used for all.
            if (word.StartsWith(ReferencePrefix, StringComparison.OrdinalIgnoreCase))
                references[word.ToLowerInvariant()] = string.Concat("LicenseRef-", word.AsSpan(ReferencePrefix.Length));
        }

        foreach (var word in words)
        {
            var lower = word.ToLowerInvariant();
            if (!IsLicense(word))
            {
                spelled.Add(lower.ToUpperInvariant());
            }
            else if (spelled is [.., "WITH"])
            {
                if (!SpdxIdentifiers.Exceptions.TryGetValue(lower, out var exception))
                    return $"`{PythonText.Printable(word)}` is not an exception on the SPDX list";
                spelled.Add(exception);
            }
            else if (lower.StartsWith(ReferencePrefix, StringComparison.Ordinal))
            {
                var name = lower.AsSpan(ReferencePrefix.Length);
                if (name.IsEmpty || name.IndexOfAnyExcept(ReferenceCharacters) >= 0)
                    return $"`{PythonText.Printable(word)}` is not a license reference";
                spelled.Add(references[lower]);
            }
            else
            {
                var suffix = lower.EndsWith('+') ? "+" : "";
                if (!SpdxIdentifiers.Licenses.TryGetValue(lower[..^suffix.Length], out var license))
                    return $"`{PythonText.Printable(word)}` is not on the SPDX list";
                spelled.Add(license + suffix);
            }
        }

        return null;
    }

    private static readonly System.Buffers.SearchValues<char> ReferenceCharacters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789.-"
    );

    private static string Join(List<string> words) =>
        string.Join(' ', words)
            .Replace("( ", "(", StringComparison.Ordinal)
            .Replace(" )", ")", StringComparison.Ordinal);
}
