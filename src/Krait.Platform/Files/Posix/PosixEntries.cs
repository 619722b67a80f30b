using System.Runtime.Versioning;
using System.Text;

namespace Krait.Platform.Files.Posix;

/// <summary>What the system says of files and of what folders hold, in our terms.</summary>
[SupportedOSPlatform("linux")]
internal static class PosixEntries
{
    private const int KindMask = 0xf000;

    /// <summary>The status of a file.</summary>
    public static FileStatus StatusOf(ref NativeMethods.StatusBuffer buffer) =>
        new(
            KindOf(buffer.Mode & KindMask),
            (uint)(buffer.Mode & 0xfff),
            buffer.Links,
            buffer.UserId,
            buffer.GroupId,
            ((ulong)buffer.DeviceMajor << 32) | buffer.DeviceMinor,
            buffer.Inode,
            (long)buffer.Size,
            (long)buffer.Blocks * 512,
            (buffer.ModifiedSeconds * 1_000_000_000) + buffer.ModifiedNanoseconds,
            (buffer.ChangedSeconds * 1_000_000_000) + buffer.ChangedNanoseconds
        );

    private static FileKind KindOf(int type) =>
        type switch
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Folder,
            0xa000 => FileKind.SymbolicLink,
            _ => FileKind.Other,
        };

    /// <summary>Adds what a folder holds. `struct linux_dirent64`: inode 8, offset 8, record length 2, type 1, name with a final zero.</summary>
    public static void Add(ReadOnlySpan<byte> records, List<FolderEntry> entries)
    {
        while (!records.IsEmpty)
        {
            var length = BitConverter.ToUInt16(records[16..]);
            var name = records[19..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                entries.Add(new FolderEntry(Encoding.UTF8.GetString(name), KindOfEntry(records[18])));
            records = records[length..];
        }
    }

    private static FileKind KindOfEntry(byte type) =>
        type switch
        {
            0 => FileKind.Unknown,
            4 => FileKind.Folder,
            8 => FileKind.File,
            10 => FileKind.SymbolicLink,
            _ => FileKind.Other,
        };
}
