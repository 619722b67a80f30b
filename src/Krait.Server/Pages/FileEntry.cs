using System.Collections.Immutable;
using System.Globalization;
using Krait.Packaging.Distributions;
using Krait.Packaging.Names;

namespace Krait.Server.Pages;

/// <summary>A file as a page of the simple repository API lists it (PEP 503, 592, 658, 691, 700, 714, 740).</summary>
internal sealed record FileEntry
{
    /// <summary>The longest name of a file that is listed: what file systems take.</summary>
    private const int LongestName = 255;

    private FileEntry(string fileName, Version version, WheelFileName? wheel)
    {
        FileName = fileName;
        Version = version;
        Wheel = wheel;
    }

    /// <summary>Its name, which is that of a wheel or source distribution of the page's project.</summary>
    public string FileName { get; }

    /// <summary>The version in its name.</summary>
    public Version Version { get; }

    /// <summary>The parts of its name, where it is a wheel.</summary>
    public WheelFileName? Wheel { get; }

    /// <summary>Where the upstream has it, absolute; empty for a file that was uploaded here.</summary>
    public string Url { get; init; } = "";

    /// <summary>Names of hash functions, and digests in hexadecimal.</summary>
    public ImmutableSortedDictionary<string, string> Hashes { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The Python versions it is for, as written.</summary>
    public string? RequiresPython { get; init; }

    /// <summary>Its size in bytes.</summary>
    public long? Size { get; init; }

    /// <summary>When it was uploaded, as the index wrote it.</summary>
    public string? UploadTime { get; init; }

    /// <summary>Why it was withdrawn, perhaps empty; null where it was not.</summary>
    public string? Yanked { get; init; }

    /// <summary>Whether its core metadata can be fetched beside it.</summary>
    public bool HasMetadata { get; init; }

    /// <summary>The SHA-256 of its core metadata, where that is known.</summary>
    public string? MetadataSha256 { get; init; }

    /// <summary>Where its attestations are.</summary>
    public string? Provenance { get; init; }

    /// <summary>Its SHA-256, where the index states it.</summary>
    public string? Sha256 => Hashes.GetValueOrDefault("sha256");

    /// <summary>When it was uploaded, where that can be read.</summary>
    public DateTimeOffset? Uploaded =>
        DateTimeOffset.TryParse(
            UploadTime,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;

    /// <summary>An entry for a name; null for a name that no page of this project may list.</summary>
    public static FileEntry? TryCreate(PackageName project, string? fileName)
    {
        // The name becomes part of addresses and pages; parsers of file names are more generous.
        if (fileName is null || fileName.Length > LongestName || !fileName.All(IsPlain) || fileName[0] == '.')
            return null;
        if (WheelFileName.TryParse(fileName, out var wheel, out _))
            return wheel.Name == project ? new FileEntry(fileName, wheel.Version, wheel) : null;
        return SdistFileName.TryParse(fileName, project, out var sdist, out _)
            ? new FileEntry(fileName, sdist.Version, wheel: null)
            : null;
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+' or '!' or '~';
}
