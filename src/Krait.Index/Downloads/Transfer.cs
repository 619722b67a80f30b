using Krait.Index.SimpleApi;

namespace Krait.Index.Downloads;

/// <summary>A download through all its attempts.</summary>
internal sealed record Transfer(DownloadRequest Request, TransferSink Sink, IProgress<DownloadEvent>? Progress)
{
    public string Validator { get; set; } = "";

    /// <summary>What is known of the file, until the server has said whether it still holds.</summary>
    public FileRecord? Known { get; set; }

    /// <summary>Whether the file is still the one that is known.</summary>
    public bool IsUnchanged { get; set; }

    /// <summary>What the last answer said about keeping it.</summary>
    public PagePolicy? Policy { get; set; }

    /// <summary>Whether a part of it came over a connection that was not verified.</summary>
    public bool IsUnverified { get; set; }
}
