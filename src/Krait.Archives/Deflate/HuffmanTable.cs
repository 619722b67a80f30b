namespace Krait.Archives.Deflate;

/// <summary>
/// A decoding table for one canonical Huffman code of DEFLATE (RFC 1951, 3.2.2): a root table indexed by the next bits,
/// with subtables for longer codes. Every slot is filled, so that any index gives either a symbol or <see cref="Invalid"/>.
/// </summary>
internal sealed class HuffmanTable
{
    /// <summary>The slot that no code reaches; its length is 0, which no symbol has.</summary>
    public const uint Invalid = 0;

    /// <summary>Marks a slot that points to a subtable: start at bit 16, index bits at bit 8, root bits at bit 0.</summary>
    public const uint Subtable = 0x8000_0000;

    private const int LongestCode = 15;
    private readonly int rootBits;
    private readonly ushort[] sorted = new ushort[320];

    /// <summary>
    /// Makes room for the largest table that a code of this shape can need; the size is a power of two so that an index can be
    /// masked instead of checked.
    /// </summary>
    public HuffmanTable(int rootBits, int capacity)
    {
        this.rootBits = rootBits;
        Slots = GC.AllocateArray<uint>(capacity, pinned: true);
    }

    /// <summary>The slots; the length is a power of two.</summary>
    public uint[] Slots { get; }

    /// <summary>Fills the table from code lengths.</summary>
    /// <param name="lengths">The length of each symbol's code; 0 where the symbol has none.</param>
    /// <param name="symbols">What a slot says for each symbol, without the code's length in bits 0 to 7.</param>
    /// <param name="mayBeSparse">Whether one code of one bit, or none, is allowed (as for distances).</param>
    /// <returns>False when the lengths describe no prefix code.</returns>
    public bool TryBuild(ReadOnlySpan<byte> lengths, ReadOnlySpan<uint> symbols, bool mayBeSparse)
    {
        Span<int> counts = stackalloc int[LongestCode + 1];
        foreach (var length in lengths)
            counts[length]++;
        counts[0] = 0;
        var longest = LongestCode;
        while (longest > 0 && counts[longest] == 0)
            longest--;
        if (longest == 0)
        {
            Slots.AsSpan(0, 1 << rootBits).Clear();
            return mayBeSparse;
        }

        var left = 1;
        for (var length = 1; length <= LongestCode; length++)
        {
            left = (left << 1) - counts[length];
            if (left < 0)
                return false;
        }

        if (left > 0 && (!mayBeSparse || longest != 1))
            return false;
        if (left > 0)
            Slots.AsSpan(0, 1 << rootBits).Clear();
        Sort(lengths, counts);
        return TryFill(lengths, symbols, counts, longest);
    }

    private void Sort(ReadOnlySpan<byte> lengths, ReadOnlySpan<int> counts)
    {
        Span<int> next = stackalloc int[LongestCode + 2];
        for (var length = 1; length <= LongestCode; length++)
            next[length + 1] = next[length] + counts[length];
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] != 0)
                sorted[next[lengths[symbol]]++] = (ushort)symbol;
        }
    }

    private bool TryFill(ReadOnlySpan<byte> lengths, ReadOnlySpan<uint> symbols, Span<int> counts, int longest)
    {
        var total = 0;
        foreach (var count in counts)
            total += count;
        uint code = 0; // bit-reversed, as the stream delivers it
        var prefix = uint.MaxValue;
        int start = 0,
            bits = 0,
            free = 1 << rootBits;
        for (var index = 0; index < total; index++)
        {
            var symbol = sorted[index];
            int length = lengths[symbol];
            var slot = symbols[symbol] | (uint)length;
            if (length <= rootBits)
            {
                Repeat(0, 1 << rootBits, code, length, slot);
            }
            else
            {
                var root = code & ((1u << rootBits) - 1);
                if (root != prefix)
                {
                    prefix = root;
                    start = free;
                    bits = SubtableBits(counts, length, longest);
                    free += 1 << bits;
                    if (free > Slots.Length)
                        return false;
                    Slots[root] = Subtable | ((uint)start << 16) | ((uint)bits << 8) | (uint)rootBits;
                }

                Repeat(start, 1 << bits, code >> rootBits, length - rootBits, slot);
            }

            counts[length]--;
            code = Next(code, length);
        }

        return true;
    }

    private void Repeat(int start, int size, uint code, int length, uint slot)
    {
        for (var index = (int)code; index < size; index += 1 << length)
            Slots[start + index] = slot;
    }

    /// <summary>How many bits the subtable needs that starts with a code of this length.</summary>
    private int SubtableBits(ReadOnlySpan<int> counts, int length, int longest)
    {
        var bits = length - rootBits;
        var left = 1 << bits;
        while (bits + rootBits < longest)
        {
            left -= counts[bits + rootBits];
            if (left <= 0)
                break;
            bits++;
            left <<= 1;
        }

        return bits;
    }

    /// <summary>Adds one to a bit-reversed code of this length.</summary>
    private static uint Next(uint code, int length)
    {
        var bit = 1u << (length - 1);
        while ((code & bit) != 0)
        {
            code ^= bit;
            bit >>= 1;
        }

        return code | bit;
    }
}
