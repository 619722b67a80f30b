namespace Krait.Index.Mirroring;

/// <summary>Takes a file that is passed on to others while it arrives.</summary>
public interface ITransferTarget
{
    /// <summary>The upstream has begun to send.</summary>
    /// <param name="size">The size of the whole file, where it is known.</param>
    public void Begin(long? size);

    /// <summary>Takes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes);

    /// <summary>The transfer starts from the first byte again; what was passed on cannot be taken back.</summary>
    public void Restart();
}
