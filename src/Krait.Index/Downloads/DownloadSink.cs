using Krait.Index.Http;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Files;

namespace Krait.Index.Downloads;

/// <summary>Takes the bytes of a file as they come: hashes them and keeps them, in memory at first, on disk when they become many.</summary>
internal sealed class DownloadSink(CacheFolder cache, DownloadRequest request) : TransferSink, IDisposable
{
    /// <summary>What is larger goes to disk.</summary>
    public const int LargestInMemory = 512 * 1024;

    private readonly HashCheck check = new(request);
    private PooledBytes? memory;
    private Stream? file;
    private string? path;

    /// <summary>How much was taken.</summary>
    public override long Length => check.Length;

    public override void Append(ReadOnlySpan<byte> bytes)
    {
        check.Append(bytes);
        if (file is null && Length <= LargestInMemory)
            AppendToMemory(bytes);
        else
            AppendToFile(bytes);
    }

    /// <summary>Starts over.</summary>
    public override void Reset()
    {
        check.Reset();
        memory?.Length = 0;
        file?.SetLength(0);
    }

    /// <summary>Checks what was taken and hands it over.</summary>
    /// <param name="notes">Facts about the answer, for the error.</param>
    /// <param name="forget">Called when the file is disposed.</param>
    /// <exception cref="KraitException">A hash or the size is wrong; what was taken is gone.</exception>
    public DownloadedFile Finish(IReadOnlyList<string> notes, Action? forget)
    {
        var size = Length;
        var hashes = check.Verify(notes);
        this.file?.Dispose();
        var finished = new DownloadedFile(request, hashes, size, memory, path, forget);
        (memory, this.file, path) = (null, null, null);
        return finished;
    }

    /// <summary>The error of a file that is longer or shorter than it must be.</summary>
    public override KraitException WrongSize(long expected, long actual) => check.WrongSize(expected, actual);

    public void Dispose()
    {
        check.Dispose();
        memory?.Dispose();
        file?.Dispose();
        if (path is not null)
            FolderTree.Remove(path);
    }

    private void AppendToMemory(ReadOnlySpan<byte> bytes)
    {
        memory ??= new PooledBytes((int)Math.Clamp(request.Size ?? 0, 16 * 1024, LargestInMemory));
        while (!bytes.IsEmpty)
        {
            memory.Reserve();
            var part = bytes[..Math.Min(bytes.Length, memory.Free.Length)];
            part.CopyTo(memory.Free.Span);
            memory.Length += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    private void AppendToFile(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (file is null)
            {
                path = cache.TemporaryPath();
                file = PlainFile.CreateNew(path);
                if (memory is not null)
                    file.Write(memory.Span);
                memory?.Dispose();
                memory = null;
            }

            file.Write(bytes);
        }
        catch (IOException e)
        {
            throw FileSystemException.From("write", path ?? cache.Root, e);
        }
    }
}
