using Krait.Index.SimpleApi;
using Krait.Packaging.Distributions;

namespace Krait.Index.Downloads;

/// <summary>What is known of a file that was fetched from a URL before: its hash, and when and how to ask whether it still holds.</summary>
public sealed record FileRecord
{
    internal FileRecord(FileHash sha256, PagePolicy policy)
    {
        Sha256 = sha256;
        Policy = policy;
    }

    /// <summary>The SHA-256 of the file.</summary>
    public FileHash Sha256 { get; }

    internal PagePolicy Policy { get; }
}
