using System.Collections.Immutable;
using System.Text;
using Krait.Packaging.Names;
using Krait.Platform.Files;

namespace Krait.Environments.Installed;

/// <summary>
/// A distribution that is installed in a folder of packages. Its name and version come from the name of what describes it; the
/// files inside are only read when they are asked for.
/// </summary>
public sealed class InstalledDistribution
{
    private const int LongestFile = 16 << 20;
    private const int LongestRecord = 256 << 20;
    private byte[]? directUrl;
    private string? installer;

    internal InstalledDistribution(
        PackageName name,
        string versionText,
        InstalledKind kind,
        string location,
        string entryName
    )
    {
        Name = name;
        VersionText = versionText;
        Kind = kind;
        Location = location;
        EntryName = entryName;
        Version = Version.TryParse(versionText, out var version, out _) ? version : null;
    }

    /// <summary>The project.</summary>
    public PackageName Name { get; }

    /// <summary>The version as it is written.</summary>
    public string VersionText { get; }

    /// <summary>The version; null when the text is none.</summary>
    public Version? Version { get; }

    /// <summary>How it is described.</summary>
    public InstalledKind Kind { get; }

    /// <summary>The folder of packages that it is in.</summary>
    public string Location { get; }

    /// <summary>The name of its folder or file there.</summary>
    public string EntryName { get; }

    /// <summary>The path of the folder or file that describes it.</summary>
    public string Path => System.IO.Path.Join(Location, EntryName);

    /// <summary>
    /// Whether it lies in a folder of packages that the environment sees but does not own, as what a Linux distribution installs: it
    /// satisfies requirements, and is never changed. A newer version is installed in front of it and hides it.
    /// </summary>
    public bool IsForeign { get; internal init; }

    /// <summary>Other descriptions of the same installation: an `.egg-info` beside the `.dist-info`.</summary>
    public ImmutableArray<InstalledDistribution> Others { get; internal init; } = [];

    /// <summary>Of an `.egg-link`: the project's folder, which may be gone; null for others.</summary>
    public string? ProjectFolder { get; internal init; }

    /// <summary>
    /// Whether it is whole as far as a look tells: METADATA is there, and so are the modules that the start of RECORD lists. What is
    /// not whole was left by an installation that did not finish, and is never called installed.
    /// </summary>
    public bool IsComplete { get; internal init; } = true;

    /// <summary>
    /// Whether it is not whole and yet some of its modules are there, as where somebody removed its METADATA to save room: it may work,
    /// and commands that only look list it with a warning.
    /// </summary>
    public bool IsPartial { get; internal init; }

    /// <summary>Whether its METADATA is there.</summary>
    public bool IsDescribed { get; internal init; } = true;

    /// <summary>What installed it (`pip`), when it says so.</summary>
    public string? Installer => installer ??= Encoding.UTF8.GetString(Read("INSTALLER", LongestFile)).Trim();

    /// <summary>The name of the file with the state of the folder that a distribution was built of.</summary>
    public const string StampName = "krait_source.txt";

    /// <summary>Whether a user asked for it by name.</summary>
    public bool IsRequested => FileStatus.Exists(System.IO.Path.Join(Path, "REQUESTED"), followLinks: false);

    /// <summary>The folder of the files that describe it; of an `.egg-link`, the one that it leads to.</summary>
    internal string? DescriptionFolder { get; init; }

    /// <summary>Its core metadata; empty when it has none.</summary>
    public byte[] ReadMetadata() =>
        Kind == InstalledKind.EggInfoFile
            ? ReadSelf()
            : Read(Kind == InstalledKind.DistInfo ? "METADATA" : "PKG-INFO", LongestFile);

    /// <summary>Its RECORD; empty when it has none.</summary>
    public byte[] ReadRecord() => Read("RECORD", LongestRecord);

    /// <summary>Its entry_points.txt; empty when it has none.</summary>
    public byte[] ReadEntryPoints() => Read("entry_points.txt", LongestFile);

    /// <summary>Its direct_url.json (PEP 610); empty when it came from an index.</summary>
    public ReadOnlyMemory<byte> ReadDirectUrl() => directUrl ??= Read("direct_url.json", LongestFile);

    /// <summary>The state of the folder that it was built of, as krait writes it down; null when it was not.</summary>
    public string? ReadStamp() =>
        Read(StampName, LongestFile) is { Length: > 0 } text ? System.Text.Encoding.UTF8.GetString(text) : null;

    /// <summary>A file of its description; empty when there is none.</summary>
    public byte[] Read(string fileName, int limit = LongestFile)
    {
        if (Kind is InstalledKind.EggInfoFile || (Kind is InstalledKind.EggLink && DescriptionFolder is null))
            return [];
        if (DirectoryHandle.TryOpen(DescriptionFolder ?? Path, out var folder) != FileError.None || folder is null)
            return [];
        using (folder)
            return folder.TryReadFile(fileName, limit, out var content) == FileError.None ? content : [];
    }

    /// <summary>The same with other descriptions of it.</summary>
    internal InstalledDistribution With(ImmutableArray<InstalledDistribution> others) =>
        new(Name, VersionText, Kind, Location, EntryName)
        {
            IsForeign = IsForeign,
            IsDescribed = IsDescribed,
            IsComplete = IsComplete,
            IsPartial = IsPartial,
            Others = others,
        };

    /// <summary>`flask 3.0.0`.</summary>
    public override string ToString() => $"{Name} {VersionText}";

    private byte[] ReadSelf()
    {
        using var folder = DirectoryHandle.Open(Location);
        return folder.TryReadFile(EntryName, LongestFile, out var content) == FileError.None ? content : [];
    }
}
