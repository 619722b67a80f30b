using System.Runtime.CompilerServices;

namespace Krait.Archives.Deflate;

/// <summary>
/// The steps of the fast loop of <see cref="Inflater"/>, which are compiled into it. They check nothing: the loop runs only where all
/// that they can reach lies inside the buffers.
/// </summary>
internal static unsafe class InflateSteps
{
    /// <summary>Tops the bit buffer up to at least 56 bits; needs eight readable bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Refill(ref byte* next, ref ulong buffer, ref int count)
    {
        buffer |= Unsafe.ReadUnaligned<ulong>(next) << count;
        next += (63 - count) >> 3;
        count |= 56;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(ref byte* to, uint slot, ref ulong buffer, ref int count)
    {
        *to++ = (byte)(slot >> 16);
        buffer >>= (int)(slot & 0xFF);
        count -= (int)(slot & 0xFF);
    }

    /// <summary>Follows a root slot into its subtable; a slot's length is that of the whole code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Descend(uint* slots, uint slot, uint mask, ulong buffer, int rootBits)
    {
        if ((slot & HuffmanTable.Subtable) == 0)
            return slot;
        var index = (uint)(buffer >> rootBits) & ((1u << (int)((slot >> 8) & 0xFF)) - 1);
        return slots[((slot >> 16) & 0x7FFF) + index & mask];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TakeExtra(uint slot, uint mask, ref ulong buffer, ref int count)
    {
        var extra = (int)(slot >> 8) & 0x1F;
        var value = (int)((slot >> 16) & mask) + (int)((uint)buffer & ((1u << extra) - 1));
        buffer >>= extra;
        count -= extra;
        return value;
    }

    /// <summary>Copies a match; may write up to 15 bytes past its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyWide(byte* to, int distance, int length)
    {
        var from = to - distance;
        var end = to + length;
        if (distance >= 8)
        {
            do
            {
                Unsafe.WriteUnaligned(to, Unsafe.ReadUnaligned<ulong>(from));
                from += 8;
                to += 8;
            } while (to < end);
        }
        else if (distance == 1)
        {
            var run = *from * 0x0101_0101_0101_0101UL;
            do
            {
                Unsafe.WriteUnaligned(to, run);
                to += 8;
            } while (to < end);
        }
        else
        {
            do *to++ = *from++;
            while (to < end);
        }
    }
}
