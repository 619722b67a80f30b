namespace Krait.Index.Downloads;

/// <summary>What happens to a download.</summary>
/// <param name="FileName">The file.</param>
public abstract record DownloadEvent(string FileName)
{
    /// <summary>Its first bytes are on their way.</summary>
    /// <param name="FileName">The file.</param>
    /// <param name="Size">Its size, when known.</param>
    public sealed record Started(string FileName, long? Size) : DownloadEvent(FileName);

    /// <summary>More of it came.</summary>
    /// <param name="FileName">The file.</param>
    /// <param name="Received">Bytes received so far.</param>
    public sealed record Advanced(string FileName, long Received) : DownloadEvent(FileName);

    /// <summary>It broke off and is tried again.</summary>
    /// <param name="FileName">The file.</param>
    /// <param name="Reason">Why, in words.</param>
    public sealed record Repeated(string FileName, string Reason) : DownloadEvent(FileName);

    /// <summary>It is there and has the hash that it must have.</summary>
    /// <param name="FileName">The file.</param>
    /// <param name="Size">Its size.</param>
    public sealed record Finished(string FileName, long Size) : DownloadEvent(FileName);
}
