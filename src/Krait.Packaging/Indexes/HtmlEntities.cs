using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Krait.Packaging.Indexes;

/// <summary>Character references of HTML: all numeric ones, and the named ones that occur in URLs and specifiers.</summary>
internal static class HtmlEntities
{
    /// <summary>The text with its references replaced; the same bytes if it has none.</summary>
    public static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> text, List<byte> scratch)
    {
        if (!text.Contains((byte)'&'))
            return text;
        var start = scratch.Count;
        while (!text.IsEmpty)
        {
            var ampersand = text.IndexOf((byte)'&');
            if (ampersand < 0)
                break;
            scratch.AddRange(text[..ampersand]);
            text = text[ampersand..];
            var length = ReadReference(text, scratch);
            if (length == 0)
                scratch.Add((byte)'&');
            text = text[Math.Max(1, length)..];
        }

        scratch.AddRange(text);
        return CollectionsMarshal.AsSpan(scratch)[start..];
    }

    /// <summary>The text as a string with its references replaced.</summary>
    public static string Decode(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(Decode(text, []));

    /// <summary>Appends what the reference at the start of the text stands for; answers its length, or 0 if it is none.</summary>
    private static int ReadReference(ReadOnlySpan<byte> text, List<byte> scratch)
    {
        var end = text[..Math.Min(text.Length, 12)].IndexOf((byte)';');
        var name = end < 0 ? [] : text[1..end];
        if (name.IsEmpty)
            return ReadWithoutSemicolon(text, scratch);
        if (name[0] == '#')
            return ReadNumber(name[1..], scratch) ? end + 1 : 0;
        var value = NamedValue(name);
        if (value is null)
            return ReadWithoutSemicolon(text, scratch);
        scratch.AddRange(Encoding.UTF8.GetBytes(value));
        return end + 1;
    }

    private static string? NamedValue(ReadOnlySpan<byte> name) =>
        Encoding.ASCII.GetString(name) switch
        {
            "amp" or "AMP" => "&",
            "lt" or "LT" => "<",
            "gt" or "GT" => ">",
            "quot" or "QUOT" => "\"",
            "apos" => "'",
            "nbsp" => "\u00a0",
            "equals" => "=",
            "comma" => ",",
            "excl" => "!",
            "period" => ".",
            "ast" => "*",
            "plus" => "+",
            "num" => "#",
            "percnt" => "%",
            "sol" => "/",
            "colon" => ":",
            "semi" => ";",
            "lowbar" => "_",
            "commat" => "@",
            "Tilde" => "~",
            "lpar" => "(",
            "rpar" => ")",
            "Tab" => "\t",
            "NewLine" => "\n",
            _ => null,
        };

    /// <summary>The oldest references may lack their semicolon, unless a letter, digit or `=` follows.</summary>
    private static int ReadWithoutSemicolon(ReadOnlySpan<byte> text, List<byte> scratch)
    {
        foreach (var name in (ReadOnlySpan<string>)["amp", "lt", "gt", "quot"])
        {
            var length = name.Length + 1;
            if (text.Length < length || !Ascii.Equals(text[1..length], name))
                continue;
            if (text.Length > length && (text[length] == '=' || char.IsAsciiLetterOrDigit((char)text[length])))
                continue;
            scratch.AddRange(Encoding.UTF8.GetBytes(NamedValue(text[1..length])!)); // the four names are known
            return length;
        }

        return 0;
    }

    private static bool ReadNumber(ReadOnlySpan<byte> digits, List<byte> scratch)
    {
        var isHex = !digits.IsEmpty && digits[0] is (byte)'x' or (byte)'X';
        var style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        if (!int.TryParse(isHex ? digits[1..] : digits, style, CultureInfo.InvariantCulture, out var number))
            return false;
        var rune = Rune.IsValid(number) && number != 0 ? new Rune(number) : Rune.ReplacementChar;
        Span<byte> utf8 = stackalloc byte[4];
        scratch.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
        return true;
    }
}
