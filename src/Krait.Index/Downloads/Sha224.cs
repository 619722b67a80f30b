using System.Buffers.Binary;
using Krait.Platform.Files;

namespace Krait.Index.Downloads;

/// <summary>SHA-224 (FIPS 180-4, section 6.3): SHA-256 from another start, cut. Rare enough not to need to be fast.</summary>
internal sealed class Sha224 : IFileHasher
{
    private const int BlockSize = 64;
    private const int DigestWords = 7;

    private readonly uint[] state = new uint[8];
    private readonly byte[] block = new byte[BlockSize];
    private int filled;
    private ulong length;

    public Sha224() => Start();

    public void Append(ReadOnlySpan<byte> bytes)
    {
        length += (ulong)bytes.Length;
        while (!bytes.IsEmpty)
        {
            var part = bytes[..Math.Min(bytes.Length, BlockSize - filled)];
            part.CopyTo(block.AsSpan(filled));
            filled += part.Length;
            bytes = bytes[part.Length..];
            if (filled < BlockSize)
                return;
            SmallSha256.Compress(state, block);
            filled = 0;
        }
    }

    public byte[] Finish()
    {
        var bits = length * 8;
        Append([0x80]);
        while (filled != BlockSize - sizeof(ulong))
            Append([0]);
        Span<byte> end = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(end, bits);
        Append(end);
        var digest = new byte[DigestWords * sizeof(uint)];
        for (var i = 0; i < DigestWords; i++)
            BinaryPrimitives.WriteUInt32BigEndian(digest.AsSpan(i * sizeof(uint)), state[i]);
        Start();
        return digest;
    }

    public void Dispose()
    {
        // Nothing is held.
    }

    private void Start()
    {
        ReadOnlySpan<uint> first =
        [
            0xc1059ed8,
            0x367cd507,
            0x3070dd17,
            0xf70e5939,
            0xffc00b31,
            0x68581511,
            0x64f98fa7,
            0xbefa4fa4,
        ];
        first.CopyTo(state);
        (filled, length) = (0, 0);
    }
}
