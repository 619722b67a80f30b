using System.Text;
using Krait.Archives;
using Krait.Archives.Zip;
using Krait.Environments.Installed;
using Krait.Installer.Scripts;
using Krait.Packaging.Distributions;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Installer.Wheels;

/// <summary>
/// A wheel (binary distribution format 1.0) whose every claim has been checked before anything of it is written: one `.dist-info`
/// that says what the file name says, a known format version, known parts below `.data`, safe scripts, a readable RECORD.
/// </summary>
internal sealed class WheelContents
{
    private const string DistInfoEnding = ".dist-info";
    private const string DataEnding = ".data";

    private WheelContents(string distInfo) => DistInfo = distInfo;

    /// <summary>The name of its `.dist-info` folder.</summary>
    public string DistInfo { get; }

    /// <summary>Whether its root belongs with the pure modules.</summary>
    public bool IsPure { get; private set; }

    /// <summary>Its files but RECORD.</summary>
    public List<WheelFile> Files { get; } = [];

    /// <summary>The programs to make.</summary>
    public List<ScriptEntry> Scripts { get; private set; } = [];

    /// <summary>What its RECORD says, by path.</summary>
    public Dictionary<string, RecordEntry> Record { get; } = new(StringComparer.Ordinal);

    /// <summary>What is wrong with it but does not stop an installation.</summary>
    public List<Diagnostic> Warnings { get; } = [];

    /// <summary>The first thing that is wrong with its RECORD; null where that is right.</summary>
    public Diagnostic? RecordProblem => Warnings.Find(warning => warning.Topic is DiagnosticTopic.Record);

    /// <summary>Checks an archive against its file name.</summary>
    /// <exception cref="UnsafeArchiveException">It is not a wheel, not this one, or not a safe one.</exception>
    public static WheelContents Read(
        ZipArchive archive,
        WheelFileName name,
        ZipExtractor extractor,
        ArchiveLimits limits
    )
    {
        try
        {
            var contents = new WheelContents(FindDistInfo(archive, name));
            contents.Warnings.AddRange(archive.Warnings);
            contents.ReadDescription(archive, name, extractor, limits);
            foreach (var entry in archive.Entries)
                contents.Place(entry, name);
            return contents;
        }
        catch (UnsafeArchiveException e)
        {
            throw e.In(archive.FileName);
        }
    }

    private static string FindDistInfo(ZipArchive archive, WheelFileName name)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var entry in archive.Entries)
        {
            var path = entry.Path.Value;
            var slash = path.IndexOf('/', StringComparison.Ordinal);
            if (slash > 0 && path.AsSpan(0, slash).EndsWith(DistInfoEnding, StringComparison.OrdinalIgnoreCase))
                found.Add(path[..slash]);
        }

        if (found.Count != 1)
        {
            throw UnsafeArchiveException.Because(
                "wheel-dist-info",
                found.Count == 0
                    ? "it has no `.dist-info` folder"
                    : $"it has {found.Count} `.dist-info` folders: {string.Join(", ", found.Order(StringComparer.Ordinal).Select(name => $"`{SafeText.Escape(name)}`"))}"
            );
        }

        var folder = found.Min!; // one element
        var stem = folder[..^DistInfoEnding.Length];
        var dash = stem.IndexOf('-', StringComparison.Ordinal);
        var isOurs =
            folder.EndsWith(DistInfoEnding, StringComparison.Ordinal)
            && dash > 0
            && PackageName.TryParse(stem.AsSpan(0, dash), out var project, out _)
            && project == name.Name
            && TryParseVersion(stem[(dash + 1)..], out var version)
            && version == name.Version;
        return isOurs
            ? folder
            : throw UnsafeArchiveException.Because(
                "wheel-dist-info",
                $"its folder `{SafeText.Escape(folder)}` does not belong to the file's name"
            );
    }

    /// <summary>Old tools escaped the `+` and `-` of versions to `_`.</summary>
    private static bool TryParseVersion(string text, out Version? version) =>
        Version.TryParse(text, out version, out _)
        || Version.TryParse(text.Replace('_', '-'), out version, out _)
        || Version.TryParse(text.Replace('_', '+'), out version, out _);

    private void ReadDescription(ZipArchive archive, WheelFileName name, ZipExtractor extractor, ArchiveLimits limits)
    {
        var metadata = ReadFile(archive, extractor, "METADATA", limits.MetadataSize);
        if (metadata is null)
            throw UnsafeArchiveException.Because("wheel-metadata", "it has no METADATA file");
        CheckIdentity(metadata, name);
        var wheel = ReadFile(archive, extractor, "WHEEL", limits.MetadataSize);
        if (wheel is null)
            throw UnsafeArchiveException.Because("wheel-format", "it has no WHEEL file");
        CheckFormat(wheel);
        if (ReadFile(archive, extractor, "entry_points.txt", limits.MetadataSize) is { } entryPoints)
            Scripts = ReadScripts(entryPoints);
        if (ReadFile(archive, extractor, "RECORD", limits.RecordSize) is not { } record)
            throw UnsafeArchiveException.Because("wheel-record", "it has no RECORD file");
        ReadRecord(record, archive.Entries.Length);
    }

    private void ReadRecord(byte[] record, int entryCount)
    {
        // A row for each file, and some for files that are gone by now: bytecode, signatures.
        var mostRows = (4 * entryCount) + 1000;
        if (!RecordFile.TryParse(record, out var rows, out var oddities, out var error, mostRows))
        {
            if (System.Text.Unicode.Utf8.IsValid(record))
                throw UnsafeArchiveException.Because(RecordIssues.Code, error.Message);
            Warnings.Add(RecordIssues.Of("its RECORD file cannot be read"));
        }

        Warnings.AddRange(
            oddities.Select(oddity => oddity with { Code = RecordIssues.Code, Topic = DiagnosticTopic.Record })
        );
        var issues = new RecordIssues();
        foreach (var row in rows)
        {
            if (!Record.TryAdd(row.Path, row))
                issues.Add($"its RECORD lists `{SafeText.Escape(row.Path)}` twice");
        }

        Warnings.AddRange(issues.ToDiagnostics());
    }

    /// <summary>
    /// The programs of an entry_points.txt: their names become file names, and their references Python text. A program for the console
    /// and one with windows may share a name; the latter is made.
    /// </summary>
    private static List<ScriptEntry> ReadScripts(byte[] file)
    {
        if (!EntryPoints.TryParse(file, out var entryPoints, out var errors))
            throw UnsafeArchiveException.Because("entry-points", errors[0].Message);
        var scripts = new Dictionary<string, ScriptEntry>(StringComparer.Ordinal);
        foreach (
            var entry in entryPoints.All.Where(e => e.Group is EntryPoints.ConsoleScripts or EntryPoints.GuiScripts)
        )
        {
            var isGui = entry.Group is EntryPoints.GuiScripts;
            if (scripts.TryGetValue(entry.Name, out var other) && other.IsGui == isGui)
            {
                throw UnsafeArchiveException.Because(
                    "entry-points",
                    $"the script `{SafeText.Escape(entry.Name)}` comes twice"
                );
            }

            RefuseOwnName(entry.Name);
            if (other is null || isGui)
                scripts[entry.Name] = new ScriptEntry(entry.Name, entry.Module, entry.Attribute!, isGui); // a script has one
        }

        return [.. scripts.Values];
    }

    private static void CheckIdentity(byte[] metadata, WheelFileName name)
    {
        var (project, version, format) = ((string?)null, (string?)null, (string?)null);
        var fields = new HeaderReader(metadata);
        while (fields.MoveNext())
        {
            if (format is null && fields.Is("Metadata-Version"u8))
                format = Encoding.UTF8.GetString(fields.Value).Trim();
            else if (project is null && fields.Is("Name"u8))
                project = Encoding.UTF8.GetString(fields.Value).Trim();
            else if (version is null && fields.Is("Version"u8))
                version = Encoding.UTF8.GetString(fields.Value).Trim();
        }

        if (format is not null && !IsKnownFormat(format))
        {
            throw UnsafeArchiveException.Because(
                "wheel-metadata",
                $"its METADATA has the unknown version `{SafeText.Escape(format)}`"
            );
        }

        if (project is null || !PackageName.TryParse(project, out var parsed, out _) || parsed != name.Name)
        {
            throw UnsafeArchiveException.Because(
                "wheel-metadata",
                $"its METADATA is for the project `{SafeText.Escape(project ?? "")}`"
            );
        }

        if (version is null || !Version.TryParse(version, out var stated, out _) || stated != name.Version)
        {
            throw UnsafeArchiveException.Because(
                "wheel-metadata",
                $"its METADATA is for the version `{SafeText.Escape(version ?? "")}`"
            );
        }
    }

    /// <summary>Core metadata: a new minor version adds fields, a new major one may mean anything.</summary>
    private static bool IsKnownFormat(string format)
    {
        var dot = format.IndexOf('.', StringComparison.Ordinal);
        return (dot < 0 ? format : format[..dot]) is "1" or "2";
    }

    private void CheckFormat(byte[] wheel)
    {
        if (!WheelMetadata.TryParse(wheel, out var description, out var error))
            throw UnsafeArchiveException.Because("wheel-format", error.Message);
        if (description.Warning is { } newer)
            Warnings.Add(newer);
        IsPure = description.RootIsPurelib;
    }

    private byte[]? ReadFile(ZipArchive archive, ZipExtractor extractor, string name, int limit)
    {
        var path = $"{DistInfo}/{name}";
        foreach (var entry in archive.Entries)
        {
            if (entry.IsDirectory || !string.Equals(entry.Path.Value, path, StringComparison.Ordinal))
                continue;
            if (entry.Size > limit)
            {
                throw UnsafeArchiveException.Because(
                    "archive-bomb",
                    $"its file `{name}` would have {entry.Size} bytes"
                );
            }

            var content = new byte[entry.Size];
            var filled = 0;
            extractor.Extract(
                archive,
                entry,
                piece =>
                {
                    piece.CopyTo(content.AsMemory(filled));
                    filled += piece.Length;
                }
            );
            return content;
        }

        return null;
    }

    /// <summary>Finds the place of an entry.</summary>
    private void Place(ZipEntry entry, WheelFileName name)
    {
        var path = entry.Path.Value;
        foreach (var part in path.AsSpan().Split('/'))
            RefuseOwnName(path.AsSpan(part));
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var top = slash < 0 ? path : path[..slash];
        if (!top.EndsWith(DataEnding, StringComparison.OrdinalIgnoreCase))
        {
            if (!entry.IsDirectory)
                AddRoot(entry, top, name);
            return;
        }

        if (slash < 0 && entry.IsDirectory)
            return;
        var rest = slash < 0 ? "" : path[(slash + 1)..];
        var next = rest.IndexOf('/', StringComparison.Ordinal);
        var scheme = SchemeOf(next < 0 ? rest : rest[..next]);
        if (scheme is null || (next < 0 && !entry.IsDirectory))
        {
            throw UnsafeArchiveException.Because(
                "wheel-data",
                $"`{SafeText.Escape(path)}` belongs to no known part of a wheel"
            );
        }

        if (!entry.IsDirectory)
            AddData(entry, scheme.Value, rest[(next + 1)..], name);
    }

    private static void RefuseOwnName(ReadOnlySpan<char> segment)
    {
        if (segment.StartsWith(EnvironmentFiles.OwnPrefix, StringComparison.OrdinalIgnoreCase))
        {
            throw UnsafeArchiveException.Because(
                "wheel-reserved",
                $"the name `{SafeText.Escape(segment.ToString())}` is reserved for what krait itself keeps in an environment"
            );
        }
    }

    private void AddRoot(ZipEntry entry, string top, WheelFileName name)
    {
        var isOurs = entry.Path.Value.Length > top.Length && string.Equals(top, DistInfo, StringComparison.Ordinal);
        if (!isOurs && DistributionDescriptions.IsOfAnother(top, name.Name))
            throw Describing(entry);
        if (!IsWrittenByInstallers(entry.Path.Value))
            Files.Add(new WheelFile(entry, WheelScheme.Root, entry.Path.Value));
    }

    /// <summary>What installers write themselves, and do not take from a wheel, wherever in it that lies.</summary>
    private bool IsWrittenByInstallers(string target) =>
        target.StartsWith(DistInfo + "/", StringComparison.Ordinal)
        && target[(DistInfo.Length + 1)..]
            is "INSTALLER"
                or "RECORD"
                or "REQUESTED"
                or "direct_url.json"
                or InstalledDistribution.StampName;

    private void AddData(ZipEntry entry, WheelScheme scheme, string target, WheelFileName name)
    {
        if (scheme is WheelScheme.PureLibrary or WheelScheme.PlatformLibrary)
        {
            CheckDescribed(entry, target, name);
            if (IsWrittenByInstallers(target))
            {
                Record.Remove(entry.Path.Value);
                return;
            }
        }
        else if (DistributionDescriptions.Names(target))
        {
            // Where its folders lie depends on the environment: beside the modules with `--target`, above them otherwise.
            throw Describing(entry);
        }

        var isReserved = scheme switch
        {
            WheelScheme.Scripts => ReservedPrograms.Contains(target),
            WheelScheme.Data => EnvironmentFiles.Contains(target),
            _ => false,
        };
        if (isReserved)
        {
            throw UnsafeArchiveException.Because(
                "wheel-data",
                $"`{SafeText.Escape(target)}` would replace a file of the environment itself"
            );
        }

        if (scheme == WheelScheme.Scripts && target.Contains('/', StringComparison.Ordinal))
        {
            throw UnsafeArchiveException.Because(
                "wheel-data",
                $"the script `{SafeText.Escape(target)}` lies in a folder of its own"
            );
        }

        Files.Add(new WheelFile(entry, scheme, target));
    }

    /// <summary>The one `.dist-info` has been checked: no other may come by way of `.data`, nor other files in the place of checked ones.</summary>
    private void CheckDescribed(ZipEntry entry, string target, WheelFileName name)
    {
        var slash = target.IndexOf('/', StringComparison.Ordinal);
        var top = slash < 0 ? target : target[..slash];
        var isHarmless =
            slash > 0 && string.Equals(top, DistInfo, StringComparison.Ordinal)
                ? target[(slash + 1)..] is not ("METADATA" or "WHEEL" or "entry_points.txt")
                : !DistributionDescriptions.IsOfAnother(top, name.Name);
        if (!isHarmless)
            throw Describing(entry);
    }

    private static UnsafeArchiveException Describing(ZipEntry entry) =>
        UnsafeArchiveException.Because(
            "wheel-data",
            $"`{SafeText.Escape(entry.Path.Value)}` would replace the description of a distribution"
        );

    private static WheelScheme? SchemeOf(string key) =>
        key switch
        {
            "purelib" => WheelScheme.PureLibrary,
            "platlib" => WheelScheme.PlatformLibrary,
            "scripts" => WheelScheme.Scripts,
            "data" => WheelScheme.Data,
            "headers" => WheelScheme.Headers,
            _ => null,
        };
}
