using System.IO.Compression;

namespace Krait.Server.Views;

/// <summary>A page as bytes, plain and compressed, with the tag of each.</summary>
internal sealed class RenderedPage
{
    /// <summary>Less is not worth a header.</summary>
    private const int LeastCompressed = 512;

    private RenderedPage(byte[] body, byte[]? compressed, string tag)
    {
        Body = body;
        Compressed = compressed;
        Tag = tag;
    }

    /// <summary>The page.</summary>
    public byte[] Body { get; }

    /// <summary>The page as gzip; null where that saves nothing.</summary>
    public byte[]? Compressed { get; }

    /// <summary>The strong tag of the plain bytes.</summary>
    public string Tag { get; }

    /// <summary>The strong tag of the compressed bytes, which are others.</summary>
    public string CompressedTag => Tag[..^1] + "-gz\"";

    /// <summary>Its size in memory.</summary>
    public long Size => Body.Length + (Compressed?.Length ?? 0) + 200;

    /// <summary>Makes a page of its bytes.</summary>
    public static RenderedPage Of(byte[] body)
    {
        var tag = $"\"{Storage.BlobId.Of(body).Hex[..32]}\"";
        if (body.Length < LeastCompressed)
            return new RenderedPage(body, compressed: null, tag);
        using var buffer = new MemoryStream(body.Length / 4);
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(body);
        return new RenderedPage(body, buffer.Length < body.Length ? buffer.ToArray() : null, tag);
    }
}
