using Krait.Index.Http;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Files;

namespace Krait.Index.Downloads;

/// <summary>Takes the bytes of a file as they come: hashes them and keeps them, in memory at first, on disk when they become many.</summary>
internal sealed class DownloadSink(CacheFolder cache, DownloadRequest request) : IDisposable
{
    /// <summary>What is larger goes to disk.</summary>
    public const int LargestInMemory = 4 * 1024 * 1024;

    private readonly HashCheck _check = new(request);
    private PooledBytes? _memory;
    private Stream? _file;
    private string? _path;

    /// <summary>How much was taken.</summary>
    public long Length => _check.Length;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _check.Append(bytes);
        if (_file is null && Length <= LargestInMemory)
            AppendToMemory(bytes);
        else
            AppendToFile(bytes);
    }

    /// <summary>Starts anew.</summary>
    public void Reset()
    {
        _check.Reset();
        _memory?.Length = 0;
        _file?.SetLength(0);
    }

    /// <summary>Checks what was taken and hands it over.</summary>
    /// <param name="notes">Facts about the answer, for the error.</param>
    /// <param name="forget">Called when the file is disposed.</param>
    /// <exception cref="KraitException">A hash or the size is wrong; what was taken is gone.</exception>
    public DownloadedFile Finish(IReadOnlyList<string> notes, Action? forget)
    {
        var size = Length;
        var hashes = _check.Verify(notes);
        _file?.Dispose();
        var file = new DownloadedFile(request, hashes, size, _memory, _path, forget);
        (_memory, _file, _path) = (null, null, null);
        return file;
    }

    /// <summary>The error of a file that is longer or shorter than it must be.</summary>
    public KraitException WrongSize(long expected, long actual) => _check.WrongSize(expected, actual);

    public void Dispose()
    {
        _check.Dispose();
        _memory?.Dispose();
        _file?.Dispose();
        if (_path is not null)
            FolderTree.Remove(_path);
    }

    private void AppendToMemory(ReadOnlySpan<byte> bytes)
    {
        _memory ??= new PooledBytes((int)Math.Clamp(request.Size ?? 0, 16 * 1024, LargestInMemory));
        while (!bytes.IsEmpty)
        {
            _memory.Reserve();
            var part = bytes[..Math.Min(bytes.Length, _memory.Free.Length)];
            part.CopyTo(_memory.Free.Span);
            _memory.Length += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    private void AppendToFile(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (_file is null)
            {
                _path = cache.TemporaryPath();
                _file = PlainFile.CreateNew(_path);
                if (_memory is not null)
                    _file.Write(_memory.Span);
                _memory?.Dispose();
                _memory = null;
            }
            _file.Write(bytes);
        }
        catch (IOException e)
        {
            throw FileSystemException.From("write", _path ?? cache.Root, e);
        }
    }
}
