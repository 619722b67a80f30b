namespace Krait.Index.Http;

/// <summary>
/// Hands out bytes so that what a decoder took can be told: its last bytes come one at a time, so a decoder that needs them all has taken
/// exactly all, and one that stopped before has left some.
/// </summary>
internal sealed class TightStream(ReadOnlyMemory<byte> content) : Stream
{
    private const int Tight = 16;

    private int position;

    /// <summary>Whether every byte was taken.</summary>
    public bool IsUsedUp => position == content.Length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var left = content.Length - position;
        var count = Math.Min(buffer.Length, left > Tight ? left - Tight : Math.Min(left, 1));
        content.Span.Slice(position, count).CopyTo(buffer);
        position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
