using System.Globalization;

namespace Krait.Server.Site;

/// <summary>Numbers and times as people read them: the same on every machine, and in UTC.</summary>
internal static class Wording
{
    /// <summary>A day.</summary>
    public static string Day(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A time to the minute.</summary>
    public static string Minute(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A time of a day.</summary>
    public static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A size in bytes, to about three digits.</summary>
    public static string Size(long? bytes)
    {
        if (bytes is not { } size)
            return "";
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        var value = (double)size;
        var unit = 0;
        while (value >= 1000 && unit < units.Length - 1)
            (value, unit) = (value / 1000, unit + 1);
        var form = unit == 0 || value >= 100 ? "0" : "0.0";
        return value.ToString(form, CultureInfo.InvariantCulture) + " " + units[unit];
    }

    /// <summary>A part of a whole; a dash where there is no whole.</summary>
    public static string Percent(double? ratio) =>
        ratio is { } part
            // All but one in a thousand is not all.
            ? (part is > 0.995 and < 1 ? Math.Floor(part * 1000) / 10 : part * 100).ToString(
                part is > 0.995 and < 1 ? "0.0" : "0",
                CultureInfo.InvariantCulture
            ) + " %"
            : "–";

    /// <summary>A short time; a dash where there is none.</summary>
    public static string Time(TimeSpan? time) =>
        time switch
        {
            null => "–",
            { Ticks: 0 } => "0 ms",
            { TotalMilliseconds: < 10 } => time.Value.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture)
                + " ms",
            { TotalMilliseconds: < 1000 } => time.Value.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)
                + " ms",
            _ => time.Value.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        };

    /// <summary>A long time, by its two largest units.</summary>
    public static string Age(TimeSpan time) =>
        time.TotalMinutes < 1 ? "less than a minute"
        : time.TotalHours < 1 ? Count((long)time.TotalMinutes, "minute", "minutes")
        : time.TotalDays < 1 ? Count((long)time.TotalHours, "hour", "hours") + And(time.Minutes, "minute", "minutes")
        : Count((long)time.TotalDays, "day", "days") + And(time.Hours, "hour", "hours");

    /// <summary>A number of things.</summary>
    public static string Count(long number, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many)}");

    /// <summary>A text that is too long, cut.</summary>
    public static string Cut(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";

    private static string And(int number, string one, string many) =>
        number == 0 ? "" : $" and {Count(number, one, many)}";
}
