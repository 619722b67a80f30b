using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using static Krait.Archives.Deflate.InflateSteps;

namespace Krait.Archives.Deflate;

/// <summary>
/// Decompresses DEFLATE streams (RFC 1951), either from one buffer into another or from a source to a sink through a sliding
/// window. Every read and write is bounded: table indexes are masked, distances are compared with what has been written,
/// and the wide copies of the fast path run only where their whole reach lies inside the buffers.
/// Not thread-safe; keep one for each worker.
/// </summary>
public sealed unsafe class Inflater
{
    private const int LiteralBits = 11;
    private const int DistanceBits = 8;
    private const int LiteralSlots = 4096;
    private const int DistanceSlots = 1024;
    private const int WindowSize = 32 * 1024;
    private const int ChunkSize = 256 * 1024;

    // What one turn of the fast loop may write at most (three literals, one match and the overshoot of 8-byte copies).
    private const int OutputMargin = 3 + 258 + 16;
    private const int InputMargin = 16;

    // Whole bytes of the bit buffer are given back to the input; the last ones of the previous chunk stay in front of the next.
    private const int InputPad = 8;

    private readonly HuffmanTable literals = new(LiteralBits, LiteralSlots);
    private readonly HuffmanTable distances = new(DistanceBits, DistanceSlots);
    private readonly HuffmanTable codeLengths = new(7, 128);
    private readonly byte[] lengths = new byte[288 + 32];
    private byte[]? inputChunk;
    private byte[]? outputChunk;

    private byte* inputNext;
    private byte* inputEnd;
    private byte* outputStart;
    private byte* outputNext;
    private byte* outputEnd;
    private byte* flushed;
    private ulong bits;
    private int bitCount;
    private Func<Memory<byte>, int>? source;
    private Action<ReadOnlyMemory<byte>>? sink;
    private long room;
    private InflateOutcome failure;

    /// <summary>Decompresses one buffer into another.</summary>
    /// <param name="input">The stream and possibly bytes after it.</param>
    /// <param name="output">Where the content goes; what does not fit is <see cref="InflateOutcome.TooLong"/>.</param>
    /// <param name="consumed">How many bytes of <paramref name="input"/> the stream has.</param>
    /// <param name="written">How many bytes of <paramref name="output"/> were filled.</param>
    public InflateOutcome Inflate(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        // An empty span has a null reference, which pointer arithmetic below would take for an address.
        byte nothing = 0;
        fixed (byte* from = input)
        fixed (byte* to = output)
        {
            var start = from == null ? &nothing : from;
            Begin(start, input.Length, to == null ? &nothing : to, output.Length);
            var outcome = Run();
            consumed = (int)(inputNext - start) - (bitCount >> 3);
            written = (int)(outputNext - outputStart);
            return outcome;
        }
    }

    /// <summary>Decompresses from a source to a sink through a window, with at most half a megabyte of memory.</summary>
    /// <param name="read">Fills a buffer; 0 means that the input has ended.</param>
    /// <param name="write">Takes the content, in order.</param>
    /// <param name="limit">How long the content may be.</param>
    /// <param name="unread">How many bytes that were taken from the source do not belong to the stream.</param>
    public InflateOutcome Inflate(
        Func<Memory<byte>, int> read,
        Action<ReadOnlyMemory<byte>> write,
        long limit,
        out int unread
    )
    {
        inputChunk ??= GC.AllocateUninitializedArray<byte>(InputPad + ChunkSize, pinned: true);
        outputChunk ??= GC.AllocateUninitializedArray<byte>(WindowSize + ChunkSize, pinned: true);
        fixed (byte* from = inputChunk)
        fixed (byte* to = outputChunk)
        {
            Begin(from + InputPad, 0, to, outputChunk.Length);
            (source, sink, room) = (read, write, limit);
            try
            {
                var outcome = Run();
                if (outcome == InflateOutcome.Complete && !TryFlush())
                    outcome = InflateOutcome.TooLong;
                unread = (int)(inputEnd - inputNext) + (bitCount >> 3);
                return outcome;
            }
            finally
            {
                (source, sink) = (null, null);
            }
        }
    }

    private void Begin(byte* from, int inputLength, byte* to, int outputLength)
    {
        inputNext = from;
        inputEnd = from + inputLength;
        outputStart = outputNext = flushed = to;
        outputEnd = to + outputLength;
        (bits, bitCount) = (0, 0);
        (source, sink) = (null, null);
    }

    private InflateOutcome Run()
    {
        bool isFinal;
        do
        {
            if (!TryTake(3, out var header))
                return InflateOutcome.Truncated;
            isFinal = (header & 1) != 0;
            var done = (header >> 1) switch
            {
                0 => CopyStored(),
                1 => BuildFixed() && DecodeBlock(),
                2 => BuildDynamic() && DecodeBlock(),
                _ => Fail(InflateOutcome.Corrupt),
            };
            if (!done)
                return failure;
        } while (!isFinal);
        return InflateOutcome.Complete;
    }

    private bool Fail(InflateOutcome outcome)
    {
        failure = outcome;
        return false;
    }

    /// <summary>Gets at least this many bits into the bit buffer, as far as the input has them.</summary>
    private bool TryNeed(int count)
    {
        while (bitCount < count)
        {
            if (inputNext == inputEnd && !TryRefill())
                return false;
            bits |= (ulong)*inputNext++ << bitCount;
            bitCount += 8;
        }

        return true;
    }

    private bool TryTake(int count, out uint value)
    {
        value = 0;
        if (!TryNeed(count))
            return Fail(InflateOutcome.Truncated);
        value = (uint)bits & ((1u << count) - 1);
        Drop(count);
        return true;
    }

    private void Drop(int count)
    {
        bits >>= count;
        bitCount -= count;
    }

    private bool TryRefill()
    {
        if (source is null)
            return false;
        // The chunk exists where there is a source, and is pinned for the object's life.
        var chunk = (byte*)Unsafe.AsPointer(ref inputChunk![0]);
        Unsafe.WriteUnaligned(chunk, Unsafe.ReadUnaligned<ulong>(inputEnd - InputPad));
        var count = source(inputChunk.AsMemory(InputPad));
        inputNext = chunk + InputPad;
        inputEnd = inputNext + count;
        return count > 0;
    }

    /// <summary>Hands what was written to the sink and keeps the last window of it.</summary>
    private bool TryFlush()
    {
        if (sink is null)
            return Fail(InflateOutcome.TooLong);
        var length = (int)(outputNext - flushed);
        room -= length;
        if (room < 0)
            return Fail(InflateOutcome.TooLong);
        if (length > 0)
            sink(outputChunk.AsMemory((int)(flushed - outputStart), length));
        var kept = (int)Math.Min(outputNext - outputStart, WindowSize);
        Buffer.MemoryCopy(outputNext - kept, outputStart, WindowSize, kept);
        outputNext = flushed = outputStart + kept;
        return true;
    }

    private bool CopyStored()
    {
        Drop(bitCount & 7);
        if (!TryTake(16, out var length) || !TryTake(16, out var complement))
            return false;
        if (length != (complement ^ 0xFFFF))
            return Fail(InflateOutcome.Corrupt);
        // A symbol leaves at most two whole bytes in the bit buffer, and the two lengths have taken four.
        Debug.Assert(bitCount == 0, "The bit buffer is empty where stored bytes start");
        var left = (int)length;
        while (left > 0)
        {
            if (inputNext == inputEnd && !TryRefill())
                return Fail(InflateOutcome.Truncated);
            if (outputNext == outputEnd && !TryFlush())
                return false;
            var count = (int)Math.Min(left, Math.Min(inputEnd - inputNext, outputEnd - outputNext));
            Buffer.MemoryCopy(inputNext, outputNext, outputEnd - outputNext, count);
            inputNext += count;
            outputNext += count;
            left -= count;
        }

        return true;
    }

    private bool BuildFixed()
    {
        lengths.AsSpan(0, 144).Fill(8);
        lengths.AsSpan(144, 112).Fill(9);
        lengths.AsSpan(256, 24).Fill(7);
        lengths.AsSpan(280, 8).Fill(8);
        lengths.AsSpan(288, 32).Fill(5);
        return literals.TryBuild(lengths.AsSpan(0, 288), DeflateSymbols.Literals, mayBeSparse: false)
            && distances.TryBuild(lengths.AsSpan(288, 32), DeflateSymbols.Distances, mayBeSparse: false);
    }

    private bool BuildDynamic()
    {
        if (!TryTake(14, out var header))
            return false;
        var literalCount = (int)(header & 31) + 257;
        var distanceCount = (int)((header >> 5) & 31) + 1;
        var codeCount = (int)(header >> 10) + 4;
        if (literalCount > 286 || distanceCount > 30)
            return Fail(InflateOutcome.Corrupt);
        Span<byte> order = stackalloc byte[19];
        order.Clear();
        for (var index = 0; index < codeCount; index++)
        {
            if (!TryTake(3, out var length))
                return false;
            order[DeflateSymbols.CodeLengthOrder[index]] = (byte)length;
        }

        if (!codeLengths.TryBuild(order, DeflateSymbols.CodeLengths, mayBeSparse: false))
            return Fail(InflateOutcome.Corrupt);
        if (!ReadLengths(literalCount + distanceCount))
            return false;
        return lengths[256] != 0
                && literals.TryBuild(lengths.AsSpan(0, literalCount), DeflateSymbols.Literals, mayBeSparse: true)
                && distances.TryBuild(
                    lengths.AsSpan(literalCount, distanceCount),
                    DeflateSymbols.Distances,
                    mayBeSparse: true
                )
            || Fail(InflateOutcome.Corrupt);
    }

    private bool ReadLengths(int total)
    {
        for (var index = 0; index < total; )
        {
            // At the very end fewer bits than the longest code may remain; the comparison below decides.
            _ = TryNeed(7);
            var slot = codeLengths.Slots[(int)bits & 127];
            var used = (int)(slot & 0xFF);
            if (used == 0)
                return Fail(InflateOutcome.Corrupt);
            if (used > bitCount)
                return Fail(InflateOutcome.Truncated);
            Drop(used);
            var symbol = slot >> 16;
            if (symbol < 16)
            {
                lengths[index++] = (byte)symbol;
                continue;
            }

            var extra = (int)(slot >> 8) & 0xFF;
            if (!TryTake(extra, out var more))
                return false;
            var repeat = (int)more + (symbol == 18 ? 11 : 3);
            if (repeat > total - index || (symbol == 16 && index == 0))
                return Fail(InflateOutcome.Corrupt);
            lengths.AsSpan(index, repeat).Fill(symbol == 16 ? lengths[index - 1] : (byte)0);
            index += repeat;
        }

        return true;
    }

    private bool DecodeBlock()
    {
        while (true)
        {
            if (inputEnd - inputNext > InputMargin && outputEnd - outputNext > OutputMargin)
            {
                if (DecodeFast(out var ended))
                {
                    if (ended)
                        return true;
                }
                else
                {
                    return Fail(InflateOutcome.Corrupt);
                }
            }

            if (!DecodeOne(out var blockEnded))
                return false;
            if (blockEnded)
                return true;
        }
    }

    /// <summary>Decodes symbols while both margins hold; leaves whole unused bytes in the input again.</summary>
    [SuppressMessage("Design", "MA0051", Justification = "The hot loop keeps its state in registers")]
    private bool DecodeFast(out bool ended)
    {
        ended = false;
        var next = inputNext;
        var last = inputEnd - InputMargin;
        var to = outputNext;
        var toLast = outputEnd - OutputMargin;
        var buffer = bits;
        var count = bitCount;
        var valid = true;
        fixed (uint* literalSlots = literals.Slots)
        fixed (uint* distanceSlots = distances.Slots)
        {
            while (next < last && to < toLast)
            {
                Refill(ref next, ref buffer, ref count);
                var slot = literalSlots[buffer & ((1 << LiteralBits) - 1)];
                if ((slot & DeflateSymbols.Literal) != 0)
                {
                    Put(ref to, slot, ref buffer, ref count);
                    slot = literalSlots[buffer & ((1 << LiteralBits) - 1)];
                    if ((slot & DeflateSymbols.Literal) != 0)
                    {
                        Put(ref to, slot, ref buffer, ref count);
                        slot = literalSlots[buffer & ((1 << LiteralBits) - 1)];
                        if ((slot & DeflateSymbols.Literal) != 0)
                        {
                            Put(ref to, slot, ref buffer, ref count);
                            continue;
                        }
                    }

                    Refill(ref next, ref buffer, ref count);
                }

                slot = Descend(literalSlots, slot, LiteralSlots - 1, buffer, LiteralBits);
                buffer >>= (int)(slot & 0xFF);
                count -= (int)(slot & 0xFF);
                if ((slot & DeflateSymbols.Literal) != 0)
                {
                    *to++ = (byte)(slot >> 16);
                    continue;
                }

                if ((slot & (DeflateSymbols.EndOfBlock | 0xFF)) is 0 or > 0xFF)
                {
                    ended = (slot & DeflateSymbols.EndOfBlock) != 0;
                    valid = ended;
                    break;
                }

                var length = TakeExtra(slot, DeflateSymbols.LengthMask, ref buffer, ref count);
                slot = distanceSlots[buffer & ((1 << DistanceBits) - 1)];
                slot = Descend(distanceSlots, slot, DistanceSlots - 1, buffer, DistanceBits);
                buffer >>= (int)(slot & 0xFF);
                count -= (int)(slot & 0xFF);
                var distance = TakeExtra(slot, DeflateSymbols.DistanceMask, ref buffer, ref count);
                if (length == 0 || (slot & 0xFF) == 0 || (ulong)(distance - 1L) >= (ulong)(to - outputStart))
                {
                    valid = false;
                    break;
                }

                CopyWide(to, distance, length);
                to += length;
            }
        }

        inputNext = next - (count >> 3);
        bitCount = count & 7;
        bits = buffer & ((1UL << bitCount) - 1);
        outputNext = to;
        return valid;
    }

    /// <summary>Decodes one symbol near an end of a buffer, checking at every step.</summary>
    private bool DecodeOne(out bool ended)
    {
        ended = false;
        if (!TryDecode(literals, LiteralBits, out var slot))
            return false;
        if ((slot & DeflateSymbols.Literal) != 0)
        {
            if (outputNext == outputEnd && !TryFlush())
                return false;
            *outputNext++ = (byte)(slot >> 16);
            return true;
        }

        if ((slot & DeflateSymbols.EndOfBlock) != 0)
        {
            ended = true;
            return true;
        }

        if (!TryTake((int)(slot >> 8) & 0x1F, out var extra))
            return false;
        var length = (int)((slot >> 16) & DeflateSymbols.LengthMask) + (int)extra;
        if (!TryDecode(distances, DistanceBits, out slot) || !TryTake((int)(slot >> 8) & 0x1F, out extra))
            return false;
        var distance = (int)((slot >> 16) & DeflateSymbols.DistanceMask) + (int)extra;
        if (length == 0 || (ulong)(distance - 1L) >= (ulong)(outputNext - outputStart))
            return Fail(InflateOutcome.Corrupt);
        for (; length > 0; length--)
        {
            if (outputNext == outputEnd && !TryFlush())
                return false;
            *outputNext = *(outputNext - distance);
            outputNext++;
        }

        return true;
    }

    private bool TryDecode(HuffmanTable table, int rootBits, out uint slot)
    {
        _ = TryNeed(15);
        fixed (uint* slots = table.Slots)
        {
            slot = slots[(uint)bits & ((1u << rootBits) - 1)];
            slot = Descend(slots, slot, (uint)table.Slots.Length - 1, bits, rootBits);
        }

        var used = (int)(slot & 0xFF);
        if (used == 0)
            return Fail(bitCount < 15 ? InflateOutcome.Truncated : InflateOutcome.Corrupt);
        if (used > bitCount)
            return Fail(InflateOutcome.Truncated);
        Drop(used);
        return true;
    }
}
