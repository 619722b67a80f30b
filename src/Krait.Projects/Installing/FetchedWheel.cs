using Krait.Index.Downloads;
using Krait.Installer.Wheels;
using Krait.Packaging.Names;
using Krait.Sources;

namespace Krait.Projects.Installing;

/// <summary>A wheel that somebody offers, wherever it is now.</summary>
/// <param name="Name">The project.</param>
/// <param name="Version">The version.</param>
/// <param name="Key">What the store keeps it under.</param>
/// <param name="Download">Where it is, on this machine or another, and what its hashes must be.</param>
public sealed record FetchedWheel(PackageName Name, Version Version, WheelKey Key, DownloadRequest Download)
    : ChosenWheel(Name, Version)
{
    /// <summary>What the index said of it, where something was concluded from that.</summary>
    public PromisedMetadata? Promised { get; init; }

    /// <inheritdoc/>
    public override string Listed => Key.File.ToString();
}
