using System.Collections.Immutable;
using Krait.Index.Downloads;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Packaging.Names;

namespace Krait.Projects.Installing;

/// <summary>A wheel that is to be installed, wherever it is now.</summary>
/// <param name="Name">The project.</param>
/// <param name="Version">The version.</param>
/// <param name="Key">What the store keeps it under.</param>
public sealed record ChosenWheel(PackageName Name, Version Version, WheelKey Key)
{
    /// <summary>How to fetch it; null for a local file.</summary>
    public DownloadRequest? Download { get; init; }

    /// <summary>Its path, for a local file.</summary>
    public string? LocalPath { get; init; }

    /// <summary>Its digest as the index says, when it says it.</summary>
    public FileHash? Sha256 { get; init; }

    /// <summary>The digests that the user allows; one of them must hold. Empty allows any.</summary>
    public ImmutableArray<FileHash> Allowed { get; init; } = [];

    /// <summary>The direct_url.json to write; null for a file of an index.</summary>
    public byte[]? DirectUrl { get; init; }

    /// <summary>Whether the user asked for it by name.</summary>
    public bool IsRequested { get; init; }

    /// <summary>What the index said of it, where something was concluded from that.</summary>
    public PromisedMetadata? Promised { get; init; }

    /// <summary>The SHA-256 that the stored wheel must have; null where any will do.</summary>
    public FileHash? ExpectedSha256 =>
        Allowed.Length == 1 && Allowed[0].Algorithm == HashAlgorithm.Sha256 ? Allowed[0] : Sha256;
}
