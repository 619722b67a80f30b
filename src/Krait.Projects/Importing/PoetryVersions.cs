using System.Globalization;
using Krait.Packaging.Versions;

namespace Krait.Projects.Importing;

/// <summary>The ranges of Poetry (`^1.2`, `~1.2`, `1.*`, `>=1 &lt;2`) as specifiers of the standard.</summary>
internal static class PoetryVersions
{
    /// <summary>The range as specifiers, empty for any version; null where one set of specifiers cannot say it.</summary>
    public static string? ToSpecifiers(string range)
    {
        if (range.Trim() is "" or "*")
            return "";
        if (range.Contains('|', StringComparison.Ordinal))
            return null;
        var clauses = new List<string>();
        for (var at = 0; at < range.Length; )
        {
            var start = Skip(range, at, ", ");
            var version = Skip(range, start, "<>=!~^");
            var operation = range[start..version];
            version = Skip(range, version, " ");
            var end = range.AsSpan(version).IndexOfAny(',', ' ') is >= 0 and var length
                ? version + length
                : range.Length;
            if (version == end)
                break;
            if (Clause(operation, range[version..end]) is not { } clause)
                return null;
            clauses.Add(clause);
            at = end;
        }

        var text = string.Join(',', clauses.Where(clause => clause.Length > 0));
        return SpecifierSet.TryParse(text, out _, out _) ? text : null;
    }

    /// <summary>The marker of a range of Python versions; null for any.</summary>
    public static string? ToMarker(string specifiers)
    {
        var parts = specifiers
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(clause =>
            {
                var at = Skip(clause, 0, "<>=!~");
                var version = clause[at..].Trim();
                var variable =
                    version.Replace(".*", "", StringComparison.Ordinal).Count(sign => sign == '.') > 1
                        ? "python_full_version"
                        : "python_version";
                return $"{variable} {clause[..at]} '{version}'";
            })
            .ToList();
        return parts.Count == 0 ? null : string.Join(" and ", parts);
    }

    private static int Skip(string text, int at, string signs)
    {
        while (at < text.Length && signs.Contains(text[at], StringComparison.Ordinal))
            at++;
        return at;
    }

    private static string? Clause(string operation, string version)
    {
        if (version is "*")
            return "";
        return operation switch
        {
            "" or "=" => $"=={version}",
            "^" => Below(version, release => Math.Max(0, release.FindIndex(part => part != 0)), isCaret: true),
            "~" => Below(version, release => Math.Min(1, release.Count - 1), isCaret: false),
            _ => operation + version,
        };
    }

    /// <summary>From a version up to, and without, the next one at a place of the release.</summary>
    private static string? Below(string version, Func<List<long>, int> placeOf, bool isCaret)
    {
        var release = new List<long>();
        foreach (var part in version.Split('.'))
        {
            var digits = part.TakeWhile(char.IsAsciiDigit).Count();
            if (!long.TryParse(part.AsSpan(0, digits), CultureInfo.InvariantCulture, out var number))
                break;
            release.Add(number);
            if (digits < part.Length)
                break;
        }

        if (release.Count == 0 || !Version.TryParse(version, out _))
            return null;
        // `^0.0` is up to 0.1, `^0` up to 1: the last place that is written.
        var place = isCaret && release.TrueForAll(part => part == 0) ? release.Count - 1 : placeOf(release);
        var next = release.Take(place).Append(release[place] + 1);
        return $">={version},<{string.Join('.', next.Select(part => part.ToString(CultureInfo.InvariantCulture)))}";
    }
}
