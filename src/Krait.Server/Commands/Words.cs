using System.Collections.Immutable;
using System.Globalization;
using Krait.Packaging.Text;

namespace Krait.Server.Commands;

/// <summary>The words of a command line: options with values, switches, and what is neither.</summary>
internal sealed class Words
{
    private readonly List<(string Name, string Value)> options = [];
    private readonly List<string> positionals = [];

    private Words() { }

    /// <summary>What is no option.</summary>
    public IReadOnlyList<string> Positionals => positionals;

    /// <summary>Reads words.</summary>
    /// <param name="words">The words.</param>
    /// <param name="valued">Options that have a value.</param>
    /// <param name="switches">Options that have none.</param>
    /// <exception cref="KraitException">An option is unknown, or lacks its value.</exception>
    public static Words Read(IEnumerable<string> words, ImmutableArray<string> valued, ImmutableArray<string> switches)
    {
        var read = new Words();
        var rest = new Queue<string>(words);
        while (rest.TryDequeue(out var word))
        {
            if (!word.StartsWith('-') || word.Length == 1)
            {
                read.positionals.Add(word);
                continue;
            }

            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? word : word[..equals];
            if (switches.Contains(name, StringComparer.Ordinal) && equals < 0)
                read.options.Add((name, ""));
            else if (!valued.Contains(name, StringComparer.Ordinal))
                throw Unusable($"unknown option `{name}`", "See `krait-server --help`");
            else if (equals >= 0)
                read.options.Add((name, word[(equals + 1)..]));
            else if (rest.TryDequeue(out var value))
                read.options.Add((name, value));
            else
                throw Unusable($"`{name}` needs a value", "See `krait-server --help`");
        }

        return read;
    }

    /// <summary>Refuses words beyond those that a command takes.</summary>
    public void Expect(int count)
    {
        if (positionals.Count > count)
            throw Unusable($"unexpected argument `{positionals[count]}`", "See `krait-server --help`");
    }

    /// <summary>Whether an option was given.</summary>
    public bool Has(string name) => options.Exists(option => IsNamed(option, name));

    /// <summary>The last value of an option, or null.</summary>
    public string? Value(string name) => options.LastOrDefault(option => IsNamed(option, name)).Value;

    /// <summary>All values of an option.</summary>
    public IEnumerable<string> Values(string name) =>
        options.Where(option => IsNamed(option, name)).Select(option => option.Value);

    /// <summary>A whole number, or null.</summary>
    /// <exception cref="KraitException">It is none, or outside the limits.</exception>
    public int? Number(string name, int least, int most)
    {
        if (Value(name) is not { } text)
            return null;
        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least
            && number <= most
            ? number
            : throw Unusable($"`{name}` must be a number from {least} to {most}, not `{text}`");
    }

    private static bool IsNamed((string Name, string Value) option, string name) =>
        string.Equals(option.Name, name, StringComparison.Ordinal);

    /// <summary>The error of words that cannot be used.</summary>
    public static KraitException Unusable(string message, params ReadOnlySpan<string> hints) =>
        new(new Diagnostic("usage", message) { Hints = [.. hints] }) { Kind = FailureKind.UnusableInput };
}
