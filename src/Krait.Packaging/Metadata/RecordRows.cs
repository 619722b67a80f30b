using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Krait.Packaging.Metadata;

/// <summary>
/// The text of RECORD files (recording installed projects), one after the other, in UTF-8 and one buffer: an environment of some size has
/// ten thousand rows, and none needs a string.
/// </summary>
public sealed class RecordRows
{
    private readonly ArrayBufferWriter<byte> rows = new(4 * 1024);

    /// <summary>The rows so far; until the next change.</summary>
    public ReadOnlySpan<byte> Text => rows.WrittenSpan;

    /// <summary>Begins another file.</summary>
    public void Clear() => rows.ResetWrittenCount();

    /// <summary>Adds a file with its SHA-256.</summary>
    /// <param name="folder">What stands before its name: nothing, or a path with a slash at its end.</param>
    /// <param name="name">Its name, or the rest of its path.</param>
    /// <param name="digest">The digest, 32 bytes.</param>
    /// <param name="size">Its length in bytes.</param>
    public void Add(ReadOnlySpan<byte> folder, ReadOnlySpan<byte> name, ReadOnlySpan<byte> digest, long size)
    {
        AddField(folder, name);
        rows.Write(",sha256="u8);
        var hash = rows.GetSpan(Base64Url.GetEncodedLength(digest.Length));
        rows.Advance(Base64Url.EncodeToUtf8(digest, hash));
        AddSize(size);
    }

    /// <summary>Adds a file with its SHA-256.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="digest">The digest, 32 bytes.</param>
    /// <param name="size">Its length in bytes.</param>
    public void Add(string path, ReadOnlySpan<byte> digest, long size) =>
        Add([], Encoding.UTF8.GetBytes(path), digest, size);

    /// <summary>Adds a row as it is.</summary>
    public void Add(RecordEntry entry)
    {
        AddField([], Encoding.UTF8.GetBytes(entry.Path));
        rows.Write(","u8);
        AddField([], Encoding.UTF8.GetBytes(entry.Hash ?? ""));
        AddSize(entry.Size);
    }

    /// <summary>Adds a file without hash and size: RECORD itself.</summary>
    public void AddBare(string path) => Add(new RecordEntry(path, Hash: null, Size: null));

    /// <summary>A field in two parts, in quotes where it has to be.</summary>
    private void AddField(ReadOnlySpan<byte> start, ReadOnlySpan<byte> rest)
    {
        var isPlain = start.IndexOfAny(",\"\r\n"u8) < 0 && rest.IndexOfAny(",\"\r\n"u8) < 0;
        if (isPlain)
        {
            rows.Write(start);
            rows.Write(rest);
            return;
        }

        rows.Write("\""u8);
        AddQuoted(start);
        AddQuoted(rest);
        rows.Write("\""u8);
    }

    private void AddQuoted(ReadOnlySpan<byte> text)
    {
        while (text.IndexOf((byte)'"') is >= 0 and var quote)
        {
            rows.Write(text[..(quote + 1)]);
            rows.Write("\""u8);
            text = text[(quote + 1)..];
        }

        rows.Write(text);
    }

    /// <summary>The last field, and the end of the row.</summary>
    private void AddSize(long? size)
    {
        rows.Write(","u8);
        if (size is { } known)
        {
            _ = Utf8Formatter.TryFormat(known, rows.GetSpan(20), out var length);
            rows.Advance(length);
        }

        rows.Write("\n"u8);
    }
}
