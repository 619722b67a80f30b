using System.Diagnostics.CodeAnalysis;

namespace Krait.Server.Caching;

/// <summary>Remembers values up to a total size, and forgets first what was not asked for the longest time. Safe for use by several threads.</summary>
/// <param name="capacity">The total size.</param>
/// <param name="sizeOf">The size of a value.</param>
internal sealed class BoundedCache<TKey, TValue>(long capacity, Func<TValue, long> sizeOf)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value, long Size)>> nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value, long Size)> order = new();
    private readonly Lock gate = new();
    private long total;

    /// <summary>The value of a key, when it is remembered.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (gate)
        {
            if (!nodes.TryGetValue(key, out var node))
            {
                value = default;
                return false;
            }

            order.Remove(node);
            order.AddFirst(node);
            value = node.Value.Value;
            return true;
        }
    }

    /// <summary>Remembers a value; one that is larger than the whole is not.</summary>
    public void Set(TKey key, TValue value)
    {
        var size = sizeOf(value);
        lock (gate)
        {
            Drop(key);
            if (size > capacity)
                return;
            nodes[key] = order.AddFirst((key, value, size));
            total += size;
            while (total > capacity && order.Last is { } last)
                Drop(last.Value.Key);
        }
    }

    /// <summary>What is remembered, the most recently read or set first.</summary>
    public TValue[] Newest(int most)
    {
        lock (gate)
            return [.. order.Take(most).Select(node => node.Value)];
    }

    /// <summary>Forgets a key.</summary>
    public void Forget(TKey key)
    {
        lock (gate)
            Drop(key);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (gate)
        {
            nodes.Clear();
            order.Clear();
            total = 0;
        }
    }

    private void Drop(TKey key)
    {
        if (!nodes.Remove(key, out var node))
            return;
        order.Remove(node);
        total -= node.Value.Size;
    }
}
