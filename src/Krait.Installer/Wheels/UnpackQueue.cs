using System.Runtime.ExceptionServices;
using Krait.Archives;
using Krait.Archives.Zip;
using Krait.Platform.Files;

namespace Krait.Installer.Wheels;

/// <summary>
/// The files of one wheel on their way to disk. Whoever has time takes the next few: a large wheel, which would be the last to be
/// finished, is unpacked by more than one worker.
/// </summary>
internal sealed class UnpackQueue(ZipArchive archive, DirectoryHandle root, IReadOnlyList<WheelFile> files)
{
    private const int DigestSize = 32;
    private const int Share = 8;

    // A helper that comes for less costs more than it saves.
    private const int FewestShared = 2 * Share;

    private readonly StoredFile[] stored = new StoredFile[files.Count];
    private readonly byte[] digests = new byte[files.Count * DigestSize];
    private ExceptionDispatchInfo? failure;
    private int next;
    private int workers = 1;

    /// <summary>Unpacks everything, with whoever helps, and returns when nobody is at it any more. For the owner; called once.</summary>
    /// <param name="extractor">The owner's.</param>
    /// <param name="tryHire">Asks for a helper: now and then while there is much to do, until one comes.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="UnsafeArchiveException">The content of a file is damaged, or not what the headers say.</exception>
    /// <exception cref="FileSystemException">A file cannot be written.</exception>
    public void Run(
        ZipExtractor extractor,
        Func<UnpackQueue, CancellationToken, bool> tryHire,
        CancellationToken cancellationToken
    )
    {
        Work(extractor, tryHire, cancellationToken);
        Interlocked.Decrement(ref workers);
        // Nobody can join any more; a helper has at most its share left.
        SpinWait.SpinUntil(() => Volatile.Read(ref workers) == 0);
        failure?.Throw();
    }

    /// <summary>Takes part in the work until there is none; does nothing when it is over.</summary>
    public void Help(ZipExtractor extractor, CancellationToken cancellationToken)
    {
        int present;
        do
        {
            present = Volatile.Read(ref workers);
            if (present == 0)
                return;
        } while (Interlocked.CompareExchange(ref workers, present + 1, present) != present);
        Work(extractor, tryHire: null, cancellationToken);
        Interlocked.Decrement(ref workers);
    }

    /// <summary>What became of a file.</summary>
    public StoredFile StoredAt(int index) => stored[index];

    /// <summary>The SHA-256 of a file's content.</summary>
    public ReadOnlySpan<byte> DigestAt(int index) => digests.AsSpan(index * DigestSize, DigestSize);

    private void Work(
        ZipExtractor extractor,
        Func<UnpackQueue, CancellationToken, bool>? tryHire,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var writer = new WheelFileWriter(archive, root, extractor);
            while (failure is null && Interlocked.Add(ref next, Share) - Share is var start && start < files.Count)
            {
                if (tryHire is not null && files.Count - start >= FewestShared && tryHire(this, cancellationToken))
                    tryHire = null;
                for (var i = start; i < Math.Min(start + Share, files.Count); i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    stored[i] = writer.Write(files[i], digests.AsSpan(i * DigestSize, DigestSize));
                }
            }
        }
#pragma warning disable CA1031 // The owner throws it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
        }
    }
}
