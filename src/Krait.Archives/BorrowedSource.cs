namespace Krait.Archives;

/// <summary>Bytes of somebody else, who closes them.</summary>
internal sealed class BorrowedSource(ByteSource source) : ByteSource
{
    public override long Length => source.Length;

    public override int Read(long offset, Span<byte> buffer) => source.Read(offset, buffer);
}
