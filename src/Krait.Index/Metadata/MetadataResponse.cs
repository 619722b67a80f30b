using Krait.Packaging.Metadata;
using Krait.Packaging.Text;

namespace Krait.Index.Metadata;

/// <summary>What is known about a file's dependencies.</summary>
public abstract record MetadataResponse
{
    private MetadataResponse() { }

    /// <summary>Its core metadata.</summary>
    /// <param name="Metadata">What a resolver needs of it.</param>
    public sealed record Found(CoreMetadata Metadata) : MetadataResponse;

    /// <summary>It has none that can be used: the file is to be left out, for this reason.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Unavailable(Diagnostic Reason) : MetadataResponse;

    /// <summary>The network may not be used, and the cache does not have it.</summary>
    public sealed record Offline : MetadataResponse
    {
        internal static Offline Instance { get; } = new();
    }

    /// <summary>It is a source distribution: only its build backend knows.</summary>
    public sealed record NeedsBuild : MetadataResponse
    {
        internal static NeedsBuild Instance { get; } = new();
    }
}
