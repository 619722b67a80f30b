namespace Krait.Protocol.Frames;

/// <summary>What the end frame says of the frames before it, so that a sequence that was cut is not taken for a whole one.</summary>
/// <param name="Frames">How many there are.</param>
/// <param name="Bytes">How many bytes they hold.</param>
/// <param name="Unchanged">How many of the asked documents the client has already.</param>
/// <param name="Unknown">How many of the asked documents the server does not have.</param>
public sealed record FrameCounts(int Frames, long Bytes, int Unchanged, int Unknown);
