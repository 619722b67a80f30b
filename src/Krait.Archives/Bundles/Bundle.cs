using System.Collections.Frozen;
using System.Security.Cryptography;
using Krait.Archives.Zip;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Processes;

namespace Krait.Archives.Bundles;

/// <summary>
/// A bundle that was opened: an archive with the files that its manifest lists and no others, each with the size that it states. What is in the
/// files is compared with the digests when they are read.
/// </summary>
public sealed class Bundle : IDisposable
{
    private readonly ZipArchive archive;
    private readonly FrozenDictionary<string, ZipEntry> entries;
    private readonly ZipExtractor extractor = new();
    private readonly string path;

    private Bundle(ZipArchive archive, BundleManifest manifest, FrozenDictionary<string, ZipEntry> entries, string path)
    {
        this.path = path;
        this.archive = archive;
        this.entries = entries;
        Manifest = manifest;
    }

    /// <summary>What it says of itself.</summary>
    public BundleManifest Manifest { get; }

    /// <summary>Opens a bundle.</summary>
    /// <exception cref="KraitException">It is not one, or is damaged or hostile.</exception>
    public static Bundle Open(string path)
    {
        OpenSslLibrary.Require();
        var name = Path.GetFileName(path);
        ZipArchive zip;
        try
        {
            zip = ZipArchive.Open(ByteSource.OpenFile(path), name);
        }
        catch (UnsafeArchiveException e)
        {
            throw Refuse(path, "it is damaged, incomplete, or not a bundle", e.Diagnostic);
        }

        try
        {
            return Open(zip, path);
        }
        catch (UnsafeArchiveException e)
        {
            zip.Dispose();
            throw Refuse(path, "it is damaged", e.Diagnostic);
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    /// <summary>Compares the content of every file with its digest.</summary>
    /// <exception cref="KraitException">A file is damaged.</exception>
    public void Verify(CancellationToken cancellationToken)
    {
        foreach (var file in Manifest.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Read(file, _ => { });
        }
    }

    /// <summary>The content of the lock file.</summary>
    /// <exception cref="KraitException">It is damaged.</exception>
    public byte[] ReadLock()
    {
        using var content = new MemoryStream();
        Read(Manifest.Files.First(file => file.Use is BundleUse.Lock), bytes => content.Write(bytes.Span));
        return content.ToArray();
    }

    /// <summary>Copies a file, and compares its content with its digest on the way.</summary>
    /// <exception cref="KraitException">It is damaged, or cannot be written.</exception>
    public void CopyTo(BundleFile file, Stream target) => Read(file, bytes => target.Write(bytes.Span));

    /// <summary>Reads a file in parts, and compares its content with its digest at the end.</summary>
    /// <exception cref="KraitException">It is damaged.</exception>
    public void Read(BundleFile file, Action<ReadOnlyMemory<byte>> write)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            extractor.Extract(
                archive,
                entries[file.Path],
                bytes =>
                {
                    hash.AppendData(bytes.Span);
                    write(bytes);
                }
            );
        }
        catch (UnsafeArchiveException e)
        {
            throw Refuse(path, $"`{file.Path}` is damaged", e.Diagnostic);
        }

        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(file.Sha256.Digest))
            throw Refuse(path, $"`{file.Path}` is not the file that was packed", cause: null);
    }

    /// <summary>Writes all files below a folder.</summary>
    /// <param name="folder">An empty folder of the caller's; after a failure it may hold a part.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="KraitException">A file is damaged, or cannot be written.</exception>
    public void Extract(string folder, CancellationToken cancellationToken)
    {
        FolderTree.Create(Path.Join(folder, BundleFile.Folder));
        foreach (var file in Manifest.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // A path of the manifest is one of two forms, and leads nowhere else.
            var target = Path.Join(folder, file.Path);
            try
            {
                using var stream = PlainFile.CreateNew(target);
                CopyTo(file, stream);
            }
            catch (IOException e)
            {
                throw FileSystemException.From("write", target, e);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        extractor.Dispose();
        archive.Dispose();
    }

    /// <summary>Why this bundle cannot be used.</summary>
    /// <param name="reason">The end of a sentence.</param>
    /// <param name="cause">What is behind it.</param>
    public KraitException Refusal(string reason, Diagnostic? cause) => Refuse(path, reason, cause);

    private static Bundle Open(ZipArchive zip, string path)
    {
        if (!zip.Warnings.IsEmpty)
            throw Refuse(path, zip.Warnings[0].Message, cause: null);
        var found = zip.Entries.ToFrozenDictionary(entry => entry.Path.Value, StringComparer.Ordinal);
        if (!found.TryGetValue(BundleManifest.FileName, out var head))
            throw Refuse(path, $"it has no `{BundleManifest.FileName}`", cause: null);
        if (head.Size > ZipExtractor.WholeSize * 64L)
            throw Refuse(path, $"its `{BundleManifest.FileName}` is too large", cause: null);
        using var content = new MemoryStream();
        using (var reader = new ZipExtractor())
            reader.Extract(zip, head, bytes => content.Write(bytes.Span));
        if (!BundleManifest.TryRead(content.ToArray(), out var manifest, out var problem))
            throw Refuse(path, problem, cause: null);
        foreach (var file in manifest.Files)
        {
            if (!found.TryGetValue(file.Path, out var entry) || entry.IsDirectory)
                throw Refuse(path, $"`{file.Path}` is missing", cause: null);
            if (entry.Size != file.Size || entry.IsDeflated)
                throw Refuse(path, $"`{file.Path}` is not the file that was packed", cause: null);
        }

        var listed = manifest.Files.Select(file => file.Path).Append(BundleManifest.FileName);
        if (found.Keys.Except(listed, StringComparer.Ordinal).FirstOrDefault() is { } other)
            throw Refuse(path, $"it holds `{SafeText.Escape(other)}`, which its manifest does not list", cause: null);
        return new Bundle(zip, manifest, found, path);
    }

    private static KraitException Refuse(string path, string reason, Diagnostic? cause) =>
        new(
            new Diagnostic("invalid-bundle", $"`{Path.GetFileName(path)}` cannot be used: {reason}")
            {
                Source = path,
                Cause = cause,
                Hints = [$"Copy the bundle again, or pack it again with {Control.PackBundle}"],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };
}
