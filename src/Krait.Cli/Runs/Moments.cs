using System.Globalization;
using Krait.Cli.Parsing;

namespace Krait.Cli.Runs;

/// <summary>Reads moments as users write them: a date, a time, or how long ago.</summary>
internal static class Moments
{
    /// <summary>Reads a moment; null for `false`, which lifts a limit.</summary>
    /// <param name="text">`2026-11-01`, an RFC 3339 time, `30 days`, `2 weeks`, `P7D`, `false`.</param>
    /// <param name="name">What messages call it: `` `exclude-newer` in krait.toml:3 ``.</param>
    /// <param name="clock">What now is.</param>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static DateTimeOffset? Parse(string text, string name, TimeProvider clock)
    {
        if (text is "false")
            return null;
        // A date excludes what was uploaded after its end.
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return new DateTimeOffset(date.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        if (text.Contains('T', StringComparison.OrdinalIgnoreCase) && char.IsAsciiDigit(text[0]))
        {
            const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Styles, out var moment))
                return moment;
        }

        return ParseDuration(text) is { } ago
            ? clock.GetUtcNow() - ago
            : throw new UsageException(
                $"{name} must be a date or a duration, but it is `{text}`",
                "Write `2026-11-01`, `2026-11-01T12:00:00Z` or `30 days`"
            );
    }

    /// <summary>`30 days`, `1 week 12 hours`, `36h`, and the durations of ISO 8601 without months and years (`P7D`, `P1DT12H`).</summary>
    private static TimeSpan? ParseDuration(string text)
    {
        var isIso = text.Length > 1 && text[0] is 'P' or 'p';
        var rest = (isIso ? text[1..] : text).AsSpan();
        var total = TimeSpan.Zero;
        var hasPart = false;
        while (!(rest = rest.TrimStart(isIso ? "Tt" : " ,")).IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (
                digits <= 0
                || !int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            )
            {
                return null;
            }

            rest = rest[digits..].TrimStart(' ');
            var letters = LettersIn(rest, isIso);
            var unit = UnitOf(letters < 0 ? rest : rest[..letters]);
            if (unit is null || number > TimeSpan.MaxValue / unit.Value)
                return null;
            total += number * unit.Value;
            rest = letters < 0 ? [] : rest[letters..];
            hasPart = true;
        }

        return hasPart ? total : null;
    }

    /// <summary>Where the letters of a unit end: in ISO 8601 after one; negative at the end of the text.</summary>
    private static int LettersIn(ReadOnlySpan<char> text, bool isIso)
    {
        if (isIso)
            return text.Length > 1 ? 1 : -1;
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiLetter(text[i]))
                return i;
        }

        return -1;
    }

    private static TimeSpan? UnitOf(ReadOnlySpan<char> unit) =>
        unit switch
        {
            _ when Is(unit, "s", "second") => TimeSpan.FromSeconds(1),
            _ when Is(unit, "m", "minute") || unit.Equals("min", StringComparison.OrdinalIgnoreCase) =>
                TimeSpan.FromMinutes(1),
            _ when Is(unit, "h", "hour") => TimeSpan.FromHours(1),
            _ when Is(unit, "d", "day") => TimeSpan.FromDays(1),
            _ when Is(unit, "w", "week") => TimeSpan.FromDays(7),
            _ => null,
        };

    private static bool Is(ReadOnlySpan<char> unit, string letter, string word) =>
        unit.Equals(letter, StringComparison.OrdinalIgnoreCase)
        || unit.Equals(word, StringComparison.OrdinalIgnoreCase)
        || unit.Equals(word + "s", StringComparison.OrdinalIgnoreCase);
}
