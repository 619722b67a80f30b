using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Krait.Cli.Commands.Health;

/// <summary>What a bisection found.</summary>
/// <param name="Release">The first bad release, date or revision.</param>
/// <param name="LastGood">The one before it.</param>
internal sealed record BisectCulprit(string Release, string LastGood)
{
    /// <summary>The package that it is a release of; null where several changed at once.</summary>
    public string? Package { get; init; }

    /// <summary>The version.</summary>
    public string? Version { get; init; }

    /// <summary>When it was released; null where the index does not say.</summary>
    public DateTimeOffset? Released { get; init; }

    /// <summary>What it changed, one sentence each.</summary>
    public ImmutableArray<string> Changes { get; init; } = [];

    /// <summary>The constraint that keeps it away; null where there is none.</summary>
    public string? Constraint { get; init; }

    /// <summary>What could not be judged, and may be the first bad one as well.</summary>
    public ImmutableArray<string> NotJudged { get; init; } = [];

    /// <summary>The answer for people; its last line is the release alone.</summary>
    public string ToText(int probes)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Last good: {LastGood}\n");
        text.Append(CultureInfo.InvariantCulture, $"First bad: {Release}");
        if (Released is { } time)
            text.Append(CultureInfo.InvariantCulture, $", released {time.UtcDateTime:yyyy-MM-dd}");
        text.Append('\n');
        foreach (var change in Changes)
            text.Append("    ").Append(change).Append('\n');
        if (!NotJudged.IsEmpty)
            text.Append("Could not be judged: ").AppendJoin(", ", NotJudged).Append('\n');
        if (Constraint is not null)
            text.Append("Constraint to add: ").Append(Constraint).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"Found with {probes} {(probes == 1 ? "probe" : "probes")}\n");
        text.Append(Package is not null ? $"{Package}=={Version}" : Release).Append('\n');
        return text.ToString();
    }
}
