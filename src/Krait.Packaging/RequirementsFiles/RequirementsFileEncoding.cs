using System.Diagnostics.CodeAnalysis;
using System.Text;
using Krait.Packaging.Text;

namespace Krait.Packaging.RequirementsFiles;

/// <summary>
/// The encoding of a requirements file, found as pip finds it: a byte order mark, else a `coding:` comment in the first two lines, else
/// UTF-8, and as a last resort Latin-1 with a warning. A comment that names no known encoding is no reason to refuse valid UTF-8: it may
/// only look like a declaration.
/// </summary>
public static class RequirementsFileEncoding
{
    private static UTF8Encoding Strict { get; } =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Longest first: the mark of UTF-16 starts that of UTF-32.</summary>
    private static readonly (byte[] Mark, Encoding Encoding)[] Marks =
    [
        ([0xff, 0xfe, 0, 0], new UTF32Encoding(bigEndian: false, byteOrderMark: false, throwOnInvalidCharacters: true)),
        ([0, 0, 0xfe, 0xff], new UTF32Encoding(bigEndian: true, byteOrderMark: false, throwOnInvalidCharacters: true)),
        ([0xef, 0xbb, 0xbf], Strict),
        ([0xff, 0xfe], new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true)),
        ([0xfe, 0xff], new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true)),
    ];

    /// <summary>Decodes a file; the warning says if the encoding had to be guessed.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out string? text,
        out Diagnostic? warning,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        warning = null;
        foreach (var (mark, encoding) in Marks)
        {
            if (bytes.StartsWith(mark))
                return TryDecode(bytes[mark.Length..], encoding, encoding.WebName, out text, out error);
        }

        var name = DeclaredName(bytes);
        if (name is not null && ByName(name) is { } declared)
            return TryDecode(bytes, declared, name, out text, out error);
        if (name is not null && EightBitEncoding.IsKnown(Normalize(name)))
        {
            var isRead = EightBitEncoding.TryDecode(Normalize(name), bytes, out text);
            error = text is null ? NotEncodedIn(name) : null;
            return isRead;
        }

        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            warning = name is null ? null : Unknown(name, "reading the file as UTF-8");
            return TryDecode(bytes, Strict, "utf-8", out text, out error);
        }

        if (name is not null)
        {
            text = null;
            error = Unknown(name, "and the file is not valid UTF-8");
            return false;
        }

        warning = new Diagnostic("guessed-encoding", "the file is not valid UTF-8 and was read as Latin-1")
        {
            Hints = ["Save the file in UTF-8, or declare its encoding in a comment on the first line"],
        };
        return TryDecode(bytes, Encoding.Latin1, "latin-1", out text, out error);
    }

    private static bool TryDecode(
        ReadOnlySpan<byte> bytes,
        Encoding encoding,
        string name,
        [NotNullWhen(true)] out string? text,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        try
        {
            text = encoding.GetString(bytes);
            error = null;
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = null;
            error = NotEncodedIn(name);
            return false;
        }
    }

    private static Diagnostic Unknown(string name, string consequence) =>
        new("unknown-encoding", $"unknown encoding `{PythonText.Printable(name)}` in a `coding` comment, {consequence}")
        {
            Hints = ["Save the file as UTF-8, and remove the comment"],
        };

    private static Diagnostic NotEncodedIn(string name) =>
        new(
            "invalid-encoding",
            $"the file declares the encoding `{PythonText.Printable(name)}`, but is not encoded in it"
        );

    /// <summary>The name behind `coding:` or `coding=` in a comment on one of the first two lines.</summary>
    private static string? DeclaredName(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < 2; i++)
        {
            var end = bytes.IndexOf((byte)'\n');
            var line = end < 0 ? bytes : bytes[..end];
            if (line.StartsWith("#"u8) && NameIn(line) is { } name)
                return name;
            if (end < 0)
                return null;
            bytes = bytes[(end + 1)..];
        }

        return null;
    }

    private static string? NameIn(ReadOnlySpan<byte> line)
    {
        for (var at = line.IndexOf("coding"u8); at >= 0; at = line.IndexOf("coding"u8))
        {
            line = line[(at + 6)..];
            if (line.IsEmpty || line[0] is not ((byte)':' or (byte)'='))
                continue;
            var rest = line[1..].TrimStart(" \t"u8);
            var length = 0;
            while (
                length < rest.Length
                && (
                    char.IsAsciiLetterOrDigit((char)rest[length]) || rest[length] is (byte)'-' or (byte)'_' or (byte)'.'
                )
            )
            {
                length++;
            }

            if (length > 0)
                return Encoding.ASCII.GetString(rest[..length]);
        }

        return null;
    }

    /// <summary>The name as tables have it; editors add the kind of line ends (`utf-8-unix`).</summary>
    private static string Normalize(string name)
    {
        var normalized = name.ToLowerInvariant().Replace('_', '-');
        foreach (var lineEnd in (ReadOnlySpan<string>)["-unix", "-dos", "-mac"])
        {
            if (normalized.EndsWith(lineEnd, StringComparison.Ordinal))
                return normalized[..^lineEnd.Length];
        }

        return normalized;
    }

    private static Encoding? ByName(string name) =>
        Normalize(name) switch
        {
            "utf-8" or "utf8" or "u8" or "utf-8-sig" or "ascii" or "us-ascii" => Strict,
            "latin-1" or "latin1" or "latin" or "iso-8859-1" or "iso8859-1" or "l1" => Encoding.Latin1,
            "utf-16-le" or "utf-16le" => Marks[3].Encoding,
            "utf-16-be" or "utf-16be" => Marks[4].Encoding,
            _ => null,
        };
}
