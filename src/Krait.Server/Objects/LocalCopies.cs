using Krait.Server.Storage;

namespace Krait.Server.Objects;

/// <summary>Which blobs of an object storage are on this machine, too. What was not used for the longest time makes room for others.</summary>
internal sealed class LocalCopies
{
    private readonly BlobStore local;
    private readonly long capacity;
    private readonly Dictionary<BlobId, LinkedListNode<(BlobId Id, long Size)>> nodes = [];
    private readonly LinkedList<(BlobId Id, long Size)> order = new();
    private readonly Lock gate = new();
    private long total;

    /// <summary>Takes up the copies that an earlier process has left.</summary>
    public LocalCopies(BlobStore local, long capacity)
    {
        this.local = local;
        this.capacity = capacity;
        foreach (var (id, status) in local.List().OrderBy(blob => blob.Status.Modified).ToList())
            Add(id, status.Size);
    }

    /// <summary>How much there is on this machine.</summary>
    public long Total => Interlocked.Read(ref total);

    /// <summary>Notes a copy, and removes others where there are too many. The newest stays in any case.</summary>
    public void Add(BlobId id, long size)
    {
        var excess = new List<BlobId>();
        lock (gate)
        {
            Drop(id);
            nodes[id] = order.AddFirst((id, size));
            total += size;
            while (total > capacity && order.Last is { } last && last != order.First)
            {
                excess.Add(last.Value.Id);
                Drop(last.Value.Id);
            }
        }

        // Whoever reads one at this moment has it open, and reads on.
        foreach (var old in excess)
            local.Remove(old);
    }

    /// <summary>Notes that a copy was used.</summary>
    public void Use(BlobId id)
    {
        lock (gate)
        {
            if (!nodes.TryGetValue(id, out var node))
                return;
            order.Remove(node);
            order.AddFirst(node);
        }
    }

    private void Drop(BlobId id)
    {
        if (!nodes.Remove(id, out var node))
            return;
        order.Remove(node);
        total -= node.Value.Size;
    }
}
