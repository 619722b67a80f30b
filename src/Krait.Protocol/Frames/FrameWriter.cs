using System.Buffers;
using Krait.Protocol.Content;

namespace Krait.Protocol.Frames;

/// <summary>
/// Writes documents one after the other, each with its length and its digest (`application/vnd.krait.frames.v1`): the word `KRAITFR1`; for
/// each document its length in four bytes, its digest in 32 and the document; at the end four bytes of ones and the counts.
/// </summary>
/// <param name="output">Takes the bytes.</param>
public sealed class FrameWriter(IBufferWriter<byte> output)
{
    /// <summary>What is in the place of a length in the end frame.</summary>
    internal const uint EndMark = uint.MaxValue;

    /// <summary>The bytes of the end frame.</summary>
    internal const int EndSize = 24;

    private int frames;
    private long bytes;
    private bool hasStarted;

    /// <summary>The word that a sequence begins with.</summary>
    internal static ReadOnlySpan<byte> Magic => "KRAITFR1"u8;

    /// <summary>Writes a document.</summary>
    /// <param name="content">The document.</param>
    /// <param name="digest">Its digest, if it is known already.</param>
    public void Write(ReadOnlySpan<byte> content, ContentDigest? digest = null)
    {
        Start();
        FrameParts.WriteHead(output.GetSpan(FrameParts.HeadSize), content.Length, digest ?? ContentDigest.Of(content));
        output.Advance(FrameParts.HeadSize);
        output.Write(content);
        frames++;
        bytes += content.Length;
    }

    /// <summary>Writes the end frame.</summary>
    /// <param name="unchanged">How many of the asked documents the client has already.</param>
    /// <param name="unknown">How many of the asked documents there are none of.</param>
    public void End(int unchanged, int unknown)
    {
        Start();
        output.Write(FrameParts.End(new FrameCounts(frames, bytes, unchanged, unknown)));
    }

    private void Start()
    {
        if (hasStarted)
            return;
        hasStarted = true;
        output.Write(Magic);
    }
}
