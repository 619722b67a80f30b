using System.Globalization;
using Krait.Cli.Arguments;

namespace Krait.Cli.Commands;

/// <summary>Reads moments as users write them: a date, a time, or how long ago.</summary>
internal static class Moments
{
    /// <summary>Reads a moment; null for `false`, which lifts a limit.</summary>
    /// <param name="text">`2026-11-01`, an RFC 3339 time, `30 days`, `2 weeks`, `P7D`, `false`.</param>
    /// <param name="clock">What now is.</param>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static DateTimeOffset? Parse(string text, TimeProvider clock)
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
                $"`{text}` is neither a date nor a duration",
                "Write `2026-11-01`, `2026-11-01T12:00:00Z` or `30 days`"
            );
    }

    /// <summary>`30 days`, `1 week`, `36 hours`, and the days and weeks of ISO 8601 (`P7D`, `P2W`, `PT36H`).</summary>
    private static TimeSpan? ParseDuration(string text)
    {
        var digits = new string([.. text.Where(char.IsAsciiDigit)]);
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        var unit = new string([.. text.Where(c => !char.IsAsciiDigit(c) && c != ' ')]).ToLowerInvariant();
        return unit switch
        {
            "hour" or "hours" or "h" or "pth" => TimeSpan.FromHours(number),
            "day" or "days" or "d" or "pd" => TimeSpan.FromDays(number),
            "week" or "weeks" or "w" or "pw" => TimeSpan.FromDays(7 * (double)number),
            _ => null,
        };
    }
}
