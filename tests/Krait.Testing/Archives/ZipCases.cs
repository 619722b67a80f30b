using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Krait.Archives.Deflate;

namespace Krait.Testing.Archives;

/// <summary>Archives that must be read, and archives that must be refused, by name.</summary>
public static class ZipCases
{
    private static readonly (string Name, Func<ForgedHeader, ForgedHeader> Change)[] WrongFields =
    [
        ("name", h => h with { Name = "pkg/c.py"u8.ToArray() }),
        ("longer name", h => h with { Name = "pkg/aa.py"u8.ToArray() }),
        ("unsafe name", h => h with { Name = "../../c.py"u8.ToArray() }),
        ("case of the name", h => h with { Name = "pkg/A.py"u8.ToArray() }),
        ("method", h => h with { Method = (ushort)(8 - h.Method) }),
        ("UTF-8 flag", h => h with { Flags = (ushort)(h.Flags ^ 0x0800) }),
        ("descriptor flag", h => h with { Flags = (ushort)(h.Flags ^ 8) }),
        ("level flag", h => h with { Flags = (ushort)(h.Flags ^ 2) }),
        ("checksum", h => h with { Crc = h.Crc ^ 1 }),
        ("no checksum", h => h with { Crc = 0 }),
        ("compressed size", h => h with { CompressedSize = h.CompressedSize - 1 }),
        ("larger compressed size", h => h with { CompressedSize = h.CompressedSize + 1 }),
        ("size", h => h with { Size = h.Size - 1 }),
        ("larger size", h => h with { Size = h.Size + 1 }),
        ("no size", h => h with { Size = 0 }),
        ("huge size", h => h with { Size = uint.MaxValue }),
        ("time", h => h with { Time = h.Time + 1 }),
        ("other unicode path", h => h with { Extra = UnicodePath(h.Name, "../../x"u8.ToArray()) }),
        (
            "unicode path twice",
            h => h with { Extra = [.. UnicodePath(h.Name, h.Name), .. UnicodePath(h.Name, h.Name)] }
        ),
        ("short unicode path", h => h with { Extra = [0x75, 0x70, 3, 0, 1, 0, 0] }),
        ("cut extra", h => h with { Extra = [1, 0, 16, 0, 1, 2] }),
        ("extra of three bytes", h => h with { Extra = [1, 0, 0] }),
        (
            "zip64 that disagrees",
            h =>
                h with
                {
                    Extra = Sizes(h.Size + 1, h.CompressedSize),
                    Size = uint.MaxValue,
                    CompressedSize = uint.MaxValue,
                }
        ),
        (
            "zip64 twice",
            h =>
                h with
                {
                    Extra = [.. Sizes(h.Size, h.CompressedSize), .. Sizes(h.Size, h.CompressedSize)],
                    Size = uint.MaxValue,
                    CompressedSize = uint.MaxValue,
                }
        ),
        ("zip64 that hides another size", h => h with { Extra = Sizes(h.Size + 7, h.CompressedSize) }),
        ("AES", h => h with { Extra = [0x01, 0x99, 7, 0, 2, 0, 0x41, 0x45, 3, 8, 0] }),
    ];

    public static IReadOnlyDictionary<string, ZipForge> Harmless(ForgedEntry a, ForgedEntry b) =>
        new Dictionary<string, ZipForge>(StringComparer.Ordinal)
        {
            ["two files"] = new ZipForge(a, b),
            ["zip64 end"] = new ZipForge(a, b) { Zip64 = true },
            ["descriptor with signature"] = new ZipForge(a.Streamed(true, false), b.Streamed(true, false)),
            ["descriptor without signature"] = new ZipForge(a.Streamed(false, false), b),
            ["wide descriptor with signature"] = new ZipForge(a.Streamed(true, true), b),
            ["wide descriptor without signature"] = new ZipForge(a.Streamed(false, true), b),
            ["folder"] = new ZipForge(ForgedEntry.Of("pkg/", ""), a, b),
            ["local zip64 that repeats"] = new ZipForge(
                a with
                {
                    Local = a.Local with
                    {
                        Extra = Sizes(a.Local.Size, a.Local.CompressedSize),
                        Size = uint.MaxValue,
                        CompressedSize = uint.MaxValue,
                    },
                },
                b
            ),
            ["both zip64"] = new ZipForge(
                a.Both(h =>
                    h with
                    {
                        Extra = Sizes(h.Size, h.CompressedSize),
                        Size = uint.MaxValue,
                        CompressedSize = uint.MaxValue,
                    }
                ),
                b
            ),
            ["timestamps"] = new ZipForge(
                a with
                {
                    Local = a.Local with { Extra = [0x55, 0x54, 9, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8] },
                    Central = a.Central with { Extra = [0x55, 0x54, 5, 0, 3, 1, 2, 3, 4] },
                },
                b
            ),
            ["unicode path that repeats"] = new ZipForge(
                a.Both(h => h with { Extra = UnicodePath(h.Name, h.Name) }),
                b
            ),
            ["central comment"] = new ZipForge(a with { Central = a.Central with { Comment = "x"u8.ToArray() } }, b),
            ["end comment"] = new ZipForge(a, b) { Comment = "comment"u8.ToArray() },
            ["zero padding"] = new ZipForge(a, b) { Suffix = new byte[65536] },
            ["end signature inside content"] = new ZipForge(
                ForgedEntry.Of("pkg/x.bin"u8.ToArray(), new ZipForge(a).Build(), deflated: false),
                b
            ),
            ["cyrillic names of one length"] = new ZipForge(
                ForgedEntry.Of("pkg/а.txt", "1"),
                ForgedEntry.Of("pkg/б.txt", "2"),
                b
            ),
            ["dots in names"] = new ZipForge(ForgedEntry.Of("pkg/..x", "1"), ForgedEntry.Of("pkg/x..y", "2"), b),
            ["punctuation"] = new ZipForge(ForgedEntry.Of("pkg/it's [a] (b) {c} #1 0xFA 50% ~.txt", "1"), b),
        };

    public static IReadOnlyDictionary<string, Func<byte[]>> Hostile(ForgedEntry a, ForgedEntry b)
    {
        var cases = new Dictionary<string, Func<byte[]>>(StringComparer.Ordinal);
        AddNames(cases, ZipNames.UnsafeNames, b);
        AddBytes(cases, b);
        AddHeaders(cases, a, b);
        AddEnds(cases, a, b);
        AddContents(cases, b);
        AddTwins(cases, b);
        return cases;
    }

    /// <summary>Archives with names that Windows cannot keep, or not keep apart, and other systems can.</summary>
    public static IReadOnlyDictionary<string, Func<byte[]>> HostileOnWindows(ForgedEntry b)
    {
        var cases = new Dictionary<string, Func<byte[]>>(StringComparer.Ordinal);
        AddNames(cases, ZipNames.NamesOfDevices, b);
        foreach (var twins in ZipNames.Twins)
            AddTwins(cases, b, twins);
        cases["file and deep folder of another case"] = () =>
            new ZipForge(ForgedEntry.Of("a/b", "1"), ForgedEntry.Of("a/B/c/d", "2")).Build();
        cases["folder and file of another case"] = () =>
            new ZipForge(ForgedEntry.Of("A/b", "1"), ForgedEntry.Of("a", "2")).Build();
        return cases;
    }

    private static void AddNames(Dictionary<string, Func<byte[]>> cases, string[] names, ForgedEntry b)
    {
        foreach (var name in names)
        {
            var shown = string.Concat(name.Take(30).Select(c => c is < ' ' or > '~' ? $"u{(int)c:x4}" : $"{c}"));
            var content = name.EndsWith('/') ? "x" : "print()";
            cases[$"name {shown} {name.Length}"] = () => new ZipForge(ForgedEntry.Of(name, content), b).Build();
            cases[$"stored name {shown} {name.Length}"] = () =>
                new ZipForge(b, ForgedEntry.Of(name, content, deflated: false)).Build();
        }
    }

    private static void AddBytes(Dictionary<string, Func<byte[]>> cases, ForgedEntry b)
    {
        byte[][] raw =
        [
            [0xC3],
            [0xC0, 0xAF],
            [0xED, 0xA0, 0x80],
            [0xFF],
            [0xE9, (byte)'.', (byte)'p', (byte)'y'],
            [0xF8, 0x88, 0x80, 0x80, 0xAF],
        ];
        foreach (var name in raw)
        {
            cases[$"bytes {Convert.ToHexString(name)}"] = () => new ZipForge(ForgedEntry.Of(name, [1]), b).Build();
            cases[$"unmarked bytes {Convert.ToHexString(name)}"] = () =>
                new ZipForge(ForgedEntry.Of(name, [1]).Both(h => h with { Flags = 0 }), b).Build();
        }

        cases["unmarked UTF-8"] = () =>
            new ZipForge(ForgedEntry.Of("é.py", "1").Both(h => h with { Flags = 0 }), b).Build();
        AddTypes(cases, b);
    }

    private static void AddTypes(Dictionary<string, Func<byte[]>> cases, ForgedEntry b)
    {
        foreach (var type in new[] { 0xA, 0x2, 0x6, 0x1, 0xC, 0x4, 0x9 })
        {
            var mode = (uint)((type << 12) | 0x1ED) << 16;
            cases[string.Create(CultureInfo.InvariantCulture, $"type {type:x}")] = () =>
                new ZipForge(
                    ForgedEntry.Of("pkg/link", "../../x").Both(h => h with { ExternalAttributes = mode }),
                    b
                ).Build();
        }

        cases["link made by another system"] = () =>
            new ZipForge(
                ForgedEntry
                    .Of("pkg/link", "../../x")
                    .Both(h => h with { ExternalAttributes = 0xA1ED0000, VersionMadeBy = 20 }),
                b
            ).Build();
    }

    private static void AddHeaders(Dictionary<string, Func<byte[]>> cases, ForgedEntry a, ForgedEntry b)
    {
        foreach (var (name, change) in WrongFields)
        {
            cases[$"local {name}"] = () => new ZipForge(a with { Local = change(a.Local) }, b).Build();
            cases[$"central {name}"] = () => new ZipForge(a with { Central = change(a.Central) }, b).Build();
            cases[$"last local {name}"] = () => new ZipForge(b, a with { Local = change(a.Local) }).Build();
        }

        foreach (var length in new[] { 0, 4, 12, 20, 32 })
        {
            cases[$"zip64 extra of {length} bytes"] = () =>
                new ZipForge(
                    a.Both(h =>
                        h with
                        {
                            Extra = [1, 0, (byte)length, 0, .. new byte[length]],
                            Size = uint.MaxValue,
                            CompressedSize = uint.MaxValue,
                        }
                    ),
                    b
                ).Build();
        }

        foreach (var flag in new[] { 0x1, 0x20, 0x40, 0x2000 })
            cases[$"flag {flag}"] = () => new ZipForge(a.Both(h => h with { Flags = (ushort)flag }), b).Build();
        foreach (var method in new ushort[] { 1, 6, 9, 12, 14, 93, 95, 97, 99 })
            cases[$"method {method}"] = () => new ZipForge(a.Both(h => h with { Method = method }), b).Build();
        AddDescriptors(cases, a, b);
    }

    private static void AddDescriptors(Dictionary<string, Func<byte[]>> cases, ForgedEntry a, ForgedEntry b)
    {
        foreach (var signature in new[] { false, true })
        {
            foreach (var wide in new[] { false, true })
            {
                var right = a.Streamed(signature, wide);
                for (var at = 0; at < right.Descriptor.Length; at++)
                {
                    var wrong = right.Descriptor.ToArray();
                    wrong[at] ^= 0x40;
                    cases[$"descriptor {signature} {wide} byte {at}"] = () =>
                        new ZipForge(right with { Descriptor = wrong }, b).Build();
                }

                foreach (var length in new[] { 0, 4, 8, right.Descriptor.Length - 1 })
                {
                    cases[$"descriptor {signature} {wide} of {length} bytes"] = () =>
                        new ZipForge(right with { Descriptor = right.Descriptor[..length] }, b).Build();
                }

                cases[$"descriptor {signature} {wide} too long"] = () =>
                    new ZipForge(right with { Descriptor = [.. right.Descriptor, 0] }, b).Build();
            }
        }
    }

    private static void AddEnds(Dictionary<string, Func<byte[]>> cases, ForgedEntry a, ForgedEntry b)
    {
        var whole = new ZipForge(a, b).Build();
        cases["empty file"] = () => [];
        cases["text"] = () => "hello"u8.ToArray();
        cases["tar"] = () => [.. "x"u8, .. new byte[511], .. new byte[1024]];
        foreach (var change in new[] { -1, 1 })
        {
            cases[$"count {change}"] = () => new ZipForge(a, b) { CountChange = change }.Build();
            cases[$"offset {change}"] = () => new ZipForge(a, b) { OffsetChange = change }.Build();
            cases[$"directory size {change}"] = () => new ZipForge(a, b) { SizeChange = change }.Build();
        }

        cases["no entry counted"] = () => new ZipForge(a, b) { CountChange = -2 }.Build();
        cases["disk"] = () => new ZipForge(a, b) { Disk = 1 }.Build();
        cases["entry on another disk"] = () =>
            new ZipForge(a with { Central = a.Central with { Disk = 1 } }, b).Build();
        AddSurroundings(cases, a, b, whole);
        AddZip64Ends(cases, a, b);
    }

    private static void AddSurroundings(
        Dictionary<string, Func<byte[]>> cases,
        ForgedEntry a,
        ForgedEntry b,
        byte[] whole
    )
    {
        cases["prefix byte"] = () => [0, .. whole];
        cases["prefix script"] = () => [.. "#!/bin/sh\n"u8, .. whole];
        cases["prefix with shifted offsets"] = () => new ZipForge(a, b) { Prefix = "#!/bin/sh\n"u8.ToArray() }.Build();
        cases["prefix unshifted"] = () =>
            new ZipForge(a, b) { Prefix = "#!/bin/sh\n"u8.ToArray(), KeepsOffsetsWithoutPrefix = true }.Build();
        cases["two archives"] = () => [.. new ZipForge(a).Build(), .. whole];
        cases["suffix"] = () => [.. whole, 1];
        cases["suffix text"] = () => [.. whole, .. "hello"u8];
        cases["too much padding"] = () => [.. whole, .. new byte[65537]];
        cases["padding and a byte"] = () => [.. whole, 0, 0, 1];
        cases["second end in the comment"] = () => new ZipForge(a, b) { Comment = new ZipForge(b).Build() }.Build();
        cases["bare second end in the comment"] = () =>
            new ZipForge(a, b) { Comment = [.. "PK\x05\x06"u8, .. new byte[18]] }.Build();
        cases["gap before the directory"] = () => new ZipForge(a, b) { BeforeDirectory = [0] }.Build();
        cases["gap between entries"] = () => new ZipForge(a, b with { Before = new byte[7] }).Build();
        cases["hidden local entry"] = () =>
            new ZipForge(a, ForgedEntry.Of("x", "y") with { HasCentral = false }, b).Build();
        cases["hidden last entry"] = () =>
            new ZipForge(a, b, ForgedEntry.Of("x", "y") with { HasCentral = false }).Build();
        cases["central without local"] = () =>
            new ZipForge(a, b, ForgedEntry.Of("x", "y") with { HasLocal = false }).Build();
        cases["offset past the end"] = () =>
            new ZipForge(a, b with { Central = b.Central with { Offset = 1u << 30 } }).Build();
        cases["two centrals for one local"] = () =>
            new ZipForge(
                a,
                b,
                ForgedEntry.Of("c", "x") with
                {
                    HasLocal = false,
                    Central = a.Central with { Name = "c"u8.ToArray(), Offset = 0 },
                }
            ).Build();
        cases["overlap by one byte"] = () =>
            new ZipForge(a.Both(h => h with { CompressedSize = h.CompressedSize + 1 }), b).Build();
    }

    private static void AddZip64Ends(Dictionary<string, Func<byte[]>> cases, ForgedEntry a, ForgedEntry b)
    {
        var right = new ZipForge(a, b) { Zip64 = true };
        cases["locator without record"] = () => (right with { ChangeEnd64 = _ => [] }).Build();
        cases["record without locator"] = () => (right with { ChangeLocator = _ => [] }).Build();
        cases["extended record"] = () =>
            (
                right with
                {
                    ChangeEnd64 = r => [.. r[..4], 52, 0, 0, 0, 0, 0, 0, 0, .. r[12..], .. new byte[8]],
                }
            ).Build();
        foreach (var at in new[] { 0, 4, 16, 20, 24, 32, 40, 48 })
        {
            cases[$"end record 64 byte {at}"] = () => (right with { ChangeEnd64 = r => Flip(r, at) }).Build();
        }

        foreach (var at in new[] { 0, 4, 8, 17 })
            cases[$"locator byte {at}"] = () => (right with { ChangeLocator = r => Flip(r, at) }).Build();
    }

    private static void AddContents(Dictionary<string, Func<byte[]>> cases, ForgedEntry b)
    {
        var content = Samples.Make(new Random(1), 5000);
        var right = ForgedEntry.Of("pkg/data"u8.ToArray(), content);
        ZipForge With(byte[] bytes, byte[]? plain = null) =>
            new(
                (right with { Bytes = bytes }).Both(h =>
                    h with
                    {
                        CompressedSize = (uint)bytes.Length,
                        Size = (uint)(plain ?? content).Length,
                        Crc = Crc32.Append(0, plain ?? content),
                    }
                ),
                b
            );
        cases["bytes after the stream"] = () => With([.. right.Bytes, 0]).Build();
        cases["a second stream"] = () => With([.. right.Bytes, .. right.Bytes]).Build();
        cases["cut stream"] = () => With(right.Bytes[..^1]).Build();
        cases["early end"] = () => With(right.Bytes, [.. content, 1]).Build();
        cases["late end"] = () => With(right.Bytes, content[..^1]).Build();
        cases["no stream"] = () => With([]).Build();
        cases["wrong checksum"] = () => new ZipForge(right.Both(h => h with { Crc = h.Crc ^ 1 }), b).Build();
        cases["wrong stored checksum"] = () => new ZipForge(b.Both(h => h with { Crc = h.Crc ^ 1 })).Build();
        cases["stored size"] = () => new ZipForge(b.Both(h => h with { Size = h.Size + 1 })).Build();
        cases["stored block length"] = () => With([1, 5, 0, 0xFA, 0xFF, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6]).Build();
        cases["stored block complement"] = () => With([1, 5, 0, 0xFB, 0xFF, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5]).Build();
        cases["distance too far"] = () => With([0x4B, 0x04, 0x13, 0x00], "aaaaaaaa"u8.ToArray()).Build();
        cases["reserved block"] = () => With([7, 0]).Build();
        AddLargeContents(cases, b);
    }

    private static void AddLargeContents(Dictionary<string, Func<byte[]>> cases, ForgedEntry b)
    {
        cases["folder with content"] = () => new ZipForge(ForgedEntry.Of("pkg/", "hello", deflated: false), b).Build();
        cases["bomb"] = () =>
        {
            var zeros = new byte[70 << 20];
            return new ZipForge(ForgedEntry.Of("pkg/zeros"u8.ToArray(), zeros)).Build();
        };
        cases["large and wrong"] = () =>
        {
            var large = Samples.Make(new Random(2), 3 << 20);
            return new ZipForge(ForgedEntry.Of("x"u8.ToArray(), large).Both(h => h with { Crc = 1 })).Build();
        };
        cases["large, stored and wrong"] = () =>
        {
            var large = Samples.Make(new Random(2), 3 << 20);
            return new ZipForge(
                ForgedEntry.Of("x"u8.ToArray(), large, deflated: false).Both(h => h with { Crc = 1 })
            ).Build();
        };
        cases["large with bytes after"] = () =>
        {
            var large = Samples.Make(new Random(2), 3 << 20);
            var entry = ForgedEntry.Of("x"u8.ToArray(), large);
            return new ZipForge(
                (entry with { Bytes = [.. entry.Bytes, 1] }).Both(h => h with { CompressedSize = h.CompressedSize + 1 })
            ).Build();
        };
    }

    private static void AddTwins(Dictionary<string, Func<byte[]>> cases, ForgedEntry b)
    {
        AddTwins(cases, b, ("pkg/x.py", "pkg/x.py"));
        cases["file and folder"] = () => new ZipForge(ForgedEntry.Of("pkg", "1"), ForgedEntry.Of("pkg/x", "2")).Build();
        cases["folder and file"] = () => new ZipForge(ForgedEntry.Of("pkg/x", "1"), ForgedEntry.Of("pkg", "2")).Build();
        cases["file and folder entry"] = () =>
            new ZipForge(ForgedEntry.Of("pkg", "1"), ForgedEntry.Of("pkg/", "")).Build();
        cases["file and deep folder"] = () =>
            new ZipForge(ForgedEntry.Of("a/b", "1"), ForgedEntry.Of("a/b/c/d", "2")).Build();
    }

    private static void AddTwins(
        Dictionary<string, Func<byte[]>> cases,
        ForgedEntry b,
        (string First, string Second) twins
    )
    {
        var (first, second) = twins;
        var shown = Convert.ToHexString(Encoding.UTF8.GetBytes(first + second));
        cases[$"twins {shown}"] = () =>
            new ZipForge(ForgedEntry.Of(first, "1"), ForgedEntry.Of(second, "2"), b).Build();
        cases[$"twins {shown} turned"] = () =>
            new ZipForge(ForgedEntry.Of(second, "1"), b, ForgedEntry.Of(first, "2")).Build();
    }

    private static byte[] Sizes(ulong size, ulong compressedSize)
    {
        var extra = new byte[20];
        BinaryPrimitives.WriteUInt16LittleEndian(extra, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(extra.AsSpan(2), 16);
        BinaryPrimitives.WriteUInt64LittleEndian(extra.AsSpan(4), size);
        BinaryPrimitives.WriteUInt64LittleEndian(extra.AsSpan(12), compressedSize);
        return extra;
    }

    private static byte[] UnicodePath(byte[] header, byte[] name)
    {
        var extra = new byte[9];
        BinaryPrimitives.WriteUInt16LittleEndian(extra, 0x7075);
        BinaryPrimitives.WriteUInt16LittleEndian(extra.AsSpan(2), (ushort)(5 + name.Length));
        extra[4] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(extra.AsSpan(5), Crc32.Append(0, header));
        return [.. extra, .. name];
    }

    private static byte[] Flip(byte[] bytes, int at)
    {
        var changed = bytes.ToArray();
        changed[at] ^= 0x10;
        return changed;
    }
}
