using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Krait.Archives;
using Krait.Archives.Zip;
using Krait.Packaging.Distributions;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Concurrency;
using Krait.Platform.Files;
using Krait.Platform.Locks;
using Krait.Platform.Tracing;

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
    internal const string ManifestName = "manifest";
    private const string StagingPrefix = "unpack-";

    // Unpacking keeps a core busy; the reference machine has two.
    private const int Unpackers = 2;

    private const int Kilobyte = 1024;
    private const int WaitingKilobytes = 16 * Kilobyte;
    private const int MostKilobytesEach = 4 * Kilobyte;

    private readonly SemaphoreSlim unpackers = new(Unpackers);

    private readonly ConcurrencyLimiter waiting = new(
        new ConcurrencyLimiterOptions { PermitLimit = WaitingKilobytes, QueueLimit = int.MaxValue }
    );

    private readonly SingleFlight<WheelKey, StoredWheel> adding = new();
    private readonly Lock gate = new();
    private readonly Stack<ZipExtractor> extractors = new();
    private readonly ConcurrentDictionary<WheelKey, bool> condemned = new();
    private int isSwept;
    private int helpers;

    /// <summary>How hostile an archive may be.</summary>
    public ArchiveLimits Limits { get; init; } = ArchiveLimits.Default;

    /// <summary>Whether a wheel whose RECORD is wrong is refused instead of being installed with a new one (`--strict-record`).</summary>
    public bool RequiresRightRecord { get; init; }

    /// <summary>Finds an unpacked wheel; null when there is none, or it is not the archive that is wanted.</summary>
    /// <param name="key">Its name and source.</param>
    /// <param name="expected">What the archive's hashes must be; one that does not prove to be that is as good as nothing.</param>
    public StoredWheel? TryFind(WheelKey key, ExpectedHashes? expected)
    {
        if (cache.IsReadOnly && TryOpen(key, cache.ScratchPathOf(bucket), expected) is { } unpacked)
            return unpacked;
        return condemned.ContainsKey(key) ? null : TryOpen(key, cache.PathOf(bucket), expected);
    }

    private StoredWheel? TryOpen(WheelKey key, string root, ExpectedHashes? expected)
    {
        var folder = Path.Join(root, key.RelativePath);
        var manifest = WheelManifest.TryOpen(Path.Join(folder, ManifestName));
        if (manifest is null)
            return null;
        var wheel = new StoredWheel(this, key, folder, manifest)
        {
            IsHashedBeforeUse = expected is { Allowed.IsEmpty: false },
            IsTemporary = cache.IsTemporary || !string.Equals(root, cache.PathOf(bucket), StringComparison.Ordinal),
        };
        var isRight =
            string.Equals(manifest.Facts.FileName, key.File.ToString(), StringComparison.Ordinal)
            && expected?.AreProvedBy(wheel.Hashes) != false
            && !(RequiresRightRecord && manifest.Facts.HasWrongRecord);
        if (isRight)
            return wheel;
        wheel.Dispose();
        return null;
    }

    /// <summary>
    /// Waits for room for an archive that is about to be fetched, to be disposed when it is unpacked. Small ones wait in memory for their turn, and
    /// of large ones some of what the server sends ahead does. There are 16 MB: even a round trip of 80 ms leaves 200 MB/s.
    /// </summary>
    /// <param name="size">Its size in bytes, as far as it is known; more than 4 MB count as that much.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<IDisposable> ReserveAsync(long? size, CancellationToken cancellationToken)
    {
        var kilobytes = Math.Clamp((size ?? 0) / Kilobyte, 1, MostKilobytesEach);
        return await waiting.AcquireAsync((int)kilobytes, cancellationToken);
    }

    /// <summary>Unpacks a wheel that lies in a file; the file is only read.</summary>
    /// <param name="key">Its name and source.</param>
    /// <param name="path">The file.</param>
    /// <param name="hashes">The archive's hashes that were computed already, SHA-256 first; empty for none.</param>
    /// <param name="cancellationToken">Ends the unpacking; nothing stays.</param>
    /// <exception cref="UnsafeArchiveException">The archive is no safe wheel of this name.</exception>
    /// <exception cref="FileSystemException">The file cannot be read, or the cache not written.</exception>
    public Task<StoredWheel> AddAsync(
        WheelKey key,
        string path,
        ImmutableArray<FileHash> hashes,
        CancellationToken cancellationToken
    ) => AddAsync(key, () => OpenSource(path), hashes, cancellationToken);

    /// <summary>Unpacks a wheel; the archive is opened when its turn comes, and closed.</summary>
    public async Task<StoredWheel> AddAsync(
        WheelKey key,
        Func<ByteSource> open,
        ImmutableArray<FileHash> hashes,
        CancellationToken cancellationToken
    )
    {
        StoredWheel? own = null;
        var added = await adding.RunAsync(
            key,
            async (_, token) =>
            {
                await unpackers.WaitAsync(token);
                try
                {
                    return own = await Task.Run(() => Add(key, open(), hashes, token), token);
                }
                finally
                {
                    unpackers.Release();
                }
            },
            cancellationToken
        );
        if (ReferenceEquals(own, added))
            return added;
        // Another caller unpacked it, and closes what it got; this one opens it for itself.
        return TryFind(key, new ExpectedHashes(hashes, [])) ?? await AddAsync(key, open, hashes, cancellationToken);
    }

    /// <summary>Unpacks a wheel on the caller's thread; the source is closed.</summary>
    public StoredWheel Add(
        WheelKey key,
        ByteSource source,
        ImmutableArray<FileHash> hashes,
        CancellationToken cancellationToken
    )
    {
        using var span = Tracer.Begin("unpack wheel", key, static key => key.File.ToString());
        var extractor = TakeExtractor();
        try
        {
            if (hashes.IsEmpty)
                hashes = [HashOf(source)];
            using var archive = ZipArchive.Open(source, key.File.ToString(), Limits);
            var contents = WheelContents.Read(archive, key.File, extractor, Limits);
            if (RequiresRightRecord && contents.RecordProblem is { } wrong)
                throw new UnsafeArchiveException(wrong).In(archive.FileName);
            return Unpack(key, archive, source, contents, extractor, hashes, cancellationToken);
        }
        finally
        {
            source.Dispose();
            PutBack(extractor);
        }
    }

    /// <summary>Removes an entry, for instance one that turned out to be damaged.</summary>
    /// <remarks>What cannot be removed, because the cache is read-only, is not looked at again by this run.</remarks>
    public void Drop(WheelKey key)
    {
        condemned[key] = true;
        try
        {
            FolderTree.Remove(FolderOf(key));
            if (!cache.IsReadOnly)
                condemned.TryRemove(key, out _);
        }
        catch (FileSystemException)
        {
            // An entry without a manifest, or with one that lies, is replaced when it is unpacked again.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A helper that comes when the work is done leaves at once.
        SpinWait.SpinUntil(() => Volatile.Read(ref helpers) == 0);
        unpackers.Dispose();
        waiting.Dispose();
        while (extractors.TryPop(out var extractor))
            extractor.Dispose();
    }

    private static ByteSource OpenSource(string path)
    {
        using var folder = DirectoryHandle.Open(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
        var name = Path.GetFileName(path);
        var error = folder.TryOpenFile(name, out var file);
        if (error == FileError.Loop && SymbolicLinks.Read(path) is { } target)
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

    /// <summary>Where an entry is made: in the cache, or, where nothing can be written there, in a folder of this run.</summary>
    private string FolderOf(WheelKey key) =>
        Path.Join(cache.IsReadOnly ? cache.ScratchPathOf(bucket) : cache.PathOf(bucket), key.RelativePath);

    /// <summary>Has another worker take part, if one is free because no other wheel waits for it.</summary>
    private bool TryHire(UnpackQueue queue, CancellationToken cancellationToken)
    {
        if (!unpackers.Wait(0, cancellationToken))
            return false;
        Interlocked.Increment(ref helpers);
        ThreadPool.UnsafeQueueUserWorkItem(_ => Help(queue, cancellationToken), state: null);
        return true;
    }

    private void Help(UnpackQueue queue, CancellationToken cancellationToken)
    {
        var extractor = TakeExtractor();
        queue.Help(extractor, cancellationToken);
        PutBack(extractor);
        unpackers.Release();
        Interlocked.Decrement(ref helpers);
    }

    private ZipExtractor TakeExtractor()
    {
        lock (gate)
            return extractors.TryPop(out var extractor) ? extractor : new ZipExtractor();
    }

    private void PutBack(ZipExtractor extractor)
    {
        lock (gate)
            extractors.Push(extractor);
    }

    private StoredWheel Unpack(
        WheelKey key,
        ZipArchive archive,
        ByteSource source,
        WheelContents contents,
        ZipExtractor extractor,
        ImmutableArray<FileHash> hashes,
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
                var unpacker = new WheelUnpacker(archive, contents, root);
                unpacker.Queue.Run(extractor, TryHire, cancellationToken);
                var (manifest, issues) = unpacker.Finish();
                if (RequiresRightRecord && issues.Count > 0)
                    throw new UnsafeArchiveException(issues[0]).In(archive.FileName);
                var facts = new WheelFacts
                {
                    FileName = key.File.ToString(),
                    DistInfo = contents.DistInfo,
                    Sha256 = hashes[0].Hex,
                    OtherHashes = [.. hashes.Skip(1).Select(hash => hash.ToString())],
                    IsPure = contents.IsPure,
                    Scripts = [.. contents.Scripts],
                    Warnings = [.. contents.Warnings.Concat(issues).Select(w => (w.Code, w.Message))],
                };
                AtomicFile.Write(Path.Join(staging, ManifestName), manifest.Build(facts), durable: false);
            }

            if (source.HasChanged)
            {
                throw new KraitException(
                    new Diagnostic("archive-changed", $"`{archive.FileName}` changed while it was being read")
                    {
                        Hints = ["Run the command again when nothing writes to the file"],
                    }
                );
            }

            Publish(key, staging);
            condemned.TryRemove(key, out _);
        }
        finally
        {
            FolderTree.Remove(staging);
        }

        return TryFind(key, new ExpectedHashes(hashes, []))
            ?? throw new FileSystemException("read", FolderOf(key), FileError.InputOutput);
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
        cache.CreateFolder(parentPath);
        using var parent = DirectoryHandle.Open(parentPath);
        using var temporary = DirectoryHandle.Open(Path.GetDirectoryName(staging) ?? "/");
        var name = Path.GetFileName(target);
        for (var attempt = 0; ; attempt++)
        {
            var error = temporary.TryRename(Path.GetFileName(staging), parent, name, replace: false);
            if (error == FileError.None)
                return;
            if (error is not (FileError.AlreadyExists or FileError.NotEmpty) || attempt == 3)
                throw new FileSystemException("write", target, error);
            if (WheelManifest.TryOpen(Path.Join(target, ManifestName)) is { } existing)
            {
                var isSame = IsSame(existing.Facts, staging);
                existing.Dispose();
                if (isSame && !RequiresRightRecord && !condemned.ContainsKey(key))
                    return;
            }

            // Someone who looks meanwhile finds the old one or the new one; the old one is removed in place of the staging folder.
            if (NameExchange.TrySwap(temporary, Path.GetFileName(staging), parent, name) == FileError.None)
                return;
            // Set aside first: removal takes time, and a half-removed entry must not be seen.
            var aside = AtomicFile.TemporaryName();
            if (parent.TryRename(name, temporary, aside, replace: false) == FileError.CrossDevice)
                RemoveInPlace(target);
            FolderTree.Remove(temporary, aside);
        }
    }

    /// <summary>Removes an entry of a lower layer of the file system, which no rename can take: without its manifest it is none.</summary>
    private static void RemoveInPlace(string entry)
    {
        FolderTree.Remove(Path.Join(entry, ManifestName));
        FolderTree.Remove(entry);
    }

    /// <summary>Whether an entry is of the same archive, and no less is known of that.</summary>
    private static bool IsSame(WheelFacts existing, string staging)
    {
        using var manifest = WheelManifest.TryOpen(Path.Join(staging, ManifestName));
        return manifest?.Facts is { } facts
            && string.Equals(existing.Sha256, facts.Sha256, StringComparison.Ordinal)
            && facts.OtherHashes.All(existing.OtherHashes.Contains);
    }
}
