using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Krait.Ablation;

/// <summary>What is measured, and with what.</summary>
internal sealed record Choices(string Krait, string Index, string Workloads, string Python)
{
    /// <summary>How the program is called.</summary>
    public const string Usage = """
        usage: Krait.Ablation --krait PATH --index URL --workloads DIR --python PATH [--cert FILE] [--runs N] [--warm-ups N]
                              [--feature NAME]... [--workload NAME]... [--chart FILE]

        Runs each workload with and without each feature of KRAIT_FEATURES, in turn, and prints a Markdown table. A run that fails
        is reported with its output and is not part of any figure; the exit code is then 1.
        """;

    /// <summary>The certificates that are trusted; null for those of the system.</summary>
    public string? Certificate { get; private init; }

    /// <summary>How many samples are taken of each side.</summary>
    public int Runs { get; private init; } = 7;

    /// <summary>How many runs of each side come before the samples.</summary>
    public int WarmUps { get; private init; } = 1;

    /// <summary>Where the chart is written; null for nowhere.</summary>
    public string? Chart { get; private init; }

    /// <summary>The features to measure; empty for all.</summary>
    public IReadOnlyList<string> Features { get; private init; } = [];

    /// <summary>The workloads to run; empty for all.</summary>
    public IReadOnlyList<string> Names { get; private init; } = [];

    /// <summary>Reads the command line.</summary>
    public static bool TryParse(string[] words, [NotNullWhen(true)] out Choices? choices)
    {
        var given = words
            .Chunk(2)
            .Where(pair => pair.Length == 2 && pair[0].StartsWith("--", StringComparison.Ordinal))
            .ToLookup(pair => pair[0][2..], pair => pair[1], StringComparer.Ordinal);
        var needed = new[] { "krait", "index", "workloads", "python" }
            .Select(name => given[name].LastOrDefault())
            .ToList();
        choices = null;
        if (words.Length % 2 != 0 || needed.Contains(null))
            return false;
        choices = new Choices(
            Path.GetFullPath(needed[0]!),
            needed[1]!,
            Path.GetFullPath(needed[2]!),
            Path.GetFullPath(needed[3]!)
        ) // checked above
        {
            Certificate = given["cert"].LastOrDefault() is { } file ? Path.GetFullPath(file) : null,
            Runs = Number(given["runs"], 7),
            WarmUps = Number(given["warm-ups"], 1),
            Chart = given["chart"].LastOrDefault(),
            Features = [.. given["feature"]],
            Names = [.. given["workload"]],
        };
        return true;
    }

    private static int Number(IEnumerable<string> values, int otherwise) =>
        values.LastOrDefault() is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
