using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Krait.Installer.Scripts;
using Krait.Packaging.Distributions;
using Krait.Packaging.Metadata;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Installer.Wheels;

/// <summary>An unpacked wheel in the cache, ready to be linked into environments.</summary>
public sealed class StoredWheel : IDisposable
{
    private readonly WheelStore store;

    internal StoredWheel(WheelStore store, WheelKey key, string folder, WheelManifest manifest)
    {
        this.store = store;
        Key = key;
        Folder = folder;
        Manifest = manifest;
        var facts = manifest.Facts;
        IEnumerable<string> hashes = [$"sha256:{facts.Sha256}", .. facts.OtherHashes];
        Hashes =
        [
            .. hashes.Select(text => FileHash.TryParse(text, out var hash, out _) ? hash : null).OfType<FileHash>(),
        ];
    }

    /// <summary>What it is kept under.</summary>
    public WheelKey Key { get; }

    /// <summary>The SHA-256 of the archive it was unpacked from.</summary>
    public FileHash? Sha256 => Hashes.FirstOrDefault(hash => hash.Algorithm == HashAlgorithm.Sha256);

    /// <summary>The hashes of that archive that were computed, SHA-256 among them.</summary>
    public ImmutableArray<FileHash> Hashes { get; }

    /// <summary>The programs that are made for it.</summary>
    public ImmutableArray<ScriptEntry> Scripts => Manifest.Facts.Scripts;

    /// <summary>How many files it has.</summary>
    public int FileCount => Manifest.FileCount;

    /// <summary>What was odd about the archive, for the user to see at each installation.</summary>
    public IEnumerable<Diagnostic> Warnings =>
        Manifest.Facts.Warnings.Select(w => new Diagnostic(w.Code, w.Message).In(Key.File.ToString()));

    /// <summary>Reads its core metadata.</summary>
    /// <returns>Whether it is valid.</returns>
    /// <exception cref="FileSystemException">The file is gone from the cache.</exception>
    public bool TryReadMetadata(
        [NotNullWhen(true)] out CoreMetadata? metadata,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        var path = Path.Join(Tree, Manifest.Facts.DistInfo, "METADATA");
        var failure = MappedFile.TryOpen(path, out var file);
        using (file)
        {
            return file is not null
                ? CoreMetadata.TryParse(file.GetSpan(), out metadata, out error)
                : throw new FileSystemException("read", path, failure);
        }
    }

    /// <summary>Whether its bytes must be hashed before they are used, and a file's times and number are not enough.</summary>
    internal bool IsHashedBeforeUse { get; init; }

    /// <summary>Whether it is gone when the run ends, and nothing may lead to it.</summary>
    internal bool IsTemporary { get; init; }

    /// <summary>Removes it from the cache, or from this run's view where the cache cannot be written.</summary>
    internal void Drop() => store.Drop(Key);

    /// <summary>
    /// Writes down what its files are like now, where a copy of the cache has given the right bytes other times and numbers, so that
    /// the next run need not hash them.
    /// </summary>
    internal void Renew(IReadOnlyDictionary<int, FileStatus> statuses)
    {
        try
        {
            AtomicFile.Write(
                Path.Join(Folder, WheelStore.ManifestName),
                Manifest.WithStatuses(statuses),
                durable: false
            );
        }
        catch (FileSystemException)
        {
            // A cache that cannot be written is hashed again the next time.
        }
    }

    /// <summary>Its folder in the cache.</summary>
    internal string Folder { get; }

    /// <summary>Its unpacked files.</summary>
    internal string Tree => Path.Join(Folder, WheelStore.TreeName);

    /// <summary>The list of its files.</summary>
    internal WheelManifest Manifest { get; }

    /// <summary>Where a folder of the manifest goes, below the place of its part; headers lie in a folder of their project.</summary>
    internal string TargetOf(int folder)
    {
        var (_, scheme, target) = Manifest.Folder(folder);
        var path = Encoding.UTF8.GetString(target.Span[..^1]);
        // Joined with nothing it stays as it is, without a slash at its end.
        return scheme == WheelScheme.Headers ? Path.Join(Key.File.Name.Value, path) : path;
    }

    /// <inheritdoc/>
    public void Dispose() => Manifest.Dispose();

    /// <summary>Its file name.</summary>
    public override string ToString() => Key.File.ToString();
}
