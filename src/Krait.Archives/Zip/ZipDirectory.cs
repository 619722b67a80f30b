using System.Buffers.Binary;
using System.Text;

namespace Krait.Archives.Zip;

/// <summary>Reads the central directory of a ZIP archive (APPNOTE 4.3.12) strictly: every byte of it belongs to an entry.</summary>
internal static class ZipDirectory
{
    private const uint Signature = 0x02014b50;
    private const int HeaderSize = 46;
    private const int UnixHost = 3;
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;
    private const int DirectoryType = 0x4000;

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>What one central header says, with the fields that its local header must repeat.</summary>
    public sealed record Header(ZipEntry Entry, byte[] Name, ushort Flags, ushort Method, uint Time);

    /// <summary>Reads all headers.</summary>
    /// <exception cref="UnsafeArchiveException">A header is malformed, or says something that a wheel may not contain.</exception>
    public static List<Header> Read(ByteSource source, ZipTail tail, ArchiveLimits limits)
    {
        var directory = ReadBytes(source, tail, limits);
        var headers = new List<Header>((int)Math.Min(tail.EntryCount, directory.Length / HeaderSize));
        ReadOnlySpan<byte> rest = directory;
        while (!rest.IsEmpty)
        {
            if (headers.Count == tail.EntryCount)
            {
                throw UnsafeArchiveException.Because(
                    "zip-count",
                    "the archive has more entries than its end record says"
                );
            }

            headers.Add(MakeHeader(Split(ref rest)));
        }

        return headers.Count == tail.EntryCount
            ? headers
            : throw UnsafeArchiveException.Because(
                "zip-count",
                "the archive has fewer entries than its end record says"
            );
    }

    /// <summary>Reads the bytes of a directory.</summary>
    /// <exception cref="UnsafeArchiveException">It is too large, or the file became shorter.</exception>
    public static byte[] ReadBytes(ByteSource source, ZipTail tail, ArchiveLimits limits)
    {
        if (tail.EntryCount > limits.Entries || tail.DirectorySize > limits.DirectorySize)
            throw UnsafeArchiveException.Because("archive-bomb", $"the archive has {tail.EntryCount} entries");
        var directory = GC.AllocateUninitializedArray<byte>((int)tail.DirectorySize);
        if (source.Read(tail.DirectoryOffset, directory) != directory.Length)
            throw UnsafeArchiveException.Because("archive-truncated", "the file became shorter while it was read");
        return directory;
    }

    /// <summary>Walks a whole directory and reads the headers of the wanted names only.</summary>
    /// <exception cref="UnsafeArchiveException">The directory is damaged, or a wanted header says something that a wheel may not.</exception>
    public static List<Header> Find(ReadOnlySpan<byte> directory, long count, Func<ReadOnlySpan<byte>, bool> isWanted)
    {
        var found = new List<Header>();
        var seen = 0L;
        for (; !directory.IsEmpty; seen++)
        {
            var raw = Split(ref directory);
            if (isWanted(raw.Name))
                found.Add(MakeHeader(raw));
        }

        return seen == count
            ? found
            : throw UnsafeArchiveException.Because(
                "zip-count",
                "the number of entries in the archive differs from its end record"
            );
    }

    /// <summary>Takes the next header off a directory.</summary>
    private static RawHeader Split(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(rest) != Signature)
            throw UnsafeArchiveException.Because("zip-directory", "the central directory of the archive is damaged");
        var header = rest;
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
        int commentLength = BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
        if (rest.Length - HeaderSize < nameLength + extraLength + commentLength)
            throw UnsafeArchiveException.Because("zip-directory", "the central directory of the archive is cut");
        rest = rest[(HeaderSize + nameLength + extraLength + commentLength)..];
        return new RawHeader(
            header,
            header.Slice(HeaderSize, nameLength),
            header.Slice(HeaderSize + nameLength, extraLength)
        );
    }

    private static Header MakeHeader(RawHeader raw)
    {
        var header = raw.Fixed;
        var name = raw.Name;
        var extra = ZipExtra.Parse(raw.Extra);
        extra.CheckName(name);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        CheckKind(flags, method, name);
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[34..]) is not 0)
            throw UnsafeArchiveException.Because("zip-multi-disk", "the archive spans several disks");
        var entry = MakeEntry(header, name, flags, method, extra);
        return new Header(entry, name.ToArray(), flags, method, BinaryPrimitives.ReadUInt32LittleEndian(header[12..]));
    }

    private static ZipEntry MakeEntry(
        ReadOnlySpan<byte> header,
        ReadOnlySpan<byte> name,
        ushort flags,
        ushort method,
        ZipExtra extra
    )
    {
        var (size, compressedSize, offset, used) = extra.Widen(
            BinaryPrimitives.ReadUInt32LittleEndian(header[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[20..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[42..])
        );
        // The field may carry values that the header did not ask for; then readers differ in which they believe.
        if (used != extra.Sizes.Length)
            throw UnsafeArchiveException.Because("zip-extra", "a ZIP64 extra field of the archive has a wrong length");
        if (size > long.MaxValue || compressedSize > long.MaxValue || offset > long.MaxValue)
            throw UnsafeArchiveException.Because("zip-size", "an entry of the archive has an impossible size");
        var (path, isDirectory) = ReadName(name, flags);
        var isExecutable = CheckType(header, isDirectory, path);
        if (isDirectory && (size != 0 || compressedSize > 2))
        {
            throw UnsafeArchiveException.Because(
                "zip-folder",
                $"the folder `{SafeText.Escape(path.Value)}` has content"
            );
        }

        if (method == 0 && size != compressedSize)
            throw UnsafeArchiveException.Because("zip-size", $"the sizes of `{SafeText.Escape(path.Value)}` disagree");
        return new ZipEntry(
            path,
            isDirectory,
            method == 8,
            isExecutable,
            BinaryPrimitives.ReadUInt32LittleEndian(header[16..]),
            (long)compressedSize,
            (long)size,
            (long)offset
        );
    }

    private static void CheckKind(ushort flags, ushort method, ReadOnlySpan<byte> name)
    {
        var shown = SafeText.Escape(Encoding.UTF8.GetString(name));
        const int Encrypted = 0x0001 | 0x0040 | 0x2000;
        const int Patched = 0x0020;
        if ((flags & Encrypted) != 0)
            throw UnsafeArchiveException.Because("zip-encrypted", $"the entry `{shown}` is encrypted");
        if ((flags & Patched) != 0)
            throw UnsafeArchiveException.Because("zip-method", $"the entry `{shown}` is a patch");
        if (method is not (0 or 8))
        {
            throw UnsafeArchiveException.Because(
                "zip-method",
                $"the entry `{shown}` is compressed by method {method}; only stored and deflated entries can be read"
            );
        }
    }

    private static (ArchivePath Path, bool IsDirectory) ReadName(ReadOnlySpan<byte> name, ushort flags)
    {
        const int Utf8 = 0x0800;
        string text;
        try
        {
            text = Strict.GetString(name);
        }
        catch (DecoderFallbackException e)
        {
            throw new UnsafeArchiveException(
                new("archive-path", $"the name `{SafeText.Escape(Encoding.Latin1.GetString(name))}` is not UTF-8"),
                e
            );
        }

        // Without the flag the bytes mean another alphabet, and readers disagree on the name.
        if ((flags & Utf8) == 0 && !System.Text.Ascii.IsValid(name))
        {
            throw UnsafeArchiveException.Because(
                "archive-path",
                $"the name `{SafeText.Escape(text)}` is not marked as UTF-8"
            );
        }

        var isDirectory = text.EndsWith('/');
        return ArchivePath.TryParse(isDirectory ? text[..^1] : text, out var path, out var error)
            ? (path, isDirectory)
            : throw new UnsafeArchiveException(error);
    }

    /// <summary>Refuses links and devices; tells whether a regular file may be executed.</summary>
    private static bool CheckType(ReadOnlySpan<byte> header, bool isDirectory, ArchivePath path)
    {
        var mode = BinaryPrimitives.ReadUInt16LittleEndian(header[40..]);
        var type = mode & TypeMask;
        var isUnix = header[5] == UnixHost;
        // Some writers mark folders as files; the final `/` of the name is what every reader goes by.
        var isExpected = type is 0 or RegularType || (type == DirectoryType && isDirectory);
        if (!isExpected && (isUnix || type == 0xA000))
        {
            throw UnsafeArchiveException.Because(
                "archive-special",
                $"`{SafeText.Escape(path.Value)}` is a link, a device, or neither file nor folder"
            );
        }

        return type == RegularType && (mode & 0x49) != 0;
    }

    /// <summary>One central header, cut into its parts.</summary>
    private readonly ref struct RawHeader(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra)
    {
        public ReadOnlySpan<byte> Fixed { get; } = header;

        public ReadOnlySpan<byte> Name { get; } = name;

        public ReadOnlySpan<byte> Extra { get; } = extra;
    }
}
