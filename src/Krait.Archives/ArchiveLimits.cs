namespace Krait.Archives;

/// <summary>How much an archive may hold before it is refused as a bomb.</summary>
public sealed record ArchiveLimits
{
    /// <summary>The limits that every run starts with.</summary>
    public static ArchiveLimits Default { get; } = new();

    /// <summary>How many entries there may be.</summary>
    public int Entries { get; init; } = 500_000;

    /// <summary>How many bytes all files may have together.</summary>
    public long TotalSize { get; init; } = 64L << 30;

    /// <summary>How many times larger than the archive its files may be, past <see cref="RatioFloor"/>.</summary>
    public int Ratio { get; init; } = 200;

    /// <summary>Below this total no ratio is too high: small files of zeros are common.</summary>
    public long RatioFloor { get; init; } = 64L << 20;

    /// <summary>How large the central directory may be.</summary>
    public int DirectorySize { get; init; } = 128 << 20;

    /// <summary>How large METADATA, WHEEL or entry_points.txt may be.</summary>
    public int MetadataSize { get; init; } = 16 << 20;

    /// <summary>How large RECORD may be.</summary>
    public int RecordSize { get; init; } = 32 << 20;
}
