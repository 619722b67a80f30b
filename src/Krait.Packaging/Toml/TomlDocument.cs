using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Krait.Packaging.Text;

namespace Krait.Packaging.Toml;

/// <summary>A TOML 1.0 document: its text, and its tables with their places in it.</summary>
public sealed class TomlDocument
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, true);

    private int[]? lineStarts;

    private TomlDocument(string text, TomlTable root)
    {
        Text = text;
        Root = root;
    }

    /// <summary>The text that was parsed, unchanged.</summary>
    public string Text { get; }

    /// <summary>The top-level table.</summary>
    public TomlTable Root { get; }

    /// <summary>Parses text; the errors come out together.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out TomlDocument? document,
        out ImmutableArray<Diagnostic> errors
    )
    {
        var parser = new TomlParser(text);
        var root = parser.Parse();
        var parsed = new TomlDocument(text, root);
        errors = [.. parser.Errors.Select(e => parsed.ErrorAt("invalid-toml", e.Start, e.Length, e.Message))];
        document = errors.IsEmpty ? parsed : null;
        return document is not null;
    }

    /// <summary>Parses UTF-8; the errors come out together.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> utf8,
        [NotNullWhen(true)] out TomlDocument? document,
        out ImmutableArray<Diagnostic> errors
    )
    {
        if (!System.Text.Unicode.Utf8.IsValid(utf8))
        {
            document = null;
            errors =
            [
                new Diagnostic("invalid-toml", "the file is not encoded in UTF-8") { Line = LineOfBadByte(utf8) },
            ];
            return false;
        }

        return TryParse(StrictUtf8.GetString(utf8), out document, out errors);
    }

    /// <summary>Parses a literal.</summary>
    /// <exception cref="FormatException">The text is not TOML.</exception>
    public static TomlDocument Parse(string text) =>
        TryParse(text, out var document, out var errors) ? document : throw new FormatException(errors[0].Message);

    /// <summary>An error about a value of this document, with its line.</summary>
    public Diagnostic Error(string code, TomlValue value, string message) =>
        value.Start < 0
            ? new Diagnostic(code, message)
            : ErrorAt(code, value.Start, Math.Min(value.TextLength, Text.Length - value.Start), message);

    /// <summary>The 1-based line that an offset of the text is in.</summary>
    public int LineOf(int offset)
    {
        lineStarts ??= FindLines(Text);
        var found = Array.BinarySearch(lineStarts, offset);
        return found >= 0 ? found + 1 : ~found;
    }

    private Diagnostic ErrorAt(string code, int start, int length, string message)
    {
        start = Math.Clamp(start, 0, Text.Length);
        var line = LineOf(start);
        var lineStart = lineStarts![line - 1]; // built by LineOf
        var lineEnd = Text.IndexOf('\n', lineStart);
        var shown = Text.AsSpan(lineStart, (lineEnd < 0 ? Text.Length : lineEnd) - lineStart).TrimEnd('\r');
        var column = Math.Min(start - lineStart, shown.Length);
        return new Diagnostic(code, message)
        {
            Line = line,
            Span = new SourceSpan(shown.ToString(), column, Math.Clamp(length, 0, shown.Length - column)),
        };
    }

    private static int[] FindLines(string text)
    {
        var starts = new List<int> { 0 };
        for (var i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1))
            starts.Add(i + 1);
        return [.. starts];
    }

    private static int LineOfBadByte(ReadOnlySpan<byte> utf8)
    {
        var line = 1;
        while (
            !utf8.IsEmpty
            && Rune.DecodeFromUtf8(utf8, out var rune, out var length) == System.Buffers.OperationStatus.Done
        )
        {
            line += rune.Value == '\n' ? 1 : 0;
            utf8 = utf8[length..];
        }

        return line;
    }
}
