using System.Text.RegularExpressions;
using Krait.Packaging.Versions;

namespace Krait.EndToEnd.Universal;

/// <summary>
/// A marker, evaluated word by word against one environment: nothing is simplified, so that it can judge what krait simplified.
/// </summary>
internal sealed partial class PlainMarker
{
    private static readonly string[] VersionVariables =
    [
        "python_version",
        "python_full_version",
        "implementation_version",
    ];

    private readonly Func<PlainEnvironment, string, bool> evaluate;

    private PlainMarker(Func<PlainEnvironment, string, bool> evaluate) => this.evaluate = evaluate;

    /// <summary>The marker that always holds.</summary>
    public static PlainMarker Always { get; } = new((_, _) => true);

    /// <summary>Reads a marker.</summary>
    /// <exception cref="FormatException">The text is not a marker.</exception>
    public static PlainMarker Parse(string text)
    {
        var words = new Queue<string>(Word().Matches(text).Select(match => match.Value));
        if (string.Concat(words).Length != text.Count(c => !char.IsWhiteSpace(c)) + CountQuotedSpaces(words))
            throw new FormatException($"`{text}` has a character that no marker has");
        var marker = ReadOr(words);
        return words.Count == 0 ? marker : throw new FormatException($"`{text}` goes on after its end");
    }

    /// <summary>Whether it holds in an environment, where one extra (empty for none) is asked for.</summary>
    public bool Holds(PlainEnvironment environment, string extra = "") => evaluate(environment, extra);

    [GeneratedRegex("""'[^']*'|"[^"]*"|[()]|not\s+in\b|[\w.]+|[<>=!~]+""", RegexOptions.NonBacktracking)]
    private static partial Regex Word();

    private static int CountQuotedSpaces(IEnumerable<string> words) => words.Sum(word => word.Count(char.IsWhiteSpace));

    private static PlainMarker ReadOr(Queue<string> words)
    {
        var left = ReadAnd(words);
        while (words.TryPeek(out var word) && word == "or")
        {
            words.Dequeue();
            var (first, second) = (left, ReadAnd(words));
            left = new((environment, extra) => first.Holds(environment, extra) || second.Holds(environment, extra));
        }

        return left;
    }

    private static PlainMarker ReadAnd(Queue<string> words)
    {
        var left = ReadOne(words);
        while (words.TryPeek(out var word) && word == "and")
        {
            words.Dequeue();
            var (first, second) = (left, ReadOne(words));
            left = new((environment, extra) => first.Holds(environment, extra) && second.Holds(environment, extra));
        }

        return left;
    }

    private static PlainMarker ReadOne(Queue<string> words)
    {
        var word = Next(words);
        if (word != "(")
            return Compare(word, Next(words), Next(words));
        var inner = ReadOr(words);
        return Next(words) == ")" ? inner : throw new FormatException("a bracket is not closed");
    }

    private static string Next(Queue<string> words) =>
        words.TryDequeue(out var word) ? word : throw new FormatException("the marker ends too early");

    private static PlainMarker Compare(string left, string comparison, string right)
    {
        var isMirrored = left[0] is '\'' or '"';
        var variable = isMirrored ? right : left;
        var literal = (isMirrored ? left : right)[1..^1];
        comparison = comparison.StartsWith("not", StringComparison.Ordinal) ? "not in" : comparison;
        // Spellings of the time before the specification.
        variable = variable.Replace("sys.platform", "sys_platform").Replace("os.name", "os_name");
        variable = variable.Replace("platform.", "platform_");
        if (variable is "extra")
            return CompareExtra(comparison, Normalize(literal));
        if (comparison is "in" or "not in")
            return CompareText(variable, comparison, literal, isMirrored);
        return VersionVariables.Contains(variable)
            ? CompareVersion(variable, isMirrored ? Mirror(comparison) : comparison, literal)
            : CompareText(variable, comparison, literal, isMirrored);
    }

    private static PlainMarker CompareExtra(string comparison, string literal) =>
        comparison switch
        {
            "==" => new((_, extra) => extra == literal),
            "!=" => new((_, extra) => extra != literal),
            _ => throw new FormatException($"an extra is compared with `{comparison}`"),
        };

    private static PlainMarker CompareVersion(string variable, string comparison, string literal)
    {
        var specifiers = SpecifierSet.Parse(comparison + literal);
        return new((environment, _) => specifiers.Contains(Version.Parse(environment[variable])));
    }

    private static PlainMarker CompareText(string variable, string comparison, string literal, bool isMirrored) =>
        comparison switch
        {
            "==" or "===" => new((environment, _) => environment[variable] == literal),
            "!=" => new((environment, _) => environment[variable] != literal),
            "in" when isMirrored => new((environment, _) => environment[variable].Contains(literal)),
            "not in" when isMirrored => new((environment, _) => !environment[variable].Contains(literal)),
            "in" => new((environment, _) => literal.Contains(environment[variable])),
            "not in" => new((environment, _) => !literal.Contains(environment[variable])),
            _ => throw new FormatException($"`{variable}` is compared with `{comparison}`"),
        };

    private static string Mirror(string comparison) =>
        comparison.Contains('<') ? comparison.Replace('<', '>') : comparison.Replace('>', '<');

    /// <summary>A name in the form in which names are compared.</summary>
    public static string Normalize(string name) => Separators().Replace(name, "-").ToLowerInvariant();

    [GeneratedRegex("[-_.]+", RegexOptions.NonBacktracking)]
    private static partial Regex Separators();
}
