using System.Buffers;
using System.Globalization;
using System.Text;

namespace Krait.Packaging.Toml;

/// <summary>The character level of TOML 1.0: space, comments, keys, strings and the other scalars.</summary>
internal sealed class TomlLexer(string text)
{
    private static readonly SearchValues<char> BareKey = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    );

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+.:"
    );

    /// <summary>Control characters that stand nowhere in a document but in line ends; the tab is allowed.</summary>
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(ControlCharacters());

    private static readonly SearchValues<char> BasicStop = SearchValues.Create(ControlCharacters() + "\"\\");
    private static readonly SearchValues<char> LiteralStop = SearchValues.Create(ControlCharacters() + "'");

    /// <summary>The keys seen last, by a cheap hash: lock files repeat a few keys thousands of times.</summary>
    private readonly string?[] recentKeys = new string?[64];

    public int Position { get; set; }

    /// <summary>What went wrong, after a method has answered false or null.</summary>
    public TomlError Error { get; private set; }

    public bool IsAtEnd => Position >= text.Length;

    /// <summary>The next character, or NUL at the end (which no rule of the grammar accepts).</summary>
    public char Peek => Position < text.Length ? text[Position] : '\0';

    public char PeekAt(int offset) => Position + offset < text.Length ? text[Position + offset] : '\0';

    public void SkipSpace()
    {
        while (Position < text.Length && text[Position] is ' ' or '\t')
            Position++;
    }

    public bool TrySkipNewLine()
    {
        if (Peek == '\r' && PeekAt(1) == '\n')
            Position += 2;
        else if (Peek == '\n')
            Position++;
        else
            return false;
        return true;
    }

    public void SkipToNextLine()
    {
        var end = text.AsSpan(Position).IndexOf('\n');
        Position = end < 0 ? text.Length : Position + end + 1;
    }

    public bool TrySkipComment()
    {
        var rest = text.AsSpan(Position);
        var stop = rest.IndexOfAny(Forbidden);
        Position += stop < 0 ? rest.Length : stop;
        if (IsAtEnd || Peek == '\n' || (Peek == '\r' && PeekAt(1) == '\n'))
            return true;
        Error = ControlCharacter();
        return false;
    }

    /// <summary>Skips space, line ends and comments between the elements of an array.</summary>
    public bool TrySkipTrivia()
    {
        while (true)
        {
            SkipSpace();
            if (Peek == '#')
            {
                if (!TrySkipComment())
                    return false;
            }
            else if (!TrySkipNewLine())
            {
                return true;
            }
        }
    }

    public bool TryReadKey(out TomlKey key)
    {
        var start = Position;
        string? name;
        if (Peek is '"' or '\'')
        {
            var isMultiLine = PeekAt(1) == Peek && PeekAt(2) == Peek;
            name = isMultiLine ? null : ReadString();
            if (isMultiLine)
                Error = new TomlError(start, 3, "a key cannot be a multi-line string");
        }
        else
        {
            var rest = text.AsSpan(Position);
            var length = rest.IndexOfAnyExcept(BareKey);
            length = length < 0 ? rest.Length : length;
            name = length == 0 ? null : Intern(rest[..length]);
            Position += length;
            if (length == 0)
                Error = Unexpected("a key");
        }

        key = new TomlKey(name ?? "", start, Position - start);
        return name is not null;
    }

    public TomlValue? ReadScalar()
    {
        if (Peek is '"' or '\'')
        {
            var isMultiLine = PeekAt(1) == Peek && PeekAt(2) == Peek;
            return (isMultiLine ? ReadMultiLineString() : ReadString()) is { } value ? new TomlString(value) : null;
        }

        var rest = text.AsSpan(Position);
        var length = rest.IndexOfAnyExcept(Plain);
        length = length < 0 ? rest.Length : length;
        // A date and a time may have a space between them.
        if (length == 10 && rest[4] == '-' && rest.Length > 11 && rest[10] == ' ' && char.IsAsciiDigit(rest[11]))
        {
            var time = rest[11..].IndexOfAnyExcept(Plain);
            length = time < 0 ? rest.Length : 11 + time;
        }

        if (length == 0)
        {
            Error = Unexpected("a value");
            return null;
        }

        var value2 = TomlScalar.Read(rest[..length], out var message);
        if (value2 is null)
            Error = new TomlError(Position, length, message);
        else
            Position += length;
        return value2;
    }

    public TomlError Unexpected(string expected)
    {
        if (IsAtEnd)
            return new TomlError(text.Length, 0, $"expected {expected}, found the end of the file");
        if (Peek is '\n' or '\r')
            return new TomlError(Position, 0, $"expected {expected}, found the end of the line");
        return char.IsControl(Peek)
            ? ControlCharacter()
            : new TomlError(Position, 1, $"expected {expected}, found `{text.AsSpan(Position, RuneLength())}`");
    }

    private int RuneLength() => char.IsHighSurrogate(Peek) && char.IsLowSurrogate(PeekAt(1)) ? 2 : 1;

    private TomlError ControlCharacter() =>
        new(
            Position,
            1,
            string.Create(CultureInfo.InvariantCulture, $"the control character U+{(int)Peek:X4} is not allowed here")
        );

    private string? ReadString()
    {
        var start = Position;
        var quote = text[Position++];
        var stops = quote == '"' ? BasicStop : LiteralStop;
        StringBuilder? built = null;
        while (true)
        {
            var rest = text.AsSpan(Position);
            var stop = rest.IndexOfAny(stops);
            if (stop < 0 || rest[stop] is '\n' or '\r')
            {
                Error = new TomlError(start, 1, "a string is not closed on its line");
                return null;
            }

            Position += stop;
            if (Peek == quote)
            {
                Position++;
                return built is null ? rest[..stop].ToString() : built.Append(rest[..stop]).ToString();
            }

            (built ??= new StringBuilder()).Append(rest[..stop]);
            if (Peek != '\\')
                Error = ControlCharacter();
            if (Peek != '\\' || !TryReadEscape(built))
                return null;
        }
    }

    private string? ReadMultiLineString()
    {
        var start = Position;
        var quote = text[Position];
        Position += 3;
        TrySkipNewLine();
        var stops = quote == '"' ? BasicStop : LiteralStop;
        var built = new StringBuilder();
        while (true)
        {
            var rest = text.AsSpan(Position);
            var stop = rest.IndexOfAny(stops);
            if (stop < 0)
            {
                Error = new TomlError(start, 3, "a multi-line string is not closed");
                return null;
            }

            built.Append(rest[..stop]);
            Position += stop;
            if (Peek == quote)
            {
                if (IsClosed(quote, built))
                    return built.ToString();
            }
            else if (Peek == '\\' && quote == '"')
            {
                if (!TryTrimLineEnd() && !TryReadEscape(built))
                    return null;
            }
            else
            {
                var line = Position;
                if (!TrySkipNewLine())
                {
                    Error = ControlCharacter();
                    return null;
                }

                built.Append(text.AsSpan(line, Position - line));
            }
        }
    }

    /// <summary>Three quotes close the string; one or two more before them belong to its text.</summary>
    private bool IsClosed(char quote, StringBuilder built)
    {
        var count = 0;
        while (count < 5 && PeekAt(count) == quote)
            count++;
        Position += count;
        built.Append(quote, count >= 3 ? count - 3 : count);
        return count >= 3;
    }

    /// <summary>A backslash at the end of a line takes away all space up to the next text.</summary>
    private bool TryTrimLineEnd()
    {
        var ahead = Position + 1;
        while (ahead < text.Length && text[ahead] is ' ' or '\t')
            ahead++;
        if (
            ahead >= text.Length
            || !(text[ahead] == '\n' || (text[ahead] == '\r' && ahead + 1 < text.Length && text[ahead + 1] == '\n'))
        )
        {
            return false;
        }

        Position = ahead;
        do SkipSpace();
        while (TrySkipNewLine());
        return true;
    }

    private bool TryReadEscape(StringBuilder built)
    {
        var start = Position;
        var letter = PeekAt(1);
        Position += 2;
        switch (letter)
        {
            case 'b':
                built.Append('\b');
                return true;
            case 't':
                built.Append('\t');
                return true;
            case 'n':
                built.Append('\n');
                return true;
            case 'f':
                built.Append('\f');
                return true;
            case 'r':
                built.Append('\r');
                return true;
            case '"' or '\\':
                built.Append(letter);
                return true;
            case 'u' or 'U':
                return TryReadCodePoint(built, start, letter == 'u' ? 4 : 8);
            default:
                Position = start;
                Error = new TomlError(
                    start,
                    Math.Min(2, text.Length - start),
                    "an escape sequence is not one of TOML's"
                );
                return false;
        }
    }

    private bool TryReadCodePoint(StringBuilder built, int start, int digits)
    {
        var value = 0u;
        var count = 0;
        for (; count < digits && char.IsAsciiHexDigit(PeekAt(count)); count++)
            value = (value << 4) | (uint)HexValue(PeekAt(count));
        if (count < digits || !Rune.IsValid(value))
        {
            Error = new TomlError(start, 2 + count, $"`{text.AsSpan(start, 2 + count)}` is not a Unicode scalar value");
            return false;
        }

        Position += digits;
        built.Append(new Rune(value));
        return true;
    }

    private static int HexValue(char c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;

    private string Intern(ReadOnlySpan<char> name)
    {
        ref var slot = ref recentKeys[((name.Length * 31) + (name[0] * 7) + name[^1]) & 63];
        return slot is not null && name.SequenceEqual(slot) ? slot : slot = name.ToString();
    }

    private static string ControlCharacters()
    {
        var controls = new StringBuilder();
        for (var c = '\0'; c < ' '; c++)
            controls.Append(c == '\t' ? "" : c);
        return controls.Append('\x7F').ToString();
    }
}
