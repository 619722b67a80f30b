using System.Runtime.Versioning;

namespace Krait.Platform.Files.Posix;

/// <summary>Steps that read and write the content of open files.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe class PosixContent
{
    /// <summary>Writes bytes where a file is, however many calls that takes.</summary>
    public static FileError TryWriteAll(int descriptor, ReadOnlySpan<byte> content)
    {
        fixed (byte* start = content)
        {
            for (var done = 0; done < content.Length; )
            {
                var written = NativeMethods.Write(descriptor, start + done, (nuint)(content.Length - done));
                if (written < 0 && NativeMethods.LastError == Errno.Interrupted)
                    continue;
                if (written < 0)
                    return NativeMethods.LastError.ToFileError();
                done += (int)written;
            }
        }

        return FileError.None;
    }

    /// <summary>Reads a file from its beginning, however many calls that takes, until a buffer is full or the file ends.</summary>
    public static FileError TryReadAll(int descriptor, Span<byte> buffer, out int read)
    {
        read = 0;
        fixed (byte* start = buffer)
        {
            while (read < buffer.Length)
            {
                var count = NativeMethods.ReadAt(descriptor, start + read, (nuint)(buffer.Length - read), read);
                if (count < 0 && NativeMethods.LastError == Errno.Interrupted)
                    continue;
                if (count < 0)
                    return NativeMethods.LastError.ToFileError();
                if (count == 0)
                    break;
                read += (int)count;
            }
        }

        return FileError.None;
    }

    /// <summary>Whether a file begins with these bytes.</summary>
    public static bool HasStart(int file, ReadOnlySpan<byte> expected)
    {
        var actual = new byte[expected.Length];
        fixed (byte* a = actual)
        {
            var read = NativeMethods.ReadAt(file, a, (nuint)actual.Length, 0);
            return read == actual.Length && expected.SequenceEqual(actual);
        }
    }

    /// <summary>Writes bytes over the beginning of a file, in one call.</summary>
    public static FileError WriteStart(int file, ReadOnlySpan<byte> content)
    {
        fixed (byte* c = content)
        {
            var written = NativeMethods.WriteAt(file, c, (nuint)content.Length, 0);
            if (written < 0)
                return NativeMethods.LastError.ToFileError();
            return written == content.Length ? FileError.None : FileError.NoSpace;
        }
    }
}
