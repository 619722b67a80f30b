using System.Buffers.Binary;

namespace Krait.Archives.Zip;

/// <summary>
/// The extra fields of one ZIP header (APPNOTE 4.5): checked to be whole, with what changes an entry's meaning picked out.
/// </summary>
internal readonly ref struct ZipExtra
{
    private const ushort Zip64 = 0x0001;
    private const ushort StrongEncryption = 0x0017;
    private const ushort UnicodePath = 0x7075;
    private const ushort AesEncryption = 0x9901;

    private ZipExtra(ReadOnlySpan<byte> sizes, ReadOnlySpan<byte> unicodePath)
    {
        Sizes = sizes;
        UnicodeName = unicodePath;
    }

    /// <summary>The 64-bit values that replace 32-bit ones, in the specification's order; empty without the field.</summary>
    public ReadOnlySpan<byte> Sizes { get; }

    /// <summary>The name that replaces the header's, with its version and checksum before it; empty without the field.</summary>
    public ReadOnlySpan<byte> UnicodeName { get; }

    /// <summary>Splits the fields of a header.</summary>
    /// <exception cref="UnsafeArchiveException">A field is cut, comes twice, or says that the entry is encrypted.</exception>
    public static ZipExtra Parse(ReadOnlySpan<byte> extra)
    {
        ReadOnlySpan<byte> sizes = default,
            name = default;
        while (!extra.IsEmpty)
        {
            if (extra.Length < 4 || extra.Length < 4 + BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]))
                throw UnsafeArchiveException.Because("zip-extra", "an extra field of the archive is malformed");
            var body = extra.Slice(4, BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]));
            switch (BinaryPrimitives.ReadUInt16LittleEndian(extra))
            {
                case Zip64 when sizes.IsEmpty && body.Length is 8 or 16 or 24 or 28:
                    sizes = body;
                    break;
                case UnicodePath when name.IsEmpty && body.Length > 5:
                    name = body;
                    break;
                case Zip64 or UnicodePath:
                    throw UnsafeArchiveException.Because(
                        "zip-extra",
                        "a ZIP64 or Unicode extra field of the archive comes twice or has a wrong length"
                    );
                case StrongEncryption or AesEncryption:
                    throw UnsafeArchiveException.Because("zip-encrypted", "an entry of the archive is encrypted");
            }

            extra = extra[(4 + body.Length)..];
        }

        return new ZipExtra(sizes, name);
    }

    /// <summary>Refuses a Unicode name that says something else than the header's own name.</summary>
    public void CheckName(ReadOnlySpan<byte> name)
    {
        if (!UnicodeName.IsEmpty && (UnicodeName[0] != 1 || !UnicodeName[5..].SequenceEqual(name)))
            throw UnsafeArchiveException.Because("zip-two-names", "an entry of the archive has two different names");
    }

    /// <summary>Takes 64-bit values for those fields of a header that say to look here.</summary>
    /// <returns>The size, compressed size and header offset, and how many bytes of the field were used.</returns>
    public WideFields Widen(uint size, uint compressedSize, uint offset)
    {
        var used = 0;
        var wideSize = Take(size, ref used);
        var wideCompressed = Take(compressedSize, ref used);
        return new WideFields(wideSize, wideCompressed, Take(offset, ref used), used);
    }

    private ulong Take(uint value, ref int used)
    {
        if (value != uint.MaxValue || Sizes.IsEmpty)
            return value;
        if (Sizes.Length < used + 8)
            throw UnsafeArchiveException.Because("zip-extra", "a ZIP64 extra field of the archive is too short");
        used += 8;
        return BinaryPrimitives.ReadUInt64LittleEndian(Sizes[(used - 8)..]);
    }
}

/// <summary>The fields of a header that may be 64 bits long.</summary>
/// <param name="Size">The size of the content.</param>
/// <param name="CompressedSize">Its size in the archive.</param>
/// <param name="Offset">Where the header of the entry is.</param>
/// <param name="Used">How many bytes of the ZIP64 field were read.</param>
internal readonly record struct WideFields(ulong Size, ulong CompressedSize, ulong Offset, int Used);
