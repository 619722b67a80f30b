using System.Buffers;

namespace Krait.Platform.Files;

/// <summary>
/// A file as memory, read-only; a large one without a copy. Only for files that are replaced by a rename and never shortened in place: a file
/// that shrinks under its mapping ends the process. What is never disposed stays in memory until the process ends: there is no finalizer,
/// since a span may outlive the object.
/// </summary>
public sealed unsafe class MappedFile : MemoryManager<byte>
{
    private readonly int length;
    private nint address;

    private MappedFile(nint address, int length)
    {
        this.address = address;
        this.length = length;
    }

    /// <summary>Maps a whole file of at most 2 GiB; the answer is <see cref="FileError.None"/> on success.</summary>
    public static FileError TryOpen(string path, out MappedFile? file)
    {
        using var native = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        var error = FileCalls.Current.TryMap(native.Bytes, out var address, out var length);
        file = error == FileError.None ? new MappedFile(address, length) : null;
        return error;
    }

    /// <summary>Lets go of what was read of a large file so far: what is read again comes from the system's cache of files.</summary>
    public void Trim()
    {
        if (address != 0)
            FileCalls.Current.Trim(address, length);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(address == 0 && length > 0, this);
        return new Span<byte>((void*)address, length);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)address + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
        // Mapped memory never moves.
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        var mapped = Interlocked.Exchange(ref address, 0);
        if (mapped != 0)
            FileCalls.Current.Unmap(mapped, length);
    }
}
