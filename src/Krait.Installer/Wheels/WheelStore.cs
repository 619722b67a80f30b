using System.Security.Cryptography;
using Krait.Installer.Archives;
using Krait.Packaging.Distributions;
using Krait.Platform.Caching;
using Krait.Platform.Concurrency;
using Krait.Platform.Files;
using Krait.Platform.Locks;

namespace Krait.Installer.Wheels;

/// <summary>
/// The unpacked wheels in the cache. An entry is made beside its place and appears by one rename, so it is whole whenever it is seen;
/// whoever comes second takes what the first has made.
/// </summary>
/// <param name="cache">The cache.</param>
/// <param name="bucket">Downloaded or built wheels.</param>
public sealed class WheelStore(CacheFolder cache, CacheBucket bucket = CacheBucket.Wheels) : IDisposable
{
    internal const string TreeName = "tree";
    private const string ManifestName = "manifest";
    private const string StagingPrefix = "unpack-";

    // Unpacking keeps a core busy; the reference machine has two.
    private const int Unpackers = 2;

    private readonly SemaphoreSlim unpackers = new(Unpackers);
    private readonly SingleFlight<WheelKey, StoredWheel> adding = new();
    private readonly Lock gate = new();
    private readonly Stack<ZipExtractor> extractors = new();
    private int isSwept;

    /// <summary>How hostile an archive may be.</summary>
    public ArchiveLimits Limits { get; init; } = ArchiveLimits.Default;

    /// <summary>Whether a wheel whose RECORD is wrong is refused instead of being installed with a new one (`--strict-record`).</summary>
    public bool RequiresRightRecord { get; init; }

    /// <summary>Finds an unpacked wheel; null when there is none, or it is not the archive that is wanted.</summary>
    /// <param name="key">Its name and source.</param>
    /// <param name="expected">The archive's SHA-256, when it is known; another one is as good as nothing.</param>
    public StoredWheel? TryFind(WheelKey key, FileHash? expected)
    {
        var folder = FolderOf(key);
        var manifest = WheelManifest.TryOpen(Path.Join(folder, ManifestName));
        if (manifest is null)
            return null;
        var wheel = new StoredWheel(key, folder, manifest);
        var isRight =
            string.Equals(manifest.Facts.FileName, key.File.ToString(), StringComparison.Ordinal)
            && (expected?.Algorithm != Packaging.Distributions.HashAlgorithm.Sha256 || expected.Equals(wheel.Sha256))
            && !(RequiresRightRecord && manifest.Facts.Warnings.Any(w => w.Code is "wheel-record"));
        if (isRight)
            return wheel;
        wheel.Dispose();
        return null;
    }

    /// <summary>Unpacks a wheel that lies in a file; the file is only read.</summary>
    /// <param name="key">Its name and source.</param>
    /// <param name="path">The file.</param>
    /// <param name="sha256">The archive's hash when it was computed already, else null.</param>
    /// <param name="cancellationToken">Ends the unpacking; nothing stays.</param>
    /// <exception cref="UnsafeArchiveException">The archive is no safe wheel of this name.</exception>
    /// <exception cref="FileSystemException">The file cannot be read, or the cache not written.</exception>
    public Task<StoredWheel> AddAsync(
        WheelKey key,
        string path,
        FileHash? sha256,
        CancellationToken cancellationToken
    ) => AddAsync(key, () => OpenSource(path), sha256, cancellationToken);

    /// <summary>Unpacks a wheel; the archive is opened when its turn comes, and closed.</summary>
    public Task<StoredWheel> AddAsync(
        WheelKey key,
        Func<ByteSource> open,
        FileHash? sha256,
        CancellationToken cancellationToken
    ) =>
        adding.RunAsync(
            key,
            async (_, token) =>
            {
                await unpackers.WaitAsync(token);
                try
                {
                    return await Task.Run(() => Add(key, open(), sha256, token), token);
                }
                finally
                {
                    unpackers.Release();
                }
            },
            cancellationToken
        );

    /// <summary>Unpacks a wheel on the caller's thread; the source is closed.</summary>
    public StoredWheel Add(WheelKey key, ByteSource source, FileHash? sha256, CancellationToken cancellationToken)
    {
        var extractor = TakeExtractor();
        try
        {
            var digest = sha256 ?? HashOf(source);
            using var archive = ZipArchive.Open(source, key.File.ToString(), Limits);
            var contents = WheelContents.Read(archive, key.File, extractor, Limits);
            if (RequiresRightRecord && contents.Warnings.Find(w => w.Code is "wheel-record") is { } wrong)
                throw new UnsafeArchiveException(wrong).In(archive.FileName);
            return Unpack(key, archive, contents, extractor, digest, cancellationToken);
        }
        finally
        {
            source.Dispose();
            lock (gate)
                extractors.Push(extractor);
        }
    }

    /// <summary>Removes an entry, for instance one that turned out to be damaged.</summary>
    public void Drop(WheelKey key) => FolderTree.Remove(FolderOf(key));

    /// <inheritdoc/>
    public void Dispose()
    {
        unpackers.Dispose();
        while (extractors.TryPop(out var extractor))
            extractor.Dispose();
    }

    private static ByteSource OpenSource(string path)
    {
        using var folder = DirectoryHandle.Open(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
        var name = Path.GetFileName(path);
        var error = folder.TryOpenFile(name, out var file);
        if (error == Errno.LinkLoop && SymbolicLinks.Read(path) is { } target)
            return OpenSource(Path.GetFullPath(target, folder.Path));
        return file is null ? throw new FileSystemException("read", path, error) : ByteSource.Over(file);
    }

    private static FileHash HashOf(ByteSource source)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        long offset = 0;
        while (source.Read(offset, buffer) is var count and > 0)
        {
            hash.AppendData(buffer, 0, count);
            offset += count;
        }
        return FileHash.Create(Packaging.Distributions.HashAlgorithm.Sha256, hash.GetHashAndReset());
    }

    private string FolderOf(WheelKey key) => Path.Join(cache.PathOf(bucket), key.RelativePath);

    private ZipExtractor TakeExtractor()
    {
        lock (gate)
            return extractors.TryPop(out var extractor) ? extractor : new ZipExtractor();
    }

    private StoredWheel Unpack(
        WheelKey key,
        ZipArchive archive,
        WheelContents contents,
        ZipExtractor extractor,
        FileHash sha256,
        CancellationToken cancellationToken
    )
    {
        using var held = MakeStaging();
        var staging = held.Path;
        var tree = Path.Join(staging, TreeName);
        FolderTree.Create(tree);
        try
        {
            using (var root = DirectoryHandle.Open(tree))
            {
                var unpacker = new WheelUnpacker(archive, contents, extractor, root);
                var (manifest, issues) = unpacker.Run(cancellationToken);
                if (RequiresRightRecord && issues.Count > 0)
                    throw new UnsafeArchiveException(issues[0]).In(archive.FileName);
                var facts = new WheelFacts
                {
                    FileName = key.File.ToString(),
                    DistInfo = contents.DistInfo,
                    Sha256 = sha256.Hex,
                    IsPure = contents.IsPure,
                    Scripts = [.. contents.Scripts],
                    Warnings = [.. contents.Warnings.Concat(issues).Select(w => (w.Code, w.Message))],
                };
                AtomicFile.Write(Path.Join(staging, ManifestName), manifest.Build(facts), durable: false);
            }
            Publish(key, staging);
        }
        finally
        {
            FolderTree.Remove(staging);
        }
        return TryFind(key, sha256) ?? throw new FileSystemException("read", FolderOf(key), Errno.InputOutput);
    }

    /// <summary>Makes a locked folder to unpack into, and removes those whose process is gone.</summary>
    private FolderLock MakeStaging()
    {
        var temporary = cache.Bucket(CacheBucket.Temporary);
        if (Interlocked.Exchange(ref isSwept, 1) == 0)
            Sweep(temporary);
        while (true)
        {
            var staging = Path.Join(temporary, StagingPrefix + AtomicFile.TemporaryName()[1..]);
            FolderTree.Create(staging);
            // Another process may sweep it away before the lock is taken; then a new one is made.
            if (FolderLock.TryAcquire(staging) is { } held)
                return held;
        }
    }

    private static void Sweep(string temporary)
    {
        using var folder = DirectoryHandle.Open(temporary);
        foreach (var entry in folder.List().Where(e => e.Name.StartsWith(StagingPrefix, StringComparison.Ordinal)))
        {
            using var held = FolderLock.TryAcquire(Path.Join(temporary, entry.Name));
            if (held is not null)
                FolderTree.Remove(folder, entry.Name);
        }
    }

    /// <summary>Moves a finished entry to its place. What is whole there already wins; what is not is replaced.</summary>
    private void Publish(WheelKey key, string staging)
    {
        var target = FolderOf(key);
        var parentPath = Path.GetDirectoryName(target) ?? "/";
        FolderTree.Create(parentPath);
        using var parent = DirectoryHandle.Open(parentPath);
        using var temporary = DirectoryHandle.Open(Path.GetDirectoryName(staging) ?? "/");
        var name = Path.GetFileName(target);
        for (var attempt = 0; ; attempt++)
        {
            var error = temporary.TryRename(Path.GetFileName(staging), parent, name, replace: false);
            if (error == Errno.None)
                return;
            if (error is not (Errno.Exists or Errno.NotEmpty) || attempt == 3)
                throw new FileSystemException("write", target, error);
            if (WheelManifest.TryOpen(Path.Join(target, ManifestName)) is { } existing)
            {
                var isSame = string.Equals(existing.Facts.Sha256, ShaOf(staging), StringComparison.Ordinal);
                existing.Dispose();
                if (isSame && !RequiresRightRecord)
                    return;
            }
            // Set aside first: removal takes time, and a half-removed entry must not be seen.
            var aside = AtomicFile.TemporaryName();
            _ = parent.TryRename(name, temporary, aside, replace: false);
            FolderTree.Remove(temporary, aside);
        }
    }

    private static string? ShaOf(string staging)
    {
        using var manifest = WheelManifest.TryOpen(Path.Join(staging, ManifestName));
        return manifest?.Facts.Sha256;
    }
}
