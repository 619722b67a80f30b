using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Krait.Installer.Wheels;
using Krait.Platform.Files;
using Krait.Platform.Processes;

namespace Krait.Installer.Execution;

/// <summary>
/// Whether files of an unpacked wheel are what was unpacked. One whose size, time and number are those of the manifest is trusted; one
/// that was copied, restored or touched is hashed, and so is every file where hashes are required.
/// </summary>
internal sealed class StoredFileCheck(StoredWheel wheel)
{
    private const int ChunkSize = 128 * 1024;
    private Dictionary<int, FileStatus>? moved;

    /// <summary>Checks one file.</summary>
    /// <param name="from">The folder that it is in.</param>
    /// <param name="index">Its place in the manifest.</param>
    /// <param name="status">What it is like.</param>
    public bool IsRight(DirectoryHandle from, int index, out FileStatus status)
    {
        var name = wheel.Manifest.FileName(index).Span;
        var stored = wheel.Manifest.File(index);
        var isThere =
            from.TryStatus(name, out status) == FileError.None
            && status.Kind == FileKind.File
            && status.Size == stored.Size;
        if (!isThere)
            return false;
        var isUntouched = status.Inode == stored.Inode && status.Modified == stored.Modified;
        if (isUntouched && !wheel.IsHashedBeforeUse)
            return true;
        if (!HasRightContent(from, name, index, status.Size))
            return false;
        if (!isUntouched)
            (moved ??= []).Add(index, status);
        return true;
    }

    /// <summary>Remembers the files that were right in spite of other times or numbers.</summary>
    public void Finish()
    {
        if (moved is not null)
            wheel.Renew(moved);
    }

    private bool HasRightContent(DirectoryHandle from, ReadOnlySpan<byte> name, int index, long size)
    {
        if (from.TryOpenFile(Encoding.UTF8.GetString(name[..^1]), out var opened) != FileError.None || opened is null)
            return false;
        using var file = opened;
        OpenSslLibrary.Require();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(size, 1, ChunkSize));
        try
        {
            long offset = 0;
            while (RandomAccess.Read(file, buffer, offset) is var count and > 0)
            {
                hash.AppendData(buffer, 0, count);
                offset += count;
            }
        }
        catch (IOException)
        {
            // A bad block is damage like any other.
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return digest.SequenceEqual(wheel.Manifest.Digest(index));
    }
}
