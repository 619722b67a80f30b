using System.Text;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Projects.Editing;

/// <summary>A text file that is edited: what it begins with (a byte order mark) is kept, and it is replaced whole or not at all.</summary>
public sealed class TextFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly bool hasMark;

    private TextFile(string path, byte[] bytes, string text, bool hasMark)
    {
        Path = path;
        Bytes = bytes;
        Text = text;
        this.hasMark = hasMark;
    }

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>The bytes that were read.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The text that was read, without a byte order mark.</summary>
    public string Text { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="shown">What messages call it.</param>
    /// <exception cref="KraitException">It cannot be read, or is not UTF-8 (unusable input).</exception>
    public static TextFile Read(string path, string shown)
    {
        var error = PlainFile.TryReadBytes(path, out var bytes);
        if (error == FileError.NotFound)
            throw Unusable(new Diagnostic("no-file", $"`{shown}` does not exist"));
        if (error != FileError.None)
            throw Unusable(new FileSystemException("read", shown, error).Diagnostic);
        var isMarked = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble);
        try
        {
            return new TextFile(path, bytes, Utf8.GetString(bytes.AsSpan(isMarked ? 3 : 0)), isMarked);
        }
        catch (DecoderFallbackException)
        {
            throw Unusable(new Diagnostic("not-utf-8", $"`{shown}` is not encoded in UTF-8"));
        }
    }

    /// <summary>The bytes of another text in this file.</summary>
    public byte[] BytesOf(string text) =>
        hasMark ? [.. Encoding.UTF8.Preamble, .. Utf8.GetBytes(text)] : Utf8.GetBytes(text);

    /// <summary>Replaces the text.</summary>
    /// <exception cref="FileSystemException">It could not be written; the old file is as it was.</exception>
    public void Write(string text)
    {
        if (!string.Equals(text, Text, StringComparison.Ordinal))
            AtomicFile.Write(Path, BytesOf(text), durable: true);
    }

    /// <summary>The same for one of several files that an <see cref="EditJournal"/> has noted.</summary>
    /// <exception cref="FileSystemException">It could not be written; the old file is as it was.</exception>
    public void WriteTogether(string text)
    {
        if (!string.Equals(text, Text, StringComparison.Ordinal))
            AtomicFile.WriteTogether(Path, BytesOf(text));
    }

    private static KraitException Unusable(Diagnostic diagnostic) =>
        new(diagnostic) { Kind = FailureKind.UnusableInput };
}
