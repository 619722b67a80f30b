using Krait.Index.Downloads;
using Krait.Installer.Wheels;
using Krait.Packaging.Names;
using Krait.Sources;

namespace Krait.Projects.Installing;

/// <summary>A wheel that is to be installed, wherever it is now.</summary>
/// <param name="Name">The project.</param>
/// <param name="Version">The version.</param>
/// <param name="Key">What the store keeps it under.</param>
/// <param name="Download">Where it is, on this machine or another, and what its hashes must be.</param>
public sealed record ChosenWheel(PackageName Name, Version Version, WheelKey Key, DownloadRequest Download)
{
    /// <summary>The direct_url.json to write; null for a file of an index.</summary>
    public byte[]? DirectUrl { get; init; }

    /// <summary>Whether the user asked for it by name.</summary>
    public bool IsRequested { get; init; }

    /// <summary>The Python that its own metadata must support, where nobody stated which it supports; null where that is known.</summary>
    public Version? RunsOn { get; init; }

    /// <summary>What the index said of it, where something was concluded from that.</summary>
    public PromisedMetadata? Promised { get; init; }
}
