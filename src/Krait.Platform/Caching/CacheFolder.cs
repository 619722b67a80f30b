using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Locks;

namespace Krait.Platform.Caching;

/// <summary>
/// The cache: owns every path in it. While it is open it holds a shared lock, so that cleaning and pruning wait until nobody uses it;
/// whatever it holds can be deleted at any other time and comes back when it is needed.
/// </summary>
public sealed class CacheFolder : IDisposable
{
    private const string LockName = ".lock";
    private const string TagName = "CACHEDIR.TAG";

    /// <summary>The default limit of waiting for a lock; `KRAIT_LOCK_TIMEOUT` sets another.</summary>
    public static readonly TimeSpan DefaultLockLimit = TimeSpan.FromMinutes(5);

    /// <summary>What a download brings back.</summary>
    private static readonly CacheBucket[] Downloads = [CacheBucket.Wheels, CacheBucket.SourceArchives, CacheBucket.Git];

    private readonly ConcurrentDictionary<(CacheBucket Bucket, string Name), bool> folders = new();
    private readonly bool[] made = new bool[Enum.GetValues<CacheBucket>().Length];
    private FileLock? inUse;

    private readonly Lock gate = new();
    private string? scratch;

    private CacheFolder(string root, bool isTemporary, FileLock? inUse, Diagnostic? warning)
    {
        Root = root;
        IsTemporary = isTemporary;
        this.inUse = inUse;
        Warning = warning;
    }

    /// <summary>The absolute path of the cache.</summary>
    public string Root { get; }

    /// <summary>Whether it is removed at the end of the run (`--no-cache`, or no usable folder).</summary>
    public bool IsTemporary { get; }

    /// <summary>
    /// Whether nothing can be written to it, on a read-only mount for example: what it holds is used, what is made goes into a folder of
    /// this run.
    /// </summary>
    public bool IsReadOnly { get; private init; }

    /// <summary>Whether it lies in a folder that holds other files, too, and was not made for it.</summary>
    private bool IsForeign { get; init; }

    /// <summary>Why the run goes uncached although a cache was wanted; to be shown once.</summary>
    public Diagnostic? Warning { get; }

    /// <summary>Opens the cache for use, making it when missing.</summary>
    /// <param name="location">Where it is to be; null goes uncached with a warning.</param>
    /// <param name="lockLimit">How long to wait for a cleaning that is under way.</param>
    /// <param name="waiting">Told when it has to wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KraitException">The named folder is a file or cannot be written (unusable input).</exception>
    public static async Task<CacheFolder> OpenAsync(
        CacheLocation? location,
        TimeSpan lockLimit,
        IProgress<LockWaiting>? waiting,
        CancellationToken cancellationToken
    )
    {
        if (location is null)
            return OpenTemporary(Unusable("there is no home directory to keep it in"));
        var isForeign = !LooksLikeCache(location.Path);
        if (TryPrepare(location, isForeign, out var held) is { } reason)
        {
            if (reason.IsReadOnly && !isForeign)
            {
                return new CacheFolder(location.Path, isTemporary: false, inUse: null, warning: null)
                {
                    IsReadOnly = true,
                };
            }

            // A folder that others can write to is safe to go without; one that cannot be used at all was a mistake to name.
            var diagnostic = Unusable(reason.Text);
            return location.IsExplicit && !reason.IsUnsafe
                ? throw new KraitException(diagnostic with { Code = "cache-unusable" })
                {
                    Kind = FailureKind.UnusableInput,
                }
                : OpenTemporary(diagnostic);
        }

        var lockPath = Path.Join(location.Path, LockName);
        held ??= await FileLock.AcquireAsync(lockPath, LockMode.Shared, lockLimit, waiting, cancellationToken);
        return new CacheFolder(location.Path, isTemporary: false, held, warning: null) { IsForeign = isForeign };
    }

    /// <summary>Opens a private cache that is removed when closed.</summary>
    public static CacheFolder OpenTemporary(Diagnostic? warning = null) =>
        new(FolderTree.CreateTemporary("krait-cache-"), isTemporary: true, inUse: null, warning);

    /// <summary>The path of a bucket, which may not exist yet.</summary>
    public string PathOf(CacheBucket bucket) => Path.Join(Root, BucketName.Of(bucket));

    /// <summary>The path of a bucket in the folder of this run, for what cannot be written to a read-only cache.</summary>
    public string ScratchPathOf(CacheBucket bucket)
    {
        lock (gate)
            scratch ??= FolderTree.CreateTemporary("krait-cache-");
        return Path.Join(scratch, BucketName.Of(bucket));
    }

    /// <summary>The path of a bucket, made when missing.</summary>
    public string Bucket(CacheBucket bucket)
    {
        var path = bucket == CacheBucket.Temporary && IsReadOnly ? ScratchPathOf(bucket) : PathOf(bucket);
        if (made[(int)bucket])
            return path;
        CreateFolder(path);
        made[(int)bucket] = true;
        return path;
    }

    /// <summary>The path of a folder in a bucket, made when missing.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="name">The folder's name.</param>
    /// <exception cref="FileSystemException">It cannot be made.</exception>
    public string Folder(CacheBucket bucket, string name)
    {
        var path = Path.Join(Bucket(bucket), name);
        if (folders.ContainsKey((bucket, name)))
            return path;
        // Noted only when it is there: another thread that finds it noted writes into it at once.
        CreateFolder(path);
        folders[(bucket, name)] = true;
        return path;
    }

    /// <summary>Makes a folder in the cache, with its parents; a file that has come in its place goes.</summary>
    /// <exception cref="FileSystemException">It cannot be made.</exception>
    public void CreateFolder(string path)
    {
        try
        {
            FolderTree.Create(path);
        }
        catch (FileSystemException) when (TryRemoveObstacle(path))
        {
            FolderTree.Create(path);
        }
    }

    /// <summary>Writes a file of the cache as two parts; a folder that has come in its place goes.</summary>
    /// <exception cref="FileSystemException">It cannot be written.</exception>
    public static void WriteFile(string path, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var error = FileStatus.TryRead(path, followLinks: false, out var status);
        if (error == FileError.None && status.Kind == FileKind.Folder)
            FolderTree.Remove(path);
        AtomicFile.Write(path, head, body);
    }

    /// <summary>A fresh unguessable path in the temporary bucket, on the same file system as all other buckets.</summary>
    public string TemporaryPath() => Path.Join(Bucket(CacheBucket.Temporary), AtomicFile.TemporaryName());

    /// <summary>How much the cache holds.</summary>
    public TreeSize Measure() => FolderTree.Measure(Root);

    /// <summary>Removes everything that the cache holds. Waits until no other process uses the cache.</summary>
    /// <exception cref="KraitException">The folder holds other files, and nothing of a cache.</exception>
    public async Task<TreeSize> CleanAsync(
        TimeSpan lockLimit,
        IProgress<LockWaiting>? waiting,
        CancellationToken cancellationToken
    )
    {
        if (IsForeign)
        {
            Interlocked.Exchange(ref inUse, null)?.Dispose();
            throw new KraitException(
                new Diagnostic("not-a-cache", $"`{Root}` is not a cache of krait: it holds other files")
                {
                    Notes = ["nothing was removed"],
                    Hints = [$"Check {Control.CacheDirectory} and {Control.CacheDirectoryVariable}"],
                }
            )
            {
                Kind = FailureKind.UnusableInput,
            };
        }

        using var alone = await LockAloneAsync(lockLimit, waiting, cancellationToken);
        Array.Clear(made);
        folders.Clear();
        return CacheRemoval.RemoveFolders(Root, BucketName.IsAny);
    }

    /// <summary>Removes what belongs to one package, in every bucket. Waits until no other process uses the cache.</summary>
    public async Task<TreeSize> CleanAsync(
        PackageName package,
        TimeSpan lockLimit,
        IProgress<LockWaiting>? waiting,
        CancellationToken cancellationToken
    )
    {
        using var alone = await LockAloneAsync(lockLimit, waiting, cancellationToken);
        var total = default(TreeSize);
        foreach (var bucket in Enum.GetValues<CacheBucket>())
            total += CacheRemoval.RemovePackage(PathOf(bucket), package);
        return total;
    }

    /// <summary>Removes wheels that were built here. Waits until no other process uses the cache.</summary>
    /// <param name="isUnwanted">Tells from the file name of a wheel whether it goes.</param>
    /// <param name="lockLimit">How long to wait.</param>
    /// <param name="waiting">Told when others are waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The wheels that were removed, with what they took.</returns>
    public async Task<ImmutableArray<(string Path, TreeSize Size)>> CleanBuiltAsync(
        Predicate<string> isUnwanted,
        TimeSpan lockLimit,
        IProgress<LockWaiting>? waiting,
        CancellationToken cancellationToken
    )
    {
        using var alone = await LockAloneAsync(lockLimit, waiting, cancellationToken);
        ImmutableArray<(string Path, TreeSize Size)> unwanted =
        [
            .. BuiltWheelFiles.List(Root).Where(wheel => isUnwanted(Path.GetFileName(wheel.Path))),
        ];
        // The record of its source stays: without the wheel it counts as nothing.
        foreach (var (path, _) in unwanted)
        {
            using var folder = DirectoryHandle.Open(Path.GetDirectoryName(path) ?? "/");
            FolderTree.Remove(folder, Path.GetFileName(path));
        }

        return unwanted;
    }

    /// <summary>
    /// Removes what no run will use again: buckets of older formats and leftovers of killed runs. Waits until no other process uses the
    /// cache.
    /// </summary>
    /// <remarks>Buckets of formats that are newer than this program are somebody else's, and stay.</remarks>
    /// <param name="removesDownloads">Whether files that were downloaded go, too: fetching them again costs no more than a restored
    /// cache does.</param>
    /// <param name="lockLimit">How long to wait.</param>
    /// <param name="waiting">Told when others are waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<TreeSize> PruneAsync(
        bool removesDownloads,
        TimeSpan lockLimit,
        IProgress<LockWaiting>? waiting,
        CancellationToken cancellationToken
    )
    {
        using var alone = await LockAloneAsync(lockLimit, waiting, cancellationToken);
        Array.Clear(made);
        folders.Clear();
        CacheBucket[] unwanted = removesDownloads ? [CacheBucket.Temporary, .. Downloads] : [CacheBucket.Temporary];
        var total = CacheRemoval.RemoveFolders(
            Root,
            name => unwanted.Any(bucket => BucketName.Is(name, bucket)) || BucketName.IsOutdated(name)
        );
        foreach (var bucket in Enum.GetValues<CacheBucket>())
            total += CacheRemoval.RemoveLeftovers(PathOf(bucket), depth: 3);
        return total;
    }

    /// <summary>Ends the use; a temporary cache goes away.</summary>
    public void Dispose()
    {
        Interlocked.Exchange(ref inUse, null)?.Dispose();
        if (scratch is not null)
            TryRemoveTree(scratch);
        if (IsTemporary)
            TryRemoveTree(Root);
    }

    private static void TryRemoveTree(string path)
    {
        try
        {
            FolderTree.Remove(path);
        }
        catch (FileSystemException)
        {
            // It lies in the system's temporary folder, which is cleaned anyway.
        }
    }

    /// <summary>Makes the folder ready and takes its lock if that is free; says why it cannot be used, or null.</summary>
    private static Obstacle? TryPrepare(CacheLocation location, bool isForeign, out FileLock? held)
    {
        var path = location.Path;
        var isOwn = true;
        held = null;
        try
        {
            var error = FileStatus.TryRead(path, followLinks: true, out var status);
            if (error == FileError.NotFound)
            {
                CreateRoot(path);
                error = FileStatus.TryRead(path, followLinks: true, out status);
            }

            if (error != FileError.None)
                return new Obstacle(new FileSystemException("use", path, error).Message);
            if (status.Kind != FileKind.Folder)
                return new Obstacle($"`{path}` is not a folder");
            if (WhyUnsafe(location, status) is { } shared)
                return new Obstacle(shared) { IsUnsafe = true };
            isOwn = FileCalls.Current.IsOwn(status);
            held = AcquireShared(path);
            // Backups leave a tagged folder out, which must not happen to other people's files.
            var tag = Path.Join(path, TagName);
            if (!isForeign && FileStatus.TryRead(tag, followLinks: false, out _) == FileError.NotFound)
                AtomicFile.Write(tag, Tag, durable: false);
            return null;
        }
        catch (FileSystemException e)
        {
            held?.Dispose();
            held = null;
            return new Obstacle(e.Message)
            {
                // Naming a folder of somebody else is no mistake, even if it cannot be written to.
                IsUnsafe = !isOwn,
                IsReadOnly = e.Error is FileError.ReadOnly or FileError.AccessDenied or FileError.NotPermitted,
            };
        }
    }

    private static FileLock? AcquireShared(string path)
    {
        var file = Path.Join(path, LockName);
        try
        {
            return FileLock.TryAcquire(file, LockMode.Shared);
        }
        catch (FileSystemException e) when (e.Error == FileError.IsADirectory)
        {
            FolderTree.Remove(file);
            return FileLock.TryAcquire(file, LockMode.Shared);
        }
    }

    /// <summary>Why a folder cannot be used, or not be written.</summary>
    private sealed record Obstacle(string Text)
    {
        public bool IsUnsafe { get; init; }

        public bool IsReadOnly { get; init; }
    }

    /// <summary>Whether a folder is a cache, or may become one because there is nothing in it.</summary>
    private static bool LooksLikeCache(string path)
    {
        if (DirectoryHandle.TryOpen(path, out var opened) != FileError.None || opened is null)
            return true;
        using (opened)
        {
            var names = opened.List().Select(entry => entry.Name).Where(name => name is not LockName).ToList();
            return names.Count == 0
                || names.Exists(BucketName.IsAny)
                || (
                    opened.TryReadFile(TagName, LongestTag, out var tag) == FileError.None
                    && tag.AsSpan().SequenceEqual(Tag)
                );
        }
    }

    /// <summary>Removes the first file, or link that leads nowhere, in the place of a folder on the way to a path in the cache.</summary>
    private bool TryRemoveObstacle(string path)
    {
        if (!ContainedPath.Contains(Root, path))
            return false;
        for (var end = Root.Length; end < path.Length; )
        {
            end = path.IndexOf('/', end + 1) is var next && next < 0 ? path.Length : next;
            var part = path[..end];
            if (FolderTree.IsFolder(part))
                continue;
            if (!FileStatus.Exists(part, followLinks: false))
                return false;
            FolderTree.Remove(part);
            return true;
        }

        return false;
    }

    private const int LongestTag = 4096;

    private static ReadOnlySpan<byte> Tag =>
        "Signature: 8a477f597d28d172789f06886806bc55\n# This folder holds a cache of krait.\n"u8;

    private static void CreateRoot(string path)
    {
        var parent = Path.GetDirectoryName(path) ?? "/";
        FolderTree.Create(parent);
        using var folder = DirectoryHandle.Open(parent);
        // Private from the start, whatever the umask: wheels in it are installed without a second look.
        var error = folder.TryCreateFolder(Path.GetFileName(path), (UnixFileMode)0b111_000_000);
        if (error is not (FileError.None or FileError.AlreadyExists))
            throw new FileSystemException("create the directory", path, error);
    }

    /// <summary>
    /// A cache that others can write to would let them put files into our environments. Whoever names one may share it with its owner and
    /// a group, as volumes of containers are shared, but not with everyone.
    /// </summary>
    private static string? WhyUnsafe(CacheLocation location, FileStatus status)
    {
        const uint WritableByGroup = 0b000_010_000;
        const uint WritableByEveryone = 0b000_000_010;
        // What the system's own user has put there is as safe as the system.
        if (!location.IsExplicit && !status.IsOwn && status.UserId != 0)
            return string.Create(CultureInfo.InvariantCulture, $"`{location.Path}` belongs to user {status.UserId}");
        var tooMany = location.IsExplicit ? WritableByEveryone : WritableByEveryone | WritableByGroup;
        return (status.Mode & tooMany) != 0 ? $"others may write to `{location.Path}`" : null;
    }

    private static Diagnostic Unusable(string reason) =>
        new("uncached", $"the cache cannot be used: {reason}")
        {
            Hints = [$"Use a different directory with {Control.CacheDirectory} or {Control.CacheDirectoryVariable}"],
        };

    private async Task<FileLock?> LockAloneAsync(
        TimeSpan limit,
        IProgress<LockWaiting>? waiting,
        CancellationToken cancellationToken
    )
    {
        if (IsTemporary)
            return null;
        // Our own shared lock would make us wait for ourselves; whoever cleans does nothing else afterwards.
        Interlocked.Exchange(ref inUse, null)?.Dispose();
        var path = Path.Join(Root, LockName);
        return await FileLock.AcquireAsync(path, LockMode.Exclusive, limit, waiting, cancellationToken);
    }
}
