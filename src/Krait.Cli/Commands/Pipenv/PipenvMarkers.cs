using Krait.Packaging.Versions;

namespace Krait.Cli.Commands.Pipenv;

/// <summary>The markers by which pipenv writes down which Pythons a release supports.</summary>
internal static class PipenvMarkers
{
    /// <summary>The marker of a `Requires-Python`: `python_version &gt;= '3.8'`; null where all are supported.</summary>
    public static string? Of(SpecifierSet? requires)
    {
        if (requires is not { Clauses.IsEmpty: false })
            return null;
        var parts = requires
            .Clauses.Select(Part)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .OrderBy(RankOf)
            .ToList();
        return parts.Count == 0 ? null : string.Join(" and ", parts);
    }

    private static string? Part(Specifier clause)
    {
        var text = clause.ToString();
        var digits = text.AsSpan().IndexOfAnyInRange('0', '9');
        if (digits <= 0)
            return null;
        var (relation, version) = (text[..digits].Trim(), text[digits..]);
        if (version.EndsWith(".*", StringComparison.Ordinal))
            version = version[..^2];
        var name = version.Split('.').Length > 2 ? "python_full_version" : "python_version";
        return $"{name} {relation} '{version}'";
    }

    /// <summary>Lower bounds first, exclusions last, as pipenv writes them.</summary>
    private static int RankOf(string part) =>
        part.Contains(">=", StringComparison.Ordinal) || part.Contains("~=", StringComparison.Ordinal) ? 0
        : part.Contains('>', StringComparison.Ordinal) ? 1
        : part.Contains('<', StringComparison.Ordinal) ? 2
        : part.Contains("!=", StringComparison.Ordinal) ? 3
        : 2;
}
