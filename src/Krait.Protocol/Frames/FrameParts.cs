using System.Buffers.Binary;
using Krait.Protocol.Content;

namespace Krait.Protocol.Frames;

/// <summary>The parts that a sequence of frames is made of, for those who have them ready and send them one after the other.</summary>
public static class FrameParts
{
    /// <summary>How many bytes there are before a document.</summary>
    public const int HeadSize = 4 + ContentDigest.Size;

    /// <summary>What a sequence begins with.</summary>
    public static ReadOnlyMemory<byte> Start { get; } = FrameWriter.Magic.ToArray();

    /// <summary>A document with what comes before it.</summary>
    /// <param name="content">The document.</param>
    /// <param name="digest">Its digest.</param>
    public static byte[] Of(ReadOnlySpan<byte> content, ContentDigest digest)
    {
        var frame = new byte[HeadSize + content.Length];
        WriteHead(frame, content.Length, digest);
        content.CopyTo(frame.AsSpan(HeadSize));
        return frame;
    }

    /// <summary>Writes what comes before a document.</summary>
    /// <param name="destination">Takes the bytes.</param>
    /// <param name="length">The length of the document.</param>
    /// <param name="digest">Its digest.</param>
    public static void WriteHead(Span<byte> destination, int length, ContentDigest digest)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ProtocolLimits.ShardBytes);
        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)length);
        digest.CopyTo(destination[4..]);
    }

    /// <summary>What a sequence ends with.</summary>
    /// <param name="counts">What was sent, and what was not.</param>
    public static byte[] End(FrameCounts counts)
    {
        var end = new byte[FrameWriter.EndSize];
        BinaryPrimitives.WriteUInt32BigEndian(end, FrameWriter.EndMark);
        BinaryPrimitives.WriteInt32BigEndian(end.AsSpan(4), counts.Frames);
        BinaryPrimitives.WriteInt64BigEndian(end.AsSpan(8), counts.Bytes);
        BinaryPrimitives.WriteInt32BigEndian(end.AsSpan(16), counts.Unchanged);
        BinaryPrimitives.WriteInt32BigEndian(end.AsSpan(20), counts.Unknown);
        return end;
    }
}
