namespace Krait.Packaging.Indexes;

/// <summary>One file as an index describes it, while a page is read; the texts live in the page's body or in a scratch buffer.</summary>
internal ref struct FileDraft
{
    public ReadOnlySpan<byte> FileName;
    public ReadOnlySpan<byte> Url;
    public ReadOnlySpan<byte> RequiresPython;
    public ReadOnlySpan<byte> YankedReason;
    public FlatFileFlags Flags;
    public long Size;
    public long UploadTicks;
    public FlatDigest Sha256;
    public FlatDigest MetadataSha256;

    /// <summary>Hashes of other functions as text, `md5:0a…` one after the other with a line end behind each.</summary>
    public ReadOnlySpan<byte> OtherHashes;
    public ReadOnlySpan<byte> OtherMetadataHashes;

    /// <summary>Takes the hash out of a URL's fragment (`…#sha256=0a…`), where the HTML form has it.</summary>
    public void TakeHashFromUrl(List<byte> scratch)
    {
        var hash = Url.IndexOf((byte)'#');
        if (hash < 0)
            return;
        var fragment = Url[(hash + 1)..];
        var equals = fragment.IndexOf((byte)'=');
        if (equals <= 0 || !HashText.IsKnown(fragment[..equals]))
            return;
        Url = Url[..hash];
        if ((Flags & FlatFileFlags.HasSha256) == FlatFileFlags.None && OtherHashes.IsEmpty)
            TryAddHash(fragment[..equals], fragment[(equals + 1)..], scratch);
    }

    /// <summary>Notes the file's hash; false if the digest is not one of its function.</summary>
    public bool TryAddHash(scoped ReadOnlySpan<byte> algorithm, scoped ReadOnlySpan<byte> hex, List<byte> scratch)
    {
        if (algorithm.SequenceEqual("sha256"u8))
        {
            Flags |= FlatFileFlags.HasSha256;
            return HashText.TryDecode(hex, Sha256);
        }

        if (!HashText.IsKnown(algorithm))
            return true;
        OtherHashes = HashText.Append(scratch, OtherHashes, algorithm, hex);
        return HashText.IsValid(algorithm, hex);
    }

    /// <summary>Notes the hash of the file's metadata file.</summary>
    public bool TryAddMetadataHash(
        scoped ReadOnlySpan<byte> algorithm,
        scoped ReadOnlySpan<byte> hex,
        List<byte> scratch
    )
    {
        Flags |= FlatFileFlags.HasMetadata;
        if (algorithm.SequenceEqual("sha256"u8))
        {
            Flags |= FlatFileFlags.HasMetadataSha256;
            return HashText.TryDecode(hex, MetadataSha256);
        }

        if (!HashText.IsKnown(algorithm))
            return true;
        OtherMetadataHashes = HashText.Append(scratch, OtherMetadataHashes, algorithm, hex);
        return HashText.IsValid(algorithm, hex);
    }
}
