using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Krait.Installer.Wheels;

/// <summary>Collects the folders and files of an unpacked wheel and lays out its <see cref="WheelManifest"/>.</summary>
internal sealed class ManifestWriter
{
    private readonly List<Folder> folders = [];
    private readonly ArrayBufferWriter<byte> texts = new();
    private int fileCount;

    private sealed record Folder(string Source, WheelScheme Scheme, string Target)
    {
        public List<byte[]> Files { get; } = [];
    }

    /// <summary>Adds a folder; the files that follow are its own.</summary>
    public void AddFolder(string source, WheelScheme scheme, string target) =>
        folders.Add(new Folder(source, scheme, target));

    /// <summary>Adds a file of the last folder.</summary>
    public void AddFile(string name, StoredFile file, ReadOnlySpan<byte> digest)
    {
        var record = new byte[WheelManifest.FileSize];
        var (at, length) = AddText(name);
        BinaryPrimitives.WriteInt32LittleEndian(record, at);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(4), (ushort)length);
        var flags =
            (file.IsExecutable ? WheelManifest.ExecutableFlag : 0)
            | (file.HasPlaceholder ? WheelManifest.PlaceholderFlag : 0);
        BinaryPrimitives.WriteUInt16LittleEndian(record.AsSpan(6), (ushort)flags);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(8), file.Size);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(16), file.Modified);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(24), file.Inode);
        digest.CopyTo(record.AsSpan(32));
        folders[^1].Files.Add(record);
        fileCount++;
    }

    /// <summary>The manifest's bytes.</summary>
    public byte[] Build(WheelFacts facts)
    {
        var folderRecords = new byte[folders.Count * WheelManifest.FolderSize];
        for (var index = 0; index < folders.Count; index++)
        {
            var record = folderRecords.AsSpan(index * WheelManifest.FolderSize);
            var (source, sourceLength) = AddText(folders[index].Source);
            var (target, targetLength) = AddText(folders[index].Target);
            int[] numbers =
            [
                source,
                sourceLength,
                (int)folders[index].Scheme,
                target,
                targetLength,
                folders[index].Files.Count,
            ];
            for (var number = 0; number < numbers.Length; number++)
                BinaryPrimitives.WriteInt32LittleEndian(record[(number * 4)..], numbers[number]);
        }

        var filesAt = WheelManifest.HeaderSize + folderRecords.Length;
        var textsAt = filesAt + (fileCount * WheelManifest.FileSize);
        var factsAt = textsAt + texts.WrittenCount;
        Shift(folderRecords, textsAt);
        using var output = new MemoryStream();
        var header = new byte[WheelManifest.HeaderSize];
        BinaryPrimitives.WriteUInt64LittleEndian(header, WheelManifest.Magic);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), folders.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), fileCount);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), WheelManifest.HeaderSize);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), filesAt);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(32), factsAt);
        output.Write(header);
        output.Write(folderRecords);
        foreach (var record in folders.SelectMany(f => f.Files))
        {
            BinaryPrimitives.WriteInt32LittleEndian(record, BinaryPrimitives.ReadInt32LittleEndian(record) + textsAt);
            output.Write(record);
        }

        output.Write(texts.WrittenSpan);
        output.Write(Encoding.UTF8.GetBytes(facts.Format()));
        var bytes = output.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), WheelManifest.Checksum(bytes.AsSpan(16)));
        return bytes;
    }

    /// <summary>Texts were placed from 0 on; their final place is known only when all are there.</summary>
    private static void Shift(Span<byte> folderRecords, int textsAt)
    {
        for (var at = 0; at < folderRecords.Length; at += WheelManifest.FolderSize)
        {
            foreach (var field in new[] { 0, 12 })
            {
                var place = folderRecords[(at + field)..];
                BinaryPrimitives.WriteInt32LittleEndian(place, BinaryPrimitives.ReadInt32LittleEndian(place) + textsAt);
            }
        }
    }

    private (int At, int Length) AddText(string text)
    {
        var at = texts.WrittenCount;
        var bytes = Encoding.UTF8.GetBytes(text);
        texts.Write(bytes);
        texts.Write("\0"u8);
        return (at, bytes.Length);
    }
}
