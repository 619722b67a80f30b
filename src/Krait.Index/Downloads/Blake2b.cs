using System.Buffers.Binary;
using System.Numerics;

namespace Krait.Index.Downloads;

/// <summary>BLAKE2b without a key (RFC 7693), with digests of any length up to 64 bytes. Rare enough not to need to be fast.</summary>
internal sealed class Blake2b : IFileHasher
{
    private const int BlockSize = 128;
    private const int Rounds = 12;

    private static readonly ulong[] Start =
    [
        0x6a09e667f3bcc908,
        0xbb67ae8584caa73b,
        0x3c6ef372fe94f82b,
        0xa54ff53a5f1d36f1,
        0x510e527fade682d1,
        0x9b05688c2b3e6c1f,
        0x1f83d9abfb41bd6b,
        0x5be0cd19137e2179,
    ];

    // csharpier-ignore
    private static ReadOnlySpan<byte> Order =>
        [
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
            14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
            11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
            7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
            9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
            2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
            12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
            13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
            6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
            10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
        ];

    private readonly int size;
    private readonly ulong[] state = new ulong[8];
    private readonly byte[] block = new byte[BlockSize];
    private int filled;
    private ulong length;

    public Blake2b(int size)
    {
        this.size = size;
        Begin();
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            // The last block is compressed differently, so a full one waits for what follows.
            if (filled == BlockSize)
            {
                length += BlockSize;
                Compress(isLast: false);
                filled = 0;
            }

            var part = bytes[..Math.Min(bytes.Length, BlockSize - filled)];
            part.CopyTo(block.AsSpan(filled));
            filled += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    public byte[] Finish()
    {
        length += (ulong)filled;
        block.AsSpan(filled).Clear();
        Compress(isLast: true);
        Span<byte> whole = stackalloc byte[64];
        for (var i = 0; i < state.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(whole[(i * 8)..], state[i]);
        Begin();
        return whole[..size].ToArray();
    }

    public void Dispose()
    {
        // Nothing is held.
    }

    private void Begin()
    {
        Start.CopyTo(state, 0);
        state[0] ^= 0x01010000UL ^ (ulong)size;
        (filled, length) = (0, 0);
    }

    private void Compress(bool isLast)
    {
        Span<ulong> v = stackalloc ulong[16];
        Span<ulong> m = stackalloc ulong[16];
        state.CopyTo(v);
        Start.CopyTo(v[8..]);
        v[12] ^= length;
        if (isLast)
            v[14] = ~v[14];
        for (var i = 0; i < 16; i++)
            m[i] = BinaryPrimitives.ReadUInt64LittleEndian(block.AsSpan(i * 8));
        for (var round = 0; round < Rounds; round++)
        {
            var order = Order.Slice(round % 10 * 16, 16);
            Mix(v, 0, 4, 8, 12, m[order[0]], m[order[1]]);
            Mix(v, 1, 5, 9, 13, m[order[2]], m[order[3]]);
            Mix(v, 2, 6, 10, 14, m[order[4]], m[order[5]]);
            Mix(v, 3, 7, 11, 15, m[order[6]], m[order[7]]);
            Mix(v, 0, 5, 10, 15, m[order[8]], m[order[9]]);
            Mix(v, 1, 6, 11, 12, m[order[10]], m[order[11]]);
            Mix(v, 2, 7, 8, 13, m[order[12]], m[order[13]]);
            Mix(v, 3, 4, 9, 14, m[order[14]], m[order[15]]);
        }

        for (var i = 0; i < state.Length; i++)
            state[i] ^= v[i] ^ v[i + 8];
    }

    private static void Mix(Span<ulong> v, int a, int b, int c, int d, ulong x, ulong y)
    {
        v[a] += v[b] + x;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 32);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 24);
        v[a] += v[b] + y;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 16);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 63);
    }
}
