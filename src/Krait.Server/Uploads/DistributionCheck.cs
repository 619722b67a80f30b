using System.Security.Cryptography;
using Krait.Archives;
using Krait.Archives.Extraction;
using Krait.Archives.Zip;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Microsoft.Win32.SafeHandles;

namespace Krait.Server.Uploads;

/// <summary>
/// Whether a distribution is what its name says, and could be installed: by the installer's own readers of archives, and by its own
/// statements about itself.
/// </summary>
internal static class DistributionCheck
{
    private const int LargestText = 16 * 1024 * 1024;

    /// <summary>Checks a wheel to its last byte.</summary>
    /// <returns>Its METADATA.</returns>
    /// <exception cref="KraitException">It is damaged, unsafe, or contradicts itself.</exception>
    public static byte[] CheckWheel(SafeFileHandle file, WheelFileName name, CancellationToken cancellationToken)
    {
        using var archive = ZipArchive.Open(ByteSource.Over(Reopen(file)), name.ToString());
        using var extractor = new ZipExtractor();
        var folder = WheelCheck.Check(archive, name, extractor, ArchiveLimits.Default);
        var metadata = Read(archive, extractor, folder + "/METADATA");
        CheckMetadata(metadata, name.ToString(), name.Name, name.Version);
        CheckRecord(archive, extractor, folder, name, cancellationToken);
        return metadata;
    }

    /// <summary>Unpacks a source distribution, and looks at what is in it.</summary>
    /// <returns>Its PKG-INFO.</returns>
    /// <exception cref="KraitException">It is damaged, unsafe, or of another project.</exception>
    public static byte[] CheckSdist(
        SafeFileHandle file,
        string fileName,
        SdistFileName name,
        string temporary,
        CancellationToken cancellationToken
    )
    {
        var target = Path.Join(temporary, AtomicFile.TemporaryName());
        FolderTree.Create(target);
        try
        {
            using var source = ByteSource.Over(Reopen(file));
            var unpacked = SourceArchive.Extract(source, fileName, target, ArchiveLimits.Default, cancellationToken);
            if (unpacked.TopNames.Length != 1)
                throw Refused(fileName, "it has more than one top-level directory");
            var path = Path.Join(target, unpacked.TopNames[0], "PKG-INFO");
            if (PlainFile.TryReadBytes(path, LargestText, out var content) != FileError.None)
                throw Refused(fileName, $"it has no `{unpacked.TopNames[0]}/PKG-INFO`");
            CheckMetadata(content, fileName, name.Name, name.Version);
            return content;
        }
        finally
        {
            FolderTree.Remove(target);
        }
    }

    /// <summary>The error of a distribution that is not taken.</summary>
    public static KraitException Refused(string fileName, string reason) =>
        new(new Diagnostic("invalid-distribution", $"rejected `{fileName}`: {reason}"))
        {
            Kind = FailureKind.UnusableInput,
        };

    /// <summary>The archive closes what it reads; the caller's file stays open.</summary>
    private static SafeFileHandle Reopen(SafeFileHandle file) => new(file.DangerousGetHandle(), ownsHandle: false);

    private static byte[] Read(ZipArchive archive, ZipExtractor extractor, string path)
    {
        var entry =
            archive.Entries.FirstOrDefault(entry => string.Equals(entry.Path.Value, path, StringComparison.Ordinal))
            ?? throw Refused(archive.FileName, $"it has no `{path}`");
        if (entry.Size > LargestText)
            throw Refused(archive.FileName, $"`{path}` is too large");
        using var content = new MemoryStream((int)entry.Size);
        extractor.Extract(archive, entry, part => content.Write(part.Span));
        return content.ToArray();
    }

    private static void CheckMetadata(byte[] content, string fileName, PackageName project, Version version)
    {
        if (!CoreMetadata.TryParse(content, out var metadata, out var error))
            throw Refused(fileName, error.Message);
        if (metadata.Name != project || metadata.Version != version)
            throw Refused(fileName, $"its metadata is for {metadata.Name} {metadata.Version}");
    }

    /// <summary>Every file is listed in RECORD with its hash, and every file that is listed is there.</summary>
    private static void CheckRecord(
        ZipArchive archive,
        ZipExtractor extractor,
        string folder,
        WheelFileName name,
        CancellationToken cancellationToken
    )
    {
        var recordPath = folder + "/RECORD";
        if (!RecordFile.TryParse(Read(archive, extractor, recordPath), out var rows, out _, out var error))
            throw Refused(name.ToString(), error.Message);
        var listed = new Dictionary<string, RecordEntry>(StringComparer.Ordinal);
        foreach (var row in rows)
            listed[row.Path] = row;
        foreach (var entry in archive.Entries.Where(entry => !entry.IsDirectory))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = entry.Path.Value;
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            extractor.Extract(archive, entry, part => hash.AppendData(part.Span));
            var isListed = listed.Remove(path, out var row);
            if (IsRecord(path, recordPath))
                continue;
            if (!isListed)
                throw Refused(name.ToString(), $"RECORD does not list `{path}`");
            var expected =
                row.Hash is { } text && text.StartsWith("sha256=", StringComparison.Ordinal) ? text[7..] : null;
            var actual = Base64(hash.GetHashAndReset());
            if (expected is not null && !string.Equals(expected, actual, StringComparison.Ordinal))
                throw Refused(name.ToString(), $"`{path}` does not have the hash that RECORD states");
        }

        if (listed.Keys.FirstOrDefault(path => !IsRecord(path, recordPath)) is { } missing)
            throw Refused(name.ToString(), $"RECORD lists `{missing}`, which is missing");
    }

    /// <summary>RECORD cannot contain its own hash, nor that of its signatures.</summary>
    private static bool IsRecord(string path, string recordPath) =>
        path.StartsWith(recordPath, StringComparison.Ordinal) && path[recordPath.Length..] is "" or ".jws" or ".p7s";

    private static string Base64(byte[] digest) =>
        Convert.ToBase64String(digest).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
