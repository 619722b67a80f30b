using Krait.Packaging.Text;

namespace Krait.Packaging.Indexes;

/// <summary>Numbers distinct texts by their first appearance: a page repeats a few requires-python texts and tags thousands of times.</summary>
internal sealed class Utf8Pool
{
    private readonly List<byte[]> _texts = [];
    private int[] _slots = new int[64];
    private int _last = -1;

    public int Count => _texts.Count;

    public ReadOnlySpan<byte> this[int id] => _texts[id];

    /// <summary>The number of a text, or -1 if it has none yet.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        // Neighbours on a page are alike.
        if (_last >= 0 && text.SequenceEqual(_texts[_last]))
            return _last;
        var id = _slots[SlotOf(text)] - 1;
        _last = id >= 0 ? id : _last;
        return id;
    }

    /// <summary>Adds a text that <see cref="Find"/> has not found.</summary>
    public int Add(ReadOnlySpan<byte> text)
    {
        if ((_texts.Count + 1) * 2 > _slots.Length)
            Grow();
        _texts.Add(text.ToArray());
        _slots[SlotOf(text)] = _texts.Count;
        return _last = _texts.Count - 1;
    }

    private int SlotOf(ReadOnlySpan<byte> text)
    {
        var slot = (int)(Hash(text) & (uint)(_slots.Length - 1));
        while (_slots[slot] is > 0 and var taken && !text.SequenceEqual(_texts[taken - 1]))
            slot = (slot + 1) & (_slots.Length - 1);
        return slot;
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 4];
        for (var i = 0; i < _texts.Count; i++)
            _slots[SlotOf(_texts[i])] = i + 1;
    }

    private static uint Hash(ReadOnlySpan<byte> text)
    {
        var hash = TextHash.Of(text);
        return (uint)(hash >> 32) ^ (uint)(hash >> 11);
    }
}
