using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Metadata;
using Krait.Platform.Files;

namespace Krait.Index.Metadata;

/// <summary>
/// The core metadata of one project's files on one index, in one file that grows at its end: a resolver that walks back through a thousand
/// versions opens one file. Each entry is guarded by a hash that the index states, so that another file of the same name is not mistaken
/// for it. A damaged end is cut off when the next entry is added.
/// </summary>
internal sealed class MetadataPack
{
    private readonly Lock gate = new();
    private readonly string path;
    private readonly Dictionary<string, (int Start, int Length)> entries = new(StringComparer.Ordinal);
    private ReadOnlyMemory<byte> content;
    private bool isDamaged;

    private MetadataPack(string path) => this.path = path;

    /// <summary>How many entries could be read.</summary>
    public int Count => entries.Count;

    /// <summary>Opens a pack; one that is missing is empty.</summary>
    public static MetadataPack Open(string path)
    {
        var pack = new MetadataPack(path);
        if (MappedFile.TryOpen(path, out var file) == FileError.None && file is not null)
            pack.Read(file.Memory);
        return pack;
    }

    /// <summary>Finds the metadata of a file, as it was when this pack was opened.</summary>
    /// <param name="fileName">The file.</param>
    /// <param name="guard">The hash that the index states now.</param>
    /// <param name="metadata">The metadata.</param>
    public bool TryFind(string fileName, ReadOnlySpan<byte> guard, [NotNullWhen(true)] out CoreMetadata? metadata)
    {
        metadata = null;
        return entries.TryGetValue(fileName, out var entry)
            && PackRecord.TryReadBody(content.Span.Slice(entry.Start, entry.Length), guard, out var body)
            && CoreMetadata.TryParse(body, out metadata, out _);
    }

    /// <summary>Adds the metadata of a file; later runs find it.</summary>
    public FileError TryAdd(string fileName, ReadOnlySpan<byte> guard, ReadOnlySpan<byte> metadata)
    {
        var trimmed = new ArrayBufferWriter<byte>(2048);
        MetadataTrimmer.Trim(metadata, trimmed);
        var record = new ArrayBufferWriter<byte>(trimmed.WrittenCount + 256);
        PackRecord.Write(record, fileName, guard, trimmed.WrittenSpan);
        lock (gate)
        {
            if (isDamaged && !TryRepair())
                return FileError.InputOutput;
            var error = PlainFile.TryAppend(path, record.WrittenSpan);
            if (error != FileError.IsADirectory)
                return error;
            FolderTree.Remove(path);
            return PlainFile.TryAppend(path, record.WrittenSpan);
        }
    }

    private void Read(ReadOnlyMemory<byte> content)
    {
        this.content = content;
        var start = 0;
        while (start < content.Length)
        {
            if (!PackRecord.TryReadHead(content.Span[start..], out var length, out var name))
            {
                // Behind a record that broke off nothing can be found any more.
                isDamaged = true;
                return;
            }

            // The last one of a name is the newest.
            entries[name] = (start, length);
            start += length;
        }
    }

    private bool TryRepair()
    {
        var end = entries.Values.Select(entry => entry.Start + entry.Length).DefaultIfEmpty(0).Max();
        try
        {
            AtomicFile.Write(path, content.Span[..end], []);
            isDamaged = false;
            return true;
        }
        catch (FileSystemException)
        {
            return false;
        }
    }
}
