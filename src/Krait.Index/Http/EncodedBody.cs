namespace Krait.Index.Http;

/// <summary>A body as it came, which is decoded as a whole or as it is read.</summary>
/// <param name="encoded">The bytes, which this object gives back.</param>
/// <param name="contentEncoding">How they are encoded: the header's value.</param>
/// <param name="limit">How long the decoded body may be.</param>
internal sealed class EncodedBody(PooledBytes encoded, string contentEncoding, long limit) : IDisposable
{
    /// <summary>Above this size a body may be at most <see cref="LargestRatio"/> times as large as it was on the wire.</summary>
    private const int FreeOfRatio = 64 * 1024 * 1024;
    private const int LargestRatio = 200;
    private const int MostLayers = 2;

    private PooledBytes body = encoded;

    /// <summary>What is offered to servers.</summary>
    public static string AcceptEncoding(bool allowsBrotli) => allowsBrotli ? "gzip, deflate, br" : "gzip, deflate";

    /// <summary>The whole body, which is the caller's.</summary>
    /// <exception cref="HttpFailure">It is damaged, too large, or encoded in a way that was not asked for.</exception>
    public PooledBytes Decode()
    {
        foreach (var encoding in Layers())
            Unwrap(encoding);
        return Interlocked.Exchange(ref body, new PooledBytes(0));
    }

    /// <summary>
    /// Reads the body as it is decoded; null where it is not encoded. It must not be disposed before the answer. Of two encodings, the outer
    /// one is undone at once.
    /// </summary>
    /// <exception cref="HttpFailure">It is damaged, too large, or encoded in a way that was not asked for.</exception>
    public BodyDecoder? Open()
    {
        var layers = Layers();
        foreach (var encoding in layers.SkipLast(1))
            Unwrap(encoding);
        return layers is [.., var last] ? BodyDecoder.Open(body.Memory, last, Bound()) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => body.Dispose();

    /// <summary>The encodings, from the outside: the last one was applied last.</summary>
    private string[] Layers()
    {
        var encodings = contentEncoding.Split(
            ',',
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
        );
        if (encodings.Length > MostLayers)
            throw BodyDecoder.Damaged($"is encoded {encodings.Length} times");
        Array.Reverse(encodings);
        return encodings;
    }

    private long Bound() => Math.Min(limit, Math.Max(FreeOfRatio, (long)body.Length * LargestRatio));

    private void Unwrap(string encoding)
    {
        var bound = Bound();
        using var decoder = BodyDecoder.Open(body.Memory, encoding, bound);
        if (decoder is null)
            return;
        // One byte more, so that the end is seen without growing.
        var decoded = new PooledBytes((int)Math.Clamp(decoder.ExpectedLength, 1024, PooledBytes.LargestShared - 1) + 1);
        try
        {
            int count;
            do
            {
                TakeTurn(decoded);
                decoded.Reserve(bound);
                count = decoder.Read(decoded.Free.Span);
                decoded.Length += count;
            } while (count > 0);
        }
        catch
        {
            decoded.Dispose();
            throw;
        }

        decoded.TakeTurnOf(body);
        body.Dispose();
        body = decoded;
    }

    private void TakeTurn(PooledBytes decoded)
    {
        if (!decoded.NeedsTurn)
            return;
        decoded.TakeTurnOf(body);
        if (decoded.NeedsTurn)
            decoded.TakeTurn();
    }
}
