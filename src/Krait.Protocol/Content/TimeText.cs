using System.Globalization;

namespace Krait.Protocol.Content;

/// <summary>Points in time as documents write them: UTC, with as many digits as there are.</summary>
internal static class TimeText
{
    /// <summary>`2026-09-01T12:00:00Z`, `2026-09-01T12:00:00.123456Z`.</summary>
    public static string Of(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);

    /// <summary>Reads what <see cref="Of"/> writes.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static DateTimeOffset Read(string text) =>
        DateTimeOffset.ParseExact(
            text,
            "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal
        );
}
