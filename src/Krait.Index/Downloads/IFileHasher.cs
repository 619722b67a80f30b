namespace Krait.Index.Downloads;

/// <summary>Computes the hash of bytes as they come.</summary>
internal interface IFileHasher : IDisposable
{
    /// <summary>Takes more bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes);

    /// <summary>The digest of all bytes so far; the next ones start over.</summary>
    public byte[] Finish();
}
