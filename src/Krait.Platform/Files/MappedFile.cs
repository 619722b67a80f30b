using System.Buffers;

namespace Krait.Platform.Files;

/// <summary>
/// A file as memory, read-only and without a copy. Only for files that are replaced by a rename and never shortened in place: a file
/// that shrinks under its mapping ends the process. What is never disposed stays mapped until the process ends: there is no finalizer,
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

    /// <summary>Maps a whole file of at most 2 GiB; the answer is <see cref="Errno.None"/> on success.</summary>
    public static Errno TryOpen(string path, out MappedFile? file)
    {
        file = null;
        using var native = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        int descriptor;
        fixed (byte* p = native.Bytes)
        {
            const int Flags = NativeMethods.ReadOnly | NativeMethods.CloseOnExecute;
            descriptor = NativeMethods.OpenAt(NativeMethods.CurrentFolder, p, Flags | NativeMethods.NoFollow, 0);
        }

        if (descriptor < 0)
            return NativeMethods.LastError;
        var error = TryMap(descriptor, out file);
        _ = NativeMethods.Close(descriptor);
        return error;
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
            _ = NativeMethods.Unmap(mapped, (nuint)length);
    }

    private static Errno TryMap(int descriptor, out MappedFile? file)
    {
        file = null;
        var error = FileStatus.TryReadDescriptor(descriptor, out var status);
        if (error != Errno.None)
            return error;
        if (status.Kind != FileKind.File || status.Size > int.MaxValue)
            return Errno.InvalidArgument;
        // An empty file cannot be mapped, and needs not be.
        var start = status.Size == 0 ? 0 : Map(descriptor, status.Size);
        if (start == -1)
            return NativeMethods.LastError;
        file = new MappedFile(start, (int)status.Size);
        return Errno.None;
    }

    private static nint Map(int descriptor, long size) =>
        NativeMethods.Map(0, (nuint)size, NativeMethods.ProtectionRead, NativeMethods.MapPrivate, descriptor, 0);
}
