using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Protocol.Content;

namespace Krait.Protocol.Trees;

/// <summary>
/// All projects of an index at one time: the digests of 4096 buckets of names and shards. Its snapshot, the digest of those, is the identity
/// of everything below it.
/// </summary>
/// <param name="Serial">The number of the last change.</param>
/// <param name="Time">When the root was made.</param>
/// <param name="Buckets">The digests, by number of bucket.</param>
public sealed record TreeRoot(long Serial, DateTimeOffset Time, ImmutableArray<ContentDigest> Buckets)
{
    /// <summary>How many buckets there are.</summary>
    public const int BucketCount = 4096;

    /// <summary>How many bytes a root has.</summary>
    public const int Size = HeadSize + (BucketCount * ContentDigest.Size);

    private const int HeadSize = 24;

    private static ReadOnlySpan<byte> Magic => "KRAITTR1"u8;

    /// <summary>The identity of all shards.</summary>
    public ContentDigest Snapshot => ContentDigest.Of(ToBytes().AsSpan(HeadSize));

    /// <summary>The bucket that a project is in.</summary>
    public static int BucketOf(PackageName project)
    {
        Span<byte> digest = stackalloc byte[ContentDigest.Size];
        ContentDigest.Of(Encoding.UTF8.GetBytes(project.Value)).CopyTo(digest);
        return BinaryPrimitives.ReadUInt16BigEndian(digest) >> 4;
    }

    /// <summary>Writes the root.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), Serial);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), Time.ToUnixTimeMilliseconds());
        for (var i = 0; i < BucketCount; i++)
            Buckets[i].CopyTo(bytes.AsSpan(HeadSize + (i * ContentDigest.Size)));
        return bytes;
    }

    /// <summary>Reads a root.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes,
        [NotNullWhen(true)] out TreeRoot? root,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        root = null;
        error = null;
        var time = bytes.Length == Size ? BinaryPrimitives.ReadInt64BigEndian(bytes[16..]) : -1;
        var serial = bytes.Length == Size ? BinaryPrimitives.ReadInt64BigEndian(bytes[8..]) : -1;
        if (
            !bytes.StartsWith(Magic)
            || serial < 0
            || time < 0
            || time > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        )
        {
            error = new Diagnostic("invalid-tree", "the root of the tree is not valid");
            return false;
        }

        var buckets = ImmutableArray.CreateBuilder<ContentDigest>(BucketCount);
        for (var i = 0; i < BucketCount; i++)
            buckets.Add(ContentDigest.FromBytes(bytes.Slice(HeadSize + (i * ContentDigest.Size), ContentDigest.Size)));
        root = new TreeRoot(serial, DateTimeOffset.FromUnixTimeMilliseconds(time), buckets.DrainToImmutable());
        return true;
    }

    /// <summary>Equality of all that it says.</summary>
    public bool Equals(TreeRoot? other) =>
        other is not null && Serial == other.Serial && Time == other.Time && Buckets.SequenceEqual(other.Buckets);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Serial, Time, Buckets[0]);
}
