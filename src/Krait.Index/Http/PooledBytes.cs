using System.Buffers;

namespace Krait.Index.Http;

/// <summary>Bytes in a rented array, given back when disposed: first touch of fresh memory costs more than reading into it.</summary>
internal sealed class PooledBytes(int capacity) : IDisposable
{
    private byte[] array = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>How many bytes are filled.</summary>
    public int Length { get; set; }

    /// <summary>The filled part.</summary>
    public ReadOnlyMemory<byte> Memory => array.AsMemory(0, Length);

    /// <summary>The filled part.</summary>
    public ReadOnlySpan<byte> Span => array.AsSpan(0, Length);

    /// <summary>The part still to be filled; never empty after <see cref="Reserve"/>.</summary>
    public Memory<byte> Free => array.AsMemory(Length);

    /// <summary>Makes room for at least one more byte, doubling what there is.</summary>
    public void Reserve()
    {
        if (Length < array.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(array.Length, 4096) * 2));
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(array);
        array = larger;
    }

    public void Dispose()
    {
        var returned = Interlocked.Exchange(ref array, []);
        Length = 0;
        if (returned.Length > 0)
            ArrayPool<byte>.Shared.Return(returned);
    }
}
