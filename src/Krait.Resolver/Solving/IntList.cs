namespace Krait.Resolver.Solving;

/// <summary>A growing list of integers without the costs of a general one: a field of its owner, copied with it by hand.</summary>
internal struct IntList
{
    private int[]? items;

    public int Count { get; private set; }

    public readonly ReadOnlySpan<int> Span => items.AsSpan(0, Count);

    public readonly int this[int index] => items![index]; // an index below Count implies that items exist

    public void Add(int value)
    {
        if (items is null)
            items = new int[4];
        else if (Count == items.Length)
            Array.Resize(ref items, Count * 2);
        items[Count++] = value;
    }

    public void Set(int index, int value) => items![index] = value; // see the indexer

    public void Truncate(int count) => Count = count;

    /// <summary>Removes the last occurrence of a value, if there is one, and keeps the order of the others.</summary>
    public void RemoveLast(int value)
    {
        var index = Span.LastIndexOf(value);
        if (index < 0)
            return;
        Span[(index + 1)..].CopyTo(items.AsSpan(index));
        Count--;
    }

    public readonly IntList Copy()
    {
        var copy = this;
        copy.items = Count == 0 ? null : Span.ToArray();
        return copy;
    }
}
