using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Krait.Platform.Files;

namespace Krait.Installer.Wheels;

/// <summary>
/// The list of an unpacked wheel's files, one flat buffer that is mapped and not parsed. All numbers are little-endian: a header,
/// records of folders with parents first, records of files in the order of their folders, texts with a final zero, facts.
/// </summary>
internal sealed class WheelManifest : IDisposable
{
    public const int HeaderSize = 48;
    public const int FolderSize = 24;
    public const int FileSize = 64;
    public const ulong Magic = 0x3154494B_57484C31;
    public const ushort ExecutableFlag = 1;
    public const ushort PlaceholderFlag = 2;

    private readonly MappedFile file;
    private readonly ReadOnlyMemory<byte> bytes;
    private readonly int foldersAt;
    private readonly int filesAt;
    private readonly int factsAt;

    private WheelManifest(MappedFile file)
    {
        this.file = file;
        bytes = file.Memory;
        var header = bytes.Span;
        FolderCount = Number(header, 16);
        FileCount = Number(header, 20);
        foldersAt = Number(header, 24);
        filesAt = Number(header, 28);
        factsAt = Number(header, 32);
        Facts = WheelFacts.Parse(Encoding.UTF8.GetString(header[factsAt..]));
    }

    public int FolderCount { get; }

    public int FileCount { get; }

    public WheelFacts Facts { get; }

    /// <summary>Opens a manifest; null when there is none, or it is damaged or of another format.</summary>
    public static WheelManifest? TryOpen(string path)
    {
        if (MappedFile.TryOpen(path, out var file) != FileError.None || file is null)
            return null;
        if (IsWhole(file.Memory.Span))
            return new WheelManifest(file);
        ((IDisposable)file).Dispose();
        return null;
    }

    /// <summary>The folder's path in the unpacked tree, its part, and its path there; both with a final zero.</summary>
    public ManifestFolder Folder(int index)
    {
        var record = bytes.Span.Slice(foldersAt + (index * FolderSize), FolderSize);
        return new ManifestFolder(
            Text(Number(record, 0), Number(record, 4)),
            (WheelScheme)Number(record, 8),
            Text(Number(record, 12), Number(record, 16))
        );
    }

    /// <summary>How many files of the list lie in the folder; they follow each other in the order of folders.</summary>
    public int FilesIn(int folder) => Number(bytes.Span, foldersAt + (folder * FolderSize) + 20);

    /// <summary>A file's name with a final zero.</summary>
    public ReadOnlyMemory<byte> FileName(int index)
    {
        var record = FileRecord(index);
        return Text(Number(record, 0), BinaryPrimitives.ReadUInt16LittleEndian(record[4..]));
    }

    /// <summary>What is known of a file.</summary>
    public StoredFile File(int index)
    {
        var record = FileRecord(index);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(record[6..]);
        return new StoredFile(
            BinaryPrimitives.ReadInt64LittleEndian(record[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(record[24..]),
            (flags & ExecutableFlag) != 0,
            (flags & PlaceholderFlag) != 0
        );
    }

    /// <summary>The SHA-256 of a file's content.</summary>
    public ReadOnlySpan<byte> Digest(int index) => FileRecord(index)[32..];

    /// <summary>The same list with other times and numbers of some files.</summary>
    /// <param name="statuses">What files are like now, by their place in the list.</param>
    public byte[] WithStatuses(IReadOnlyDictionary<int, FileStatus> statuses)
    {
        var renewed = bytes.ToArray();
        foreach (var (index, status) in statuses)
        {
            var record = renewed.AsSpan(filesAt + (index * FileSize), FileSize);
            BinaryPrimitives.WriteInt64LittleEndian(record[16..], status.Modified);
            BinaryPrimitives.WriteUInt64LittleEndian(record[24..], status.Inode);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(renewed.AsSpan(8), Checksum(renewed.AsSpan(16)));
        return renewed;
    }

    public void Dispose() => ((IDisposable)file).Dispose();

    /// <summary>A checksum against damage, eight bytes at a time.</summary>
    public static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        var hash = (ulong)bytes.Length * 0x9E3779B97F4A7C15;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes)
            hash = Mix(hash, value);
        return hash;
    }

    private static ulong Mix(ulong hash, ulong value) =>
        BitOperations.RotateLeft((hash ^ value) * 0xD6E8FEB86659FD93, 29);

    private static bool IsWhole(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic)
            return false;
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) == Checksum(bytes[16..]);
    }

    private static int Number(ReadOnlySpan<byte> from, int at) => BinaryPrimitives.ReadInt32LittleEndian(from[at..]);

    private ReadOnlySpan<byte> FileRecord(int index) => bytes.Span.Slice(filesAt + (index * FileSize), FileSize);

    /// <summary>A text and the zero after it.</summary>
    private ReadOnlyMemory<byte> Text(int at, int length) => bytes.Slice(at, length + 1);
}

/// <summary>A folder of an unpacked wheel.</summary>
/// <param name="Source">Its path in the unpacked tree, with a final zero.</param>
/// <param name="Scheme">The part of an environment that it goes into.</param>
/// <param name="Target">Its path there, with a final zero.</param>
internal readonly record struct ManifestFolder(
    ReadOnlyMemory<byte> Source,
    WheelScheme Scheme,
    ReadOnlyMemory<byte> Target
);
