using System.Text;

namespace Krait.Packaging.Metadata;

/// <summary>
/// Reads header fields as Python's `email` package does with the lenient policy: a field ends where no continuation line follows,
/// and the first line that is not a field ends them all.
/// </summary>
/// <param name="text">The whole file.</param>
public ref struct HeaderReader(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> rest = text;
    private bool isFirstLine = true;

    /// <summary>The name of the current field.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value of the current field, with its continuation lines as they are.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>What follows the fields; known after <see cref="MoveNext"/> has answered false.</summary>
    public ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>Goes to the next field.</summary>
    public bool MoveNext()
    {
        while (true)
        {
            var line = LineAt(rest);
            var isFirst = isFirstLine;
            isFirstLine = false;
            if (line.IsEmpty || !IsField(line))
            {
                Body = line.Length > 0 && line[0] is (byte)'\r' or (byte)'\n' ? rest[line.Length..] : rest;
                return false;
            }

            if (line.StartsWith("From "u8) && !isFirst && !IsFollowedByField(rest[line.Length..]))
            {
                // The envelope line of a mailbox in the last place belongs to the body.
                Body = rest;
                return false;
            }

            var start = rest;
            rest = rest[line.Length..];
            var colon = line.IndexOf((byte)':');
            if (line[0] is (byte)' ' or (byte)'\t' || line.StartsWith("From "u8) || colon == 0)
                continue;
            while (!rest.IsEmpty && rest[0] is (byte)' ' or (byte)'\t')
                rest = rest[LineAt(rest).Length..];
            Name = line[..colon];
            Value = start[(colon + 1)..(start.Length - rest.Length)].TrimStart(" \t"u8).TrimEnd("\r\n"u8);
            return true;
        }
    }

    private static bool IsFollowedByField(ReadOnlySpan<byte> rest) =>
        LineAt(rest) is var line && !line.IsEmpty && IsField(line);

    /// <summary>The first line with its end.</summary>
    private static ReadOnlySpan<byte> LineAt(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)'\n', (byte)'\r');
        if (end < 0)
            return text;
        return text[..(text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2 : end + 1)];
    }

    /// <summary>A continuation, an envelope line, or printable ASCII characters without a space before a colon.</summary>
    private static bool IsField(ReadOnlySpan<byte> line)
    {
        if (line[0] is (byte)' ' or (byte)'\t' || line.StartsWith("From "u8))
            return true;
        foreach (var c in line)
        {
            if (c == ':')
                return true;
            if (c is < 33 or > 126)
                return false;
        }

        return false;
    }

    /// <summary>Whether the current field has this name, in any case.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(Name, name);
}
