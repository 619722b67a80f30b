namespace Krait.Protocol.Content;

/// <summary>The fixed words of the protocol: media types, paths below the base, and the names of its versions.</summary>
public static class ProtocolNames
{
    /// <summary>The version that <see cref="Discovery.ServiceDescription"/> and the requests state.</summary>
    public const int Version = 1;

    /// <summary>The base below the address of an index.</summary>
    public const string BasePath = "-/krait/v1/";

    /// <summary>The resolver whose rules an answer follows. Another name means other rules, and its answers are of no use.</summary>
    public const string Engine = "krait-resolver/1";

    /// <summary>The first word of every resolution.</summary>
    public const string Magic = "krait-resolution";

    /// <summary>The media type of a shard.</summary>
    public const string ShardType = "application/vnd.krait.shard.v1+json";

    /// <summary>The media type of a sequence of frames.</summary>
    public const string FramesType = "application/vnd.krait.frames.v1";

    /// <summary>The media type of a request for shards.</summary>
    public const string ProjectsType = "application/vnd.krait.projects.v1+json";

    /// <summary>The media type of a request for a resolution.</summary>
    public const string ResolveType = "application/vnd.krait.resolve.v1+json";

    /// <summary>The media type of a resolution.</summary>
    public const string ResolutionType = "application/vnd.krait.resolution.v1+json";
}
