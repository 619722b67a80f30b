using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Krait.Installer.Records;

/// <summary>
/// The text of one RECORD file after the other (recording installed projects), in UTF-8 and one buffer: an environment of some size has
/// ten thousand rows, and none needs a string.
/// </summary>
internal sealed class RecordRows
{
    private readonly ArrayBufferWriter<byte> rows = new(4 * 1024);
    private readonly byte[] hash = new byte[Base64Url.GetEncodedLength(32)];

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
        AddPath(folder, name);
        rows.Write(",sha256="u8);
        rows.Write(hash.AsSpan(0, Base64Url.EncodeToUtf8(digest, hash)));
        rows.Write(","u8);
        var number = rows.GetSpan(20);
        _ = Utf8Formatter.TryFormat(size, number, out var length);
        rows.Advance(length);
        rows.Write("\n"u8);
    }

    /// <summary>Adds a file with its SHA-256.</summary>
    public void Add(string path, ReadOnlySpan<byte> digest, long size) =>
        Add([], Encoding.UTF8.GetBytes(path), digest, size);

    /// <summary>Adds a file without hash and size: RECORD itself.</summary>
    public void AddBare(string path)
    {
        AddPath([], Encoding.UTF8.GetBytes(path));
        rows.Write(",,\n"u8);
    }

    /// <summary>A path, in quotes where it has to be.</summary>
    private void AddPath(ReadOnlySpan<byte> folder, ReadOnlySpan<byte> name)
    {
        var isPlain = folder.IndexOfAny(",\"\r\n"u8) < 0 && name.IndexOfAny(",\"\r\n"u8) < 0;
        if (isPlain)
        {
            rows.Write(folder);
            rows.Write(name);
            return;
        }

        rows.Write("\""u8);
        AddQuoted(folder);
        AddQuoted(name);
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
}
