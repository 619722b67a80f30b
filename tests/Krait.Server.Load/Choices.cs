using System.Globalization;

namespace Krait.Server.Load;

/// <summary>The options of a run: each a word and its values.</summary>
internal sealed class Choices
{
    private readonly Dictionary<string, List<string>> values = new(StringComparer.Ordinal);

    /// <summary>Reads options; null where they are not in form.</summary>
    public static Choices? TryParse(ReadOnlySpan<string> words)
    {
        var choices = new Choices();
        var current = default(List<string>);
        foreach (var word in words)
        {
            if (word.StartsWith("--", StringComparison.Ordinal))
                choices.values[word] = current = [];
            else if (current is null)
                return null;
            else
                current.Add(word);
        }

        return choices;
    }

    /// <summary>The value of an option, which must be there.</summary>
    public string Need(string name) =>
        Values(name) is [var value] ? value : throw new LoadException($"{name} needs a value");

    /// <summary>The value of an option; null where there is none.</summary>
    public string? Find(string name) => Values(name) is [var value] ? value : null;

    /// <summary>All values of an option.</summary>
    public IReadOnlyList<string> Values(string name) => values.GetValueOrDefault(name) ?? [];

    /// <summary>The value of an option as a number.</summary>
    public double Number(string name, double otherwise) =>
        Find(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>The value of an option as a whole number.</summary>
    public int Count(string name, int otherwise) => (int)Number(name, otherwise);
}
