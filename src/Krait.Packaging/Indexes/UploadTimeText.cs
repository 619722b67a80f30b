using System.Globalization;
using System.Text;

namespace Krait.Packaging.Indexes;

/// <summary>Times as indexes write them, `2024-05-27T07:32:00.999999Z`, read without an allocation.</summary>
internal static class UploadTimeText
{
    public static bool TryRead(ReadOnlySpan<byte> text, out long utcTicks)
    {
        utcTicks = 0;
        if (text.Length is < 20 or > 40)
            return false;
        if (TryReadUtc(text, out utcTicks))
            return true;
        // Other offsets and spellings are rare.
        var isTime = DateTimeOffset.TryParse(
            Encoding.ASCII.GetString(text),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        );
        utcTicks = time.UtcTicks;
        return isTime;
    }

    private static bool TryReadUtc(ReadOnlySpan<byte> text, out long utcTicks)
    {
        utcTicks = 0;
        if (
            text[^1] != 'Z'
            || text[4] != '-'
            || text[7] != '-'
            || text[10] != 'T'
            || text[13] != ':'
            || text[16] != ':'
        )
        {
            return false;
        }

        if (
            !TryDigits(text[..4], out var year)
            || !TryDigits(text[5..7], out var month)
            || !TryDigits(text[8..10], out var day)
            || !TryDigits(text[11..13], out var hour)
            || !TryDigits(text[14..16], out var minute)
            || !TryDigits(text[17..19], out var second)
            || !TryFraction(text[19..^1], out var fraction)
        )
        {
            return false;
        }

        if (
            year < 1
            || month is < 1 or > 12
            || day < 1
            || day > DateTime.DaysInMonth(year, month)
            || hour > 23
            || minute > 59
            || second > 59
        )
        {
            return false;
        }

        utcTicks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks + fraction;
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, out int ticks)
    {
        ticks = 0;
        if (text.IsEmpty)
            return true;
        if (text[0] != '.' || text.Length is 1 or > 8 || !TryDigits(text[1..], out ticks))
            return false;
        for (var i = text.Length; i < 8; i++)
            ticks *= 10;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = (value * 10) + digit - '0';
        }

        return true;
    }
}
