using System.IO.Compression;

namespace Krait.Server.Caching;

/// <summary>
/// A part of an answer that is sent as it lies, alone or after others. Compressed, each is a member of its own, which may follow one another
/// (RFC 1952, section 2.2): so what is sent often is compressed once.
/// </summary>
/// <param name="plain">The bytes.</param>
internal sealed class Piece(ReadOnlyMemory<byte> plain)
{
    private byte[]? packed;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Plain => plain;

    /// <summary>The bytes compressed with gzip; made when they are first asked for.</summary>
    public ReadOnlyMemory<byte> Packed => packed ??= Pack(plain.Span);

    /// <summary>About how much memory it takes, once it is compressed.</summary>
    public long Size => plain.Length + (plain.Length / 3) + 200;

    private static byte[] Pack(ReadOnlySpan<byte> content)
    {
        using var buffer = new MemoryStream((content.Length / 4) + 64);
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(content);
        return buffer.ToArray();
    }
}
