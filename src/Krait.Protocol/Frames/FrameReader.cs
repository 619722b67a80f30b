using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Text;
using Krait.Protocol.Content;

namespace Krait.Protocol.Frames;

/// <summary>
/// Reads frames as they arrive. A document whose bytes do not have the stated digest is left out, and the next one is read: what comes
/// out is what its digest says, whoever sent it, and however little of it arrived.
/// </summary>
public sealed class FrameReader
{
    private readonly ArrayBufferWriter<byte> pending = new();
    private int start;
    private bool hasStarted;
    private int frames;
    private long bytes;

    /// <summary>What the end frame says; null as long as none was read: then documents may be missing.</summary>
    public FrameCounts? End { get; private set; }

    /// <summary>How many documents did not have their digests.</summary>
    public int Refused { get; private set; }

    /// <summary>Why nothing can be read any more; null where there is no reason.</summary>
    public Diagnostic? Error { get; private set; }

    /// <summary>Whether all that was sent was read, and all of it was what it should be.</summary>
    public bool IsComplete => End is not null && Error is null && Refused == 0;

    private ReadOnlySpan<byte> Rest => pending.WrittenSpan[start..];

    /// <summary>Takes bytes that arrived.</summary>
    public void Append(ReadOnlySpan<byte> received)
    {
        if (received.IsEmpty || Error is not null)
            return;
        if (End is not null)
        {
            Fail("there are bytes behind the end frame");
            return;
        }

        Compact();
        pending.Write(received);
    }

    /// <summary>The next document, if it has arrived.</summary>
    public bool TryRead([NotNullWhen(true)] out byte[]? document, out ContentDigest digest)
    {
        document = null;
        digest = default;
        if (!TryStart())
            return false;
        while (Error is null && End is null && Rest.Length >= 4)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(Rest);
            if (length == FrameWriter.EndMark)
            {
                ReadEnd();
                return false;
            }

            if (!IsAllowed(length))
                return false;
            var size = 4 + ContentDigest.Size + (int)length;
            if (Rest.Length < size)
                return false;
            digest = ContentDigest.FromBytes(Rest.Slice(4, ContentDigest.Size));
            var content = Rest[(4 + ContentDigest.Size)..size];
            var isRight = ContentDigest.Of(content) == digest;
            start += size;
            frames++;
            bytes += length;
            if (isRight)
            {
                document = content.ToArray();
                return true;
            }

            Refused++;
        }

        return false;
    }

    private bool TryStart()
    {
        if (hasStarted || Error is not null)
            return Error is null;
        var common = Math.Min(Rest.Length, FrameWriter.Magic.Length);
        if (!Rest[..common].SequenceEqual(FrameWriter.Magic[..common]))
            return Fail("the answer is not a sequence of frames");
        if (common < FrameWriter.Magic.Length)
            return false;
        start += common;
        hasStarted = true;
        return true;
    }

    private bool IsAllowed(uint length)
    {
        if (length > ProtocolLimits.ShardBytes)
            return Fail("a frame is too large");
        return (frames < ProtocolLimits.Frames && bytes + length <= ProtocolLimits.FrameBytes)
            || Fail("the answer has too many frames");
    }

    private void ReadEnd()
    {
        if (Rest.Length < FrameWriter.EndSize)
            return;
        var end = new FrameCounts(
            BinaryPrimitives.ReadInt32BigEndian(Rest[4..]),
            BinaryPrimitives.ReadInt64BigEndian(Rest[8..]),
            BinaryPrimitives.ReadInt32BigEndian(Rest[16..]),
            BinaryPrimitives.ReadInt32BigEndian(Rest[20..])
        );
        start += FrameWriter.EndSize;
        if (end.Frames != frames || end.Bytes != bytes || end.Unchanged < 0 || end.Unknown < 0)
            Fail("the end frame counts other frames than there are");
        else if (!Rest.IsEmpty)
            Fail("there are bytes behind the end frame");
        else
            End = end;
    }

    private bool Fail(string reason)
    {
        Error = new Diagnostic("invalid-frames", reason);
        return false;
    }

    /// <summary>Drops what was read, once it is most of what is held.</summary>
    private void Compact()
    {
        if (start < pending.WrittenCount - start)
            return;
        var rest = Rest.ToArray();
        pending.ResetWrittenCount();
        pending.Write(rest);
        start = 0;
    }
}
