namespace Krait.Archives.Deflate;

/// <summary>
/// What a slot of a <see cref="HuffmanTable"/> says for each symbol of DEFLATE (RFC 1951, 3.2.5): the base value from bit 16,
/// the number of extra bits from bit 8, room for the code's length from bit 0.
/// </summary>
internal static class DeflateSymbols
{
    /// <summary>Marks a slot that stands for one byte (bits 16 to 23).</summary>
    public const uint Literal = 0x4000_0000;

    /// <summary>Marks the slot of the end of a block.</summary>
    public const uint EndOfBlock = 0x2000_0000;

    /// <summary>The bits of a shifted slot that hold the base of a length.</summary>
    public const uint LengthMask = 0x1FF;

    /// <summary>The bits of a shifted slot that hold the base of a distance.</summary>
    public const uint DistanceMask = 0x7FFF;

    /// <summary>The order in which a dynamic block sends the lengths of its code-length code.</summary>
    public static ReadOnlySpan<byte> CodeLengthOrder =>
        [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    /// <summary>Literals, the end of a block, lengths; symbols 286 and 287 have codes but no meaning.</summary>
    public static uint[] Literals { get; } = MakeLiterals();

    /// <summary>Distances; symbols 30 and 31 have codes but no meaning.</summary>
    public static uint[] Distances { get; } = MakeDistances();

    /// <summary>The code-length code: lengths 0 to 15, then three repetitions.</summary>
    public static uint[] CodeLengths { get; } = MakeCodeLengths();

    private static ReadOnlySpan<ushort> LengthBases =>
        [
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            13,
            15,
            17,
            19,
            23,
            27,
            31,
            35,
            43,
            51,
            59,
            67,
            83,
            99,
            115,
            131,
            163,
            195,
            227,
            258,
        ];

    private static uint[] MakeLiterals()
    {
        var slots = new uint[288];
        for (uint literal = 0; literal < 256; literal++)
            slots[literal] = Literal | (literal << 16);
        slots[256] = EndOfBlock;
        for (var index = 0; index < LengthBases.Length; index++)
        {
            var extra = index is < 8 or 28 ? 0u : ((uint)index - 4) / 4;
            slots[257 + index] = ((uint)LengthBases[index] << 16) | (extra << 8);
        }

        return slots;
    }

    private static uint[] MakeDistances()
    {
        var slots = new uint[32];
        uint start = 1;
        for (uint index = 0; index < 30; index++)
        {
            var extra = index < 4 ? 0 : (index / 2) - 1;
            slots[index] = (start << 16) | (extra << 8);
            start += 1u << (int)extra;
        }

        return slots;
    }

    private static uint[] MakeCodeLengths()
    {
        var slots = new uint[19];
        for (uint symbol = 0; symbol < 19; symbol++)
        {
            var extra = symbol switch
            {
                16 => 2u,
                17 => 3u,
                18 => 7u,
                _ => 0u,
            };
            slots[symbol] = (symbol << 16) | (extra << 8);
        }

        return slots;
    }
}
