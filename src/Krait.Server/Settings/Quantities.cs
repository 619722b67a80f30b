using System.Globalization;

namespace Krait.Server.Settings;

/// <summary>Times and sizes as people write them: a number and a unit.</summary>
internal static class Quantities
{
    private static readonly System.Buffers.SearchValues<char> Digits = System.Buffers.SearchValues.Create(
        "0123456789."
    );

    /// <summary>Reads a time.</summary>
    public static bool TryTime(string text, out TimeSpan time)
    {
        time = default;
        if (!TrySplit(text, out var number, out var unit))
            return false;
        double? seconds = unit switch
        {
            "s" or "sec" or "second" or "seconds" => 1,
            "m" or "min" or "minute" or "minutes" => 60,
            "h" or "hour" or "hours" => 60 * 60,
            "d" or "day" or "days" => 24 * 60 * 60,
            "w" or "week" or "weeks" => 7 * 24 * 60 * 60,
            _ => null,
        };
        const double Longest = 100.0 * 365 * 24 * 60 * 60;
        if (seconds * number is not { } total || total > Longest)
            return false;
        time = TimeSpan.FromSeconds(total);
        return true;
    }

    /// <summary>Reads a size.</summary>
    public static bool TrySize(string text, out long size)
    {
        size = 0;
        if (!TrySplit(text, out var number, out var unit))
            return false;
        double? bytes = unit switch
        {
            "b" => 1,
            "kb" => 1e3,
            "mb" => 1e6,
            "gb" => 1e9,
            "kib" => 1024,
            "mib" => 1024 * 1024,
            "gib" => 1024.0 * 1024 * 1024,
            _ => null,
        };
        if (bytes * number is not { } total || total is < 1 or > 1e15)
            return false;
        size = (long)total;
        return true;
    }

    private static bool TrySplit(string text, out double number, out string unit)
    {
        var trimmed = text.Trim();
        var end = trimmed.AsSpan().IndexOfAnyExcept(Digits);
        unit = end < 0 ? "" : trimmed[end..].Trim().ToLowerInvariant();
        number = 0;
        return end > 0
            && double.TryParse(
                trimmed.AsSpan(0, end),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out number
            );
    }
}
