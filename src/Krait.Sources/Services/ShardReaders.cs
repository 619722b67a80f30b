using Krait.Index;

namespace Krait.Sources.Services;

/// <summary>
/// Reads the shards of an answer while more of it arrives: on other processors, and where these have enough to do, on the one that they
/// arrive on, so that only a few are held.
/// </summary>
/// <param name="client">Takes their pages and metadata.</param>
/// <param name="location">The index that sends them.</param>
/// <param name="coming">Told of what arrives.</param>
internal sealed class ShardReaders(IndexClient client, IndexLocation location, Delivery coming) : IAsyncDisposable
{
    /// <summary>Shards differ much in size: a processor that has one only would often wait for the next.</summary>
    private const int HeldForEach = 4;

    private readonly List<Task> others = [];
    private int free = HeldForEach * (Environment.ProcessorCount - 1);
    private int count;
    private volatile bool isRefused;

    /// <summary>Reads a shard, or has it read; what is none is left out.</summary>
    /// <returns>Whether more are wanted.</returns>
    public bool Read(byte[] document)
    {
        if (isRefused)
            return false;
        if (Interlocked.Decrement(ref free) >= 0)
            others.Add(Task.Run(() => ReadAside(document)));
        else
            ReadAside(document);
        return !isRefused;
    }

    /// <summary>Waits for all that are being read.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> FinishAsync()
    {
        await Task.WhenAll(others);
        return count;
    }

    /// <summary>Waits for all that are being read: whoever takes their pages may go away afterwards.</summary>
    public async ValueTask DisposeAsync() => await FinishAsync();

    private void ReadAside(byte[] document)
    {
        try
        {
            if (ShardSupply.Read(document, location) is not { } supplied)
                return;
            if (client.Supply(location, supplied))
            {
                Interlocked.Increment(ref count);
                coming.NoteArrival(supplied.Project);
            }
            else
            {
                isRefused = true;
            }
        }
        finally
        {
            Interlocked.Increment(ref free);
        }
    }
}
