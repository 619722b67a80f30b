using Krait.Packaging.Memory;

namespace Krait.Index.Http;

/// <summary>
/// Bytes in a rented array, given back when disposed: first touch of fresh memory costs more than reading into it. Only one body at a time
/// may be a large one, so that however many servers send without end, memory stays bounded.
/// </summary>
internal sealed class PooledBytes(int capacity) : IDisposable
{
    /// <summary>A larger body waits for its turn.</summary>
    public const int LargestShared = 8 * 1024 * 1024;

    private static readonly SemaphoreSlim LargeTurn = new(1);

    private byte[] array = Rented<byte>.Take(capacity);
    private bool isLarge;

    /// <summary>How many bytes are filled.</summary>
    public int Length { get; set; }

    /// <summary>The filled part.</summary>
    public ReadOnlyMemory<byte> Memory => array.AsMemory(0, Length);

    /// <summary>The filled part.</summary>
    public ReadOnlySpan<byte> Span => array.AsSpan(0, Length);

    /// <summary>The part still to be filled; never empty after <see cref="Reserve"/>.</summary>
    public Memory<byte> Free => array.AsMemory(Length);

    /// <summary>Whether the next <see cref="Reserve"/> needs the turn of large bodies.</summary>
    public bool NeedsTurn => !isLarge && Length == array.Length && array.Length >= LargestShared;

    /// <summary>Waits for the turn of large bodies.</summary>
    public async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        await LargeTurn.WaitAsync(cancellationToken);
        isLarge = true;
    }

    /// <summary>The same, on the caller's thread.</summary>
    public void TakeTurn()
    {
        LargeTurn.Wait();
        isLarge = true;
    }

    /// <summary>Takes over the turn of the body that this one is made from.</summary>
    public void TakeTurnOf(PooledBytes other) => (isLarge, other.isLarge) = (isLarge || other.isLarge, false);

    /// <summary>Makes room for at least one more byte, doubling what there is, but not beyond a limit that is checked by the caller.</summary>
    public void Reserve(long limit = int.MaxValue)
    {
        if (Length < array.Length)
            return;
        var doubled = (long)Math.Max(array.Length, 4096) * 2;
        var larger = Rented<byte>.Take(
            (int)Math.Max(Math.Min(doubled, Math.Min(limit, Array.MaxLength - 1) + 1), array.Length + 1)
        );
        Span.CopyTo(larger);
        Rented<byte>.Return(array);
        array = larger;
    }

    public void Dispose()
    {
        var returned = Interlocked.Exchange(ref array, []);
        Length = 0;
        Rented<byte>.Return(returned);
        if (!isLarge)
            return;
        isLarge = false;
        LargeTurn.Release();
    }
}
