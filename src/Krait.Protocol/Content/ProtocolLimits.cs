namespace Krait.Protocol.Content;

/// <summary>The largest documents that either side reads. They are far above what real projects need.</summary>
public static class ProtocolLimits
{
    /// <summary>The bytes of a shard, and of any frame.</summary>
    public const int ShardBytes = 64 * 1024 * 1024;

    /// <summary>The files of a project.</summary>
    public const int Files = 500_000;

    /// <summary>The bytes of the metadata of one version.</summary>
    public const int MetadataBytes = 4 * 1024 * 1024;

    /// <summary>The frames of an answer.</summary>
    public const int Frames = 20_000;

    /// <summary>The bytes of all frames of an answer.</summary>
    public const long FrameBytes = 512L * 1024 * 1024;

    /// <summary>The bytes of a request.</summary>
    public const int RequestBytes = 1024 * 1024;

    /// <summary>The requirements of a request, constraints and the like counted each for themselves.</summary>
    public const int Requirements = 5_000;

    /// <summary>The indexes that a request names.</summary>
    public const int Indexes = 1_024;

    /// <summary>The bytes of a resolution.</summary>
    public const int ResolutionBytes = 64 * 1024 * 1024;

    /// <summary>The packages of a resolution.</summary>
    public const int Packages = 20_000;

    /// <summary>How deep documents may be nested.</summary>
    public const int Depth = 16;
}
