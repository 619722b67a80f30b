using Krait.Packaging.Text;

namespace Krait.Packaging.Indexes;

/// <summary>Numbers distinct texts by their first appearance: a page repeats a few requires-python texts and tags thousands of times.</summary>
internal sealed class Utf8Pool
{
    private readonly List<byte[]> texts = [];
    private int[] slots = new int[64];
    private int last = -1;

    public int Count => texts.Count;

    public ReadOnlySpan<byte> this[int id] => texts[id];

    /// <summary>The number of a text, or -1 if it has none yet.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        // Neighbours on a page are alike.
        if (last >= 0 && text.SequenceEqual(texts[last]))
            return last;
        var id = slots[SlotOf(text)] - 1;
        last = id >= 0 ? id : last;
        return id;
    }

    /// <summary>Adds a text that <see cref="Find"/> has not found.</summary>
    public int Add(ReadOnlySpan<byte> text)
    {
        if ((texts.Count + 1) * 2 > slots.Length)
            Grow();
        texts.Add(text.ToArray());
        slots[SlotOf(text)] = texts.Count;
        return last = texts.Count - 1;
    }

    private int SlotOf(ReadOnlySpan<byte> text)
    {
        var slot = (int)(Hash(text) & (uint)(slots.Length - 1));
        while (slots[slot] is > 0 and var taken && !text.SequenceEqual(texts[taken - 1]))
            slot = (slot + 1) & (slots.Length - 1);
        return slot;
    }

    private void Grow()
    {
        slots = new int[slots.Length * 4];
        for (var i = 0; i < texts.Count; i++)
            slots[SlotOf(texts[i])] = i + 1;
    }

    private static uint Hash(ReadOnlySpan<byte> text)
    {
        var hash = TextHash.Of(text);
        return (uint)(hash >> 32) ^ (uint)(hash >> 11);
    }
}
