using System.Buffers;
using System.Text;

namespace Krait.Packaging.Indexes;

/// <summary>
/// Finds the tags of an HTML page, in the way browsers do but without building a tree: text, comments, declarations and the inside
/// of scripts and styles are passed over. Every byte is looked at once; nothing is ever malformed, but a page can end too early.
/// </summary>
internal ref struct HtmlTokenizer(ReadOnlySpan<byte> html)
{
    private static readonly SearchValues<byte> NameEnd = SearchValues.Create(" \t\r\n\f/>"u8);
    private static readonly SearchValues<byte> KeyEnd = SearchValues.Create(" \t\r\n\f/="u8);
    private static readonly SearchValues<byte> SpaceOrSlash = SearchValues.Create(" \t\r\n\f/"u8);
    private static readonly SearchValues<byte> Space = SearchValues.Create(" \t\r\n\f"u8);

    private readonly ReadOnlySpan<byte> html = html;
    private int position;
    private ReadOnlySpan<byte> name;
    private ReadOnlySpan<byte> attributes;

    /// <summary>Whether the current tag ends an element.</summary>
    public bool IsEndTag { get; private set; }

    /// <summary>Whether the page ended inside a tag or comment.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Whether the current tag starts an element of this name.</summary>
    public readonly bool IsTag(ReadOnlySpan<byte> name) => !IsEndTag && IsName(name);

    /// <summary>Whether the current tag has this name.</summary>
    public readonly bool IsName(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(this.name, name);

    /// <summary>Goes to the next tag.</summary>
    public bool MoveNext()
    {
        if (!IsEndTag && (IsName("script"u8) || IsName("style"u8)) && !SkipRawText())
            return false;
        while (true)
        {
            var open = html[position..].IndexOf((byte)'<');
            if (open < 0)
                return false;
            position += open + 1;
            if (position == html.Length)
                return Truncated();
            var c = html[position];
            if (char.IsAsciiLetter((char)c))
                return ReadTag(isEndTag: false);
            if (c == '/' && position + 1 < html.Length && char.IsAsciiLetter((char)html[position + 1]))
            {
                position++;
                return ReadTag(isEndTag: true);
            }

            if (c is (byte)'!' or (byte)'?' or (byte)'/' && !SkipDeclaration())
                return false;
        }
    }

    /// <summary>The raw value of an attribute of the current tag; the first of its name counts.</summary>
    public readonly bool TryGetAttribute(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var rest = attributes;
        while (TryReadAttribute(ref rest, out var key, out value))
        {
            if (Ascii.EqualsIgnoreCase(key, name))
                return true;
        }

        value = default;
        return false;
    }

    private bool ReadTag(bool isEndTag)
    {
        var rest = html[position..];
        var nameEnd = rest.IndexOfAny(NameEnd);
        if (nameEnd < 0)
            return Truncated();
        name = rest[..nameEnd];
        IsEndTag = isEndTag;
        var end = nameEnd;
        // A `>` inside quotes does not end the tag; quotes count only where a value starts.
        while (true)
        {
            var stop = rest[end..].IndexOfAny("=>"u8);
            if (stop < 0)
                return Truncated();
            end += stop;
            if (rest[end] == '>')
                break;
            end++;
            while (end < rest.Length && IsSpace(rest[end]))
                end++;
            if (end < rest.Length && rest[end] is (byte)'"' or (byte)'\'')
            {
                var close = rest[(end + 1)..].IndexOf(rest[end]);
                if (close < 0)
                    return Truncated();
                end += close + 2;
            }
        }

        attributes = rest[nameEnd..end];
        position += end + 1;
        return true;
    }

    private static bool TryReadAttribute(
        scoped ref ReadOnlySpan<byte> rest,
        out ReadOnlySpan<byte> key,
        out ReadOnlySpan<byte> value
    )
    {
        key = value = [];
        var start = rest.IndexOfAnyExcept(SpaceOrSlash);
        if (start < 0)
            return false;
        rest = rest[start..];
        var keyEnd = rest[1..].IndexOfAny(KeyEnd);
        keyEnd = keyEnd < 0 ? rest.Length : keyEnd + 1;
        key = rest[..keyEnd];
        rest = rest[keyEnd..];
        var afterSpace = rest.IndexOfAnyExcept(Space);
        if (afterSpace < 0 || rest[afterSpace] != '=')
            return true;
        rest = rest[(afterSpace + 1)..];
        rest = rest.TrimStart(" \t\r\n\f"u8);
        if (!rest.IsEmpty && rest[0] is (byte)'"' or (byte)'\'')
        {
            var close = rest[1..].IndexOf(rest[0]);
            close = close < 0 ? rest.Length - 1 : close;
            value = rest.Slice(1, close);
            rest = rest[Math.Min(rest.Length, close + 2)..];
            return true;
        }

        var end = rest.IndexOfAny(Space);
        end = end < 0 ? rest.Length : end;
        value = rest[..end];
        rest = rest[end..];
        return true;
    }

    private bool SkipDeclaration()
    {
        var rest = html[position..];
        var isComment = rest.StartsWith("!--"u8);
        // `<!-->` is a comment, too: the dashes that open it may close it.
        var end = isComment ? rest[1..].IndexOf("-->"u8) : rest.IndexOf((byte)'>');
        if (end < 0)
            return Truncated();
        position += isComment ? end + 4 : end + 1;
        return true;
    }

    private bool SkipRawText()
    {
        var rest = html[position..];
        for (var i = 0; i < rest.Length; )
        {
            var close = rest[i..].IndexOf("</"u8);
            if (close < 0)
                return Truncated();
            i += close + 2;
            if (rest.Length - i >= name.Length && Ascii.EqualsIgnoreCase(rest.Slice(i, name.Length), name))
            {
                position += i - 2;
                name = [];
                return true;
            }
        }

        return Truncated();
    }

    private bool Truncated()
    {
        IsTruncated = true;
        position = html.Length;
        return false;
    }

    private static bool IsSpace(byte c) => c is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'\f';
}
