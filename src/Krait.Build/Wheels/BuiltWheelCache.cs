using Krait.Build.Sources;
using Krait.Packaging.Names;
using Krait.Platform.Caching;
using Krait.Platform.Files;
using Krait.Platform.Locks;

namespace Krait.Build.Wheels;

/// <summary>
/// The wheels that were built, at `BUCKET/SOURCE/PACKAGE/` with the record of their source beside them. A wheel is a file until it is
/// installed for the first time; then the store of unpacked wheels puts a folder of the same name in its place. A wheel without a record
/// and a record without a wheel count as nothing.
/// </summary>
/// <param name="cache">The cache.</param>
internal sealed class BuiltWheelCache(CacheFolder cache)
{
    private const string RecordName = "metadata.json";
    private const string ManifestName = "manifest";
    private const string LocksName = "locks";
    private const int LargestRecord = 64 << 20;

    /// <summary>The folder of a source, and what the store of unpacked wheels keeps its wheels under.</summary>
    public static string StoreSource(BuildSource source, string variant) =>
        variant.Length == 0 ? source.Key : $"{source.Key}-{variant}";

    /// <summary>Waits until this process may build from a source; nobody else does until the lock is given back.</summary>
    public Task<FileLock> LockAsync(
        BuildSource source,
        TimeSpan limit,
        IProgress<LockWaiting>? waiting,
        CancellationToken cancellationToken
    )
    {
        var folder = cache.Folder(CacheBucket.BuiltWheels, LocksName);
        return FileLock.AcquireAsync(
            Path.Join(folder, CacheKey.Of(source.Key)),
            LockMode.Exclusive,
            limit,
            waiting,
            cancellationToken
        );
    }

    /// <summary>What is known of a source in the state that it is in; null when nothing is.</summary>
    public (PackageName Name, SourceRecord Record)? TryRead(BuildSource source, string variant)
    {
        var folder = Path.Join(cache.PathOf(CacheBucket.BuiltWheels), StoreSource(source, variant));
        if (DirectoryHandle.TryOpen(folder, out var opened) != FileError.None || opened is null)
            return null;
        using (opened)
        {
            IEnumerable<string> names = source.Name is { } known
                ? [known.Value]
                : opened.List().Select(entry => entry.Name);
            foreach (var text in names.Order(StringComparer.Ordinal))
            {
                if (
                    !PackageName.TryParse(text, out var name, out _)
                    || opened.TryOpenFolder(text, out var package) != FileError.None
                )
                {
                    continue;
                }

                using (package)
                {
                    if (ReadRecord(package!, source.Stamp) is { } record) // opened
                        return (name, record);
                }
            }
        }

        return null;
    }

    /// <summary>Where a wheel lies, if it does: a file of the recorded size, or an unpacked wheel.</summary>
    public string? TryLocate(BuildSource source, string variant, PackageName name, RecordedWheel wheel)
    {
        var path = Path.Join(FolderOf(source, variant, name), wheel.File.ToString());
        if (FileStatus.TryRead(path, followLinks: false, out var status) != FileError.None)
            return null;
        return status.Kind switch
        {
            FileKind.File when status.Size == wheel.Size => path,
            FileKind.Folder when FileStatus.Exists(Path.Join(path, ManifestName), followLinks: false) => path,
            _ => null,
        };
    }

    /// <summary>Changes the record of a source, starting from nothing where its state is another one; the caller holds its lock.</summary>
    public void Update(BuildSource source, string variant, PackageName name, Func<SourceRecord, SourceRecord> change)
    {
        var current = TryRead(source, variant);
        if (current is null || current.Value.Name != name)
            RemoveStale(source, variant);
        var record = current is { } known && known.Name == name ? known.Record : new SourceRecord(source.Stamp);
        var folder = cache.Folder(CacheBucket.BuiltWheels, StoreSource(source, variant));
        FolderTree.Create(Path.Join(folder, name.Value));
        AtomicFile.Write(Path.Join(folder, name.Value, RecordName), change(record).ToJson(), durable: false);
    }

    /// <summary>Puts a wheel into its place and records it; the caller holds the source's lock.</summary>
    /// <param name="source">What it was built from.</param>
    /// <param name="variant">How it was built.</param>
    /// <param name="path">The file, on the file system of the cache; it is moved.</param>
    /// <param name="wheel">What is known of it.</param>
    /// <returns>Where it lies now.</returns>
    public string Put(BuildSource source, string variant, string path, RecordedWheel wheel)
    {
        var name = wheel.Metadata.Name;
        // First the record without it: a wheel that is about to be replaced must not be taken for the new one.
        Update(
            source,
            variant,
            name,
            record => record with { Wheels = [.. record.Wheels.Where(known => !known.File.Equals(wheel.File))] }
        );
        var target = Path.Join(FolderOf(source, variant, name), wheel.File.ToString());
        using (var from = DirectoryHandle.Open(Path.GetDirectoryName(path) ?? "/"))
        using (var to = DirectoryHandle.Open(Path.GetDirectoryName(target) ?? "/"))
        {
            SetAside(to, wheel.File.ToString());
            var error = from.TryRename(Path.GetFileName(path), to, wheel.File.ToString(), replace: true);
            if (error != FileError.None)
                throw new FileSystemException("write", target, error);
        }

        Update(source, variant, name, record => record.With(wheel));
        return target;
    }

    /// <summary>The path of a log that belongs to a source; a cache that goes away with the run is no place for it.</summary>
    public string LogPath(BuildSource source, string variant)
    {
        var name = source.Name?.Value ?? "build";
        return cache.IsTemporary
            ? Path.Join(Path.GetTempPath(), $"krait-build-{name}-{Guid.NewGuid().ToString("n")[..8]}.log")
            : Path.Join(cache.PathOf(CacheBucket.BuiltWheels), StoreSource(source, variant), name + ".log");
    }

    private static SourceRecord? ReadRecord(DirectoryHandle folder, string stamp) =>
        folder.TryReadFile(RecordName, LargestRecord, out var content) == FileError.None
        && SourceRecord.TryParse(content) is { } record
        && string.Equals(record.Stamp, stamp, StringComparison.Ordinal)
            ? record
            : null;

    private string FolderOf(BuildSource source, string variant, PackageName name) =>
        Path.Join(cache.PathOf(CacheBucket.BuiltWheels), StoreSource(source, variant), name.Value);

    /// <summary>Drops what was built from another state of the source.</summary>
    private void RemoveStale(BuildSource source, string variant)
    {
        var folder = Path.Join(cache.PathOf(CacheBucket.BuiltWheels), StoreSource(source, variant));
        if (DirectoryHandle.TryOpen(folder, out var opened) != FileError.None || opened is null)
            return;
        using (opened)
        {
            foreach (var entry in opened.List())
            {
                if (entry.Kind is FileKind.Folder or FileKind.Unknown)
                    SetAside(opened, entry.Name);
            }
        }
    }

    /// <summary>Takes a name away at once, and removes what it stood for afterwards.</summary>
    private void SetAside(DirectoryHandle folder, string name)
    {
        using var temporary = DirectoryHandle.Open(cache.Bucket(CacheBucket.Temporary));
        var aside = AtomicFile.TemporaryName();
        var error = folder.TryRename(name, temporary, aside, replace: false);
        if (error == FileError.None)
            FolderTree.Remove(temporary, aside);
        else if (error != FileError.NotFound)
            FolderTree.Remove(folder, name);
    }
}
