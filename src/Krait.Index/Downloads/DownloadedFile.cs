using System.Collections.Immutable;
using Krait.Archives;
using Krait.Index.Http;
using Krait.Packaging.Distributions;
using Krait.Platform.Files;

namespace Krait.Index.Downloads;

/// <summary>
/// A whole file whose hashes are checked: small ones in memory, others in a temporary file on the file system of the cache. Several callers
/// may have it at once; when the last of them disposes it, the memory is given back, or the file removed unless it was taken or belongs to
/// the user.
/// </summary>
public sealed class DownloadedFile : IDisposable
{
    private readonly PooledBytes? bytes;
    private readonly Action? forget;
    private readonly Lock gate = new();
    private int users;
    private bool isGone;
    private bool isTemporary;

    internal DownloadedFile(
        DownloadRequest request,
        ImmutableArray<FileHash> hashes,
        long size,
        PooledBytes? bytes,
        string? path,
        Action? forget
    )
    {
        Url = request.Url;
        FileName = request.FileName;
        Hashes = hashes;
        Size = size;
        Path = path;
        this.bytes = bytes;
        this.forget = forget;
        isTemporary = path is not null;
    }

    /// <summary>A large file of the user's, which stays where it is.</summary>
    internal DownloadedFile(DownloadRequest request, ImmutableArray<FileHash> hashes, long size, SteadyFile local)
    {
        Url = request.Url;
        FileName = request.FileName;
        Hashes = hashes;
        Size = size;
        Path = local.Path;
        Local = local;
    }

    /// <summary>Where it came from.</summary>
    public SafeUrl Url { get; }

    /// <summary>Its name.</summary>
    public string FileName { get; }

    /// <summary>The SHA-256 of its bytes.</summary>
    public FileHash Sha256 => Hashes[0];

    /// <summary>The hashes that were computed of its bytes: SHA-256, then all others that were needed.</summary>
    public ImmutableArray<FileHash> Hashes { get; }

    /// <summary>Its size in bytes.</summary>
    public long Size { get; }

    /// <summary>Where it is on disk; null when it is in memory.</summary>
    public string? Path { get; }

    /// <summary>Whether it came over a connection that was not verified because the user exempted the host.</summary>
    public bool IsUnverified { get; internal set; }

    /// <summary>A large file of the user's, as it was opened to be hashed; null for everything else.</summary>
    public SteadyFile? Local { get; }

    /// <summary>Whether the file on disk is ours to move or remove.</summary>
    public bool IsTemporary => isTemporary;

    /// <summary>Opens its content for reading at any offset, however large it is. The caller disposes the source.</summary>
    /// <exception cref="FileSystemException">The file is gone or may not be read.</exception>
    public ByteSource OpenContent() =>
        Path is null ? ByteSource.Over(bytes?.Memory ?? default) : ByteSource.Over(PlainFile.OpenHandle(Path));

    /// <summary>Writes its content to a stream.</summary>
    /// <exception cref="FileSystemException">The file is gone or may not be read.</exception>
    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        if (Path is null)
        {
            await target.WriteAsync(bytes?.Memory ?? default, cancellationToken);
            return;
        }

        await using var from = PlainFile.OpenRead(Path);
        await from.CopyToAsync(target, cancellationToken);
    }

    /// <summary>Makes the temporary file the caller's: it is not removed any more.</summary>
    public string TakePath()
    {
        var path = Path ?? throw new InvalidOperationException("the file is in memory");
        isTemporary = false;
        return path;
    }

    /// <summary>Counts another caller; false when the content is gone already.</summary>
    internal bool TryEnter()
    {
        lock (gate)
        {
            if (!isGone)
                users++;
            return !isGone;
        }
    }

    /// <summary>A caller is done with it; it stays for later callers.</summary>
    internal void Leave()
    {
        lock (gate)
            users--;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            users = Math.Max(0, users - 1);
            if (isGone || users > 0)
                return;
            isGone = true;
        }

        forget?.Invoke();
        bytes?.Dispose();
        Local?.Dispose();
        if (!isTemporary || Path is null)
            return;
        isTemporary = false;
        try
        {
            FolderTree.Remove(Path);
        }
        catch (FileSystemException)
        {
            // Pruning the cache removes it.
        }
    }
}
