using System.Globalization;

namespace Krait.Packaging.Toml;

/// <summary>Booleans, numbers, dates and times from their token, which the lexer has cut out.</summary>
internal static class TomlScalar
{
    public static TomlValue? Read(ReadOnlySpan<char> token, out string message)
    {
        message = "";
        switch (token)
        {
            case "true":
                return new TomlBoolean(true);
            case "false":
                return new TomlBoolean(false);
            case "inf" or "+inf":
                return new TomlFloat(double.PositiveInfinity);
            case "-inf":
                return new TomlFloat(double.NegativeInfinity);
            case "nan" or "+nan" or "-nan":
                return new TomlFloat(double.NaN);
        }

        if (LooksLikeTime(token))
            return ReadDateTime(token, out message);
        if (token.Length > 1 && token[0] == '0' && token[1] is 'x' or 'o' or 'b')
            return ReadPrefixed(token, out message);
        TomlValue? value = IsFloat(token) ? ReadFloat(token) : ReadInteger(token, out message);
        if (value is null && message.Length == 0)
            message = $"`{Shorten(token)}` is not a value; strings need quotes";
        return value;
    }

    private static string Shorten(ReadOnlySpan<char> token) =>
        token.Length <= 40 ? token.ToString() : $"{token[..40]}…";

    private static bool LooksLikeTime(ReadOnlySpan<char> token) =>
        token.Length >= 5
        && char.IsAsciiDigit(token[0])
        && (
            token[2] == ':'
            || (
                token[4] == '-'
                && char.IsAsciiDigit(token[1])
                && char.IsAsciiDigit(token[2])
                && char.IsAsciiDigit(token[3])
            )
        );

    private static bool IsFloat(ReadOnlySpan<char> token) => token.ContainsAny('.', 'e', 'E');

    private static TomlInteger? ReadInteger(ReadOnlySpan<char> token, out string message)
    {
        message = "";
        var digits = token[0] is '+' or '-' ? token[1..] : token;
        if (!AreDigits(digits, 10) || (digits.Length > 1 && digits[0] == '0'))
            return null;
        var negative = token[0] == '-';
        var value = 0L;
        foreach (var c in digits)
        {
            if (c == '_')
                continue;
            var digit = c - '0';
            // Counted downwards: the least integer has no positive twin.
            if (value < (long.MinValue + digit) / 10 || (value == long.MinValue / 10 && digit > 8))
                return TooLarge(token, out message);
            value = (value * 10) - digit;
        }

        return !negative && value == long.MinValue
            ? TooLarge(token, out message)
            : new TomlInteger(negative ? value : -value);
    }

    private static TomlInteger? TooLarge(ReadOnlySpan<char> token, out string message)
    {
        message = $"`{Shorten(token)}` does not fit into a 64-bit integer";
        return null;
    }

    private static TomlInteger? ReadPrefixed(ReadOnlySpan<char> token, out string message)
    {
        message = "";
        var radix = token[1] switch
        {
            'x' => 16,
            'o' => 8,
            _ => 2,
        };
        var digits = token[2..];
        if (!AreDigits(digits, radix))
        {
            message = $"`{Shorten(token)}` is not an integer";
            return null;
        }

        var value = 0UL;
        foreach (var c in digits)
        {
            if (c == '_')
                continue;
            if (value > (ulong)long.MaxValue / (ulong)radix)
                return TooLarge(token, out message);
            value = (value * (ulong)radix) + (ulong)DigitValue(c);
        }

        return value > long.MaxValue ? TooLarge(token, out message) : new TomlInteger((long)value);
    }

    /// <summary>Digits of a radix, with single underscores only between digits.</summary>
    private static bool AreDigits(ReadOnlySpan<char> text, int radix)
    {
        if (text.IsEmpty || text[0] == '_' || text[^1] == '_')
            return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '_' ? text[i - 1] == '_' : DigitValue(text[i]) >= radix)
                return false;
        }

        return true;
    }

    private static int DigitValue(char c) =>
        c switch
        {
            >= '0' and <= '9' => c - '0',
            >= 'a' and <= 'f' => c - 'a' + 10,
            >= 'A' and <= 'F' => c - 'A' + 10,
            _ => int.MaxValue,
        };

    private static TomlFloat? ReadFloat(ReadOnlySpan<char> token)
    {
        var body = token[0] is '+' or '-' ? token[1..] : token;
        var exponentAt = body.IndexOfAny('e', 'E');
        var mantissa = exponentAt < 0 ? body : body[..exponentAt];
        if (exponentAt >= 0)
        {
            var exponent = body[(exponentAt + 1)..];
            if (!exponent.IsEmpty && exponent[0] is '+' or '-')
                exponent = exponent[1..];
            if (!AreDigits(exponent, 10))
                return null;
        }

        var point = mantissa.IndexOf('.');
        var whole = point < 0 ? mantissa : mantissa[..point];
        if (
            !AreDigits(whole, 10)
            || (whole.Length > 1 && whole[0] == '0')
            || (point >= 0 && !AreDigits(mantissa[(point + 1)..], 10))
        )
        {
            return null;
        }

        var plain = token.Contains('_') ? token.ToString().Replace("_", "", StringComparison.Ordinal) : token;
        return double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? new TomlFloat(value)
            : null;
    }

    private static TomlDateTime? ReadDateTime(ReadOnlySpan<char> token, out string message)
    {
        message = $"`{Shorten(token)}` is not a date or time";
        var hasDate = token[2] != ':';
        if (hasDate && !IsDate(token))
            return null;
        if (hasDate && token.Length == 10)
            return new TomlDateTime(TomlKind.LocalDate, token.ToString());
        if (hasDate && token[10] is not ('T' or 't' or ' '))
            return null;
        var time = hasDate ? token[11..] : token;
        var length = TimeLength(time);
        if (length < 0)
            return null;
        var offset = time[length..];
        if (offset.IsEmpty)
        {
            return hasDate
                ? new TomlDateTime(TomlKind.LocalDateTime, $"{token[..10]}T{time}")
                : new TomlDateTime(TomlKind.LocalTime, token.ToString());
        }

        return hasDate && IsOffset(offset)
            ? new TomlDateTime(
                TomlKind.OffsetDateTime,
                $"{token[..10]}T{time[..length]}{(offset is "z" ? "Z" : offset)}"
            )
            : null;
    }

    private static bool IsDate(ReadOnlySpan<char> token) =>
        token.Length >= 10
        && token[7] == '-'
        && TwoDigits(token, 0) is var century and >= 0
        && TwoDigits(token, 2) is var years and >= 0
        && TwoDigits(token, 5) is var month and >= 1 and <= 12
        && (century * 100) + years is var year and >= 1
        && TwoDigits(token, 8) is var day and >= 1
        && day <= DateTime.DaysInMonth(year, month);

    /// <summary>The length of `HH:MM:SS` with its fraction, or -1.</summary>
    private static int TimeLength(ReadOnlySpan<char> time)
    {
        if (time.Length < 8 || time[2] != ':' || time[5] != ':')
            return -1;
        if (TwoDigits(time, 0) is < 0 or > 23 || TwoDigits(time, 3) is < 0 or > 59 || TwoDigits(time, 6) is < 0 or > 59)
            return -1;
        if (time.Length == 8 || time[8] != '.')
            return 8;
        var length = 9;
        while (length < time.Length && char.IsAsciiDigit(time[length]))
            length++;
        return length == 9 ? -1 : length;
    }

    private static bool IsOffset(ReadOnlySpan<char> offset) =>
        offset is "Z" or "z"
        || (
            offset.Length == 6
            && offset[0] is '+' or '-'
            && offset[3] == ':'
            && TwoDigits(offset, 1) is >= 0 and <= 23
            && TwoDigits(offset, 4) is >= 0 and <= 59
        );

    private static int TwoDigits(ReadOnlySpan<char> text, int at) =>
        char.IsAsciiDigit(text[at]) && char.IsAsciiDigit(text[at + 1])
            ? ((text[at] - '0') * 10) + text[at + 1] - '0'
            : -1;
}
