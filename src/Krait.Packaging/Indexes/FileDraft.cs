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

    /// <summary>Takes the hashes out of a URL's fragment (`…#sha256=0a…`), where the HTML form has them.</summary>
    public void TakeHashFromUrl(List<byte> scratch)
    {
        var hash = Url.IndexOf((byte)'#');
        if (hash < 0)
            return;
        var fragment = Url[(hash + 1)..];
        var hasHashes = (Flags & FlatFileFlags.HasSha256) != FlatFileFlags.None || !OtherHashes.IsEmpty;
        var isHash = false;
        foreach (var range in fragment.Split((byte)'&'))
        {
            var part = fragment[range];
            var equals = part.IndexOf((byte)'=');
            if (equals <= 0 || !HashText.IsHash(part[..equals], part[(equals + 1)..]))
                continue;
            isHash = true;
            if (!hasHashes)
                AddHash(part[..equals], part[(equals + 1)..], scratch);
        }

        if (isHash)
            Url = Url[..hash];
    }

    /// <summary>Notes a hash of the file; one that is malformed is kept as it is written, for whoever wants to use the file.</summary>
    public void AddHash(scoped ReadOnlySpan<byte> algorithm, scoped ReadOnlySpan<byte> hex, List<byte> scratch)
    {
        if (algorithm.SequenceEqual("sha256"u8) && HashText.TryDecode(hex, Sha256))
            Flags |= FlatFileFlags.HasSha256;
        else
            OtherHashes = HashText.Append(scratch, OtherHashes, algorithm, hex);
    }

    /// <summary>Notes a hash of the file's metadata file; one that is malformed is kept as it is written.</summary>
    public void AddMetadataHash(scoped ReadOnlySpan<byte> algorithm, scoped ReadOnlySpan<byte> hex, List<byte> scratch)
    {
        Flags |= FlatFileFlags.HasMetadata;
        if (algorithm.SequenceEqual("sha256"u8) && HashText.TryDecode(hex, MetadataSha256))
            Flags |= FlatFileFlags.HasMetadataSha256;
        else
            OtherMetadataHashes = HashText.Append(scratch, OtherMetadataHashes, algorithm, hex);
    }
}
