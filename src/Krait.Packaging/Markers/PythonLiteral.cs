using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Krait.Packaging.Markers;

/// <summary>The inside of a quoted text, read as Python reads the inside of a string literal.</summary>
internal static class PythonLiteral
{
    /// <summary>Resolves escapes; false where Python would refuse the literal.</summary>
    public static bool TryUnescape(ReadOnlySpan<char> inside, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (inside.IndexOfAny('\n', '\r', '\0') >= 0)
            return false;
        if (!inside.Contains('\\'))
        {
            value = inside.ToString();
            return true;
        }

        var text = new StringBuilder(inside.Length);
        for (var i = 0; i < inside.Length; i++)
        {
            if (inside[i] != '\\')
                text.Append(inside[i]);
            else if (!TryReadEscape(inside, ref i, text))
                return false;
        }

        value = text.ToString();
        return true;
    }

    /// <summary>Reads the escape whose backslash is at <paramref name="i"/>, and leaves it at the escape's last character.</summary>
    private static bool TryReadEscape(ReadOnlySpan<char> inside, ref int i, StringBuilder text)
    {
        if (++i == inside.Length)
            return false;
        var c = inside[i];
        switch (c)
        {
            case '\\' or '\'' or '"':
                text.Append(c);
                return true;
            case 'x' or 'u' or 'U':
                var digits = c switch
                {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                return TryReadHex(inside, ref i, digits, text);
            case >= '0' and <= '7':
                ReadOctal(inside, ref i, text);
                return true;
            case 'N':
                // Names of characters are not known here.
                return false;
            default:
                var control = "abfnrtv".IndexOf(c, StringComparison.Ordinal);
                if (control >= 0)
                    text.Append("\a\b\f\n\r\t\v"[control]);
                else
                    text.Append('\\').Append(c);
                return true;
        }
    }

    private static bool TryReadHex(ReadOnlySpan<char> inside, ref int i, int digits, StringBuilder text)
    {
        var start = i + 1;
        if (
            start + digits > inside.Length
            || !uint.TryParse(
                inside.Slice(start, digits),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out var code
            )
            || code > 0x10FFFF
        )
        {
            return false;
        }

        i += digits;
        if (code is >= 0xD800 and <= 0xDFFF)
            text.Append((char)code);
        else
            text.Append(char.ConvertFromUtf32((int)code));
        return true;
    }

    private static void ReadOctal(ReadOnlySpan<char> inside, ref int i, StringBuilder text)
    {
        var code = 0;
        var end = Math.Min(i + 3, inside.Length);
        while (i < end && inside[i] is >= '0' and <= '7')
            code = (code * 8) + (inside[i++] - '0');
        i--;
        text.Append((char)code);
    }
}
