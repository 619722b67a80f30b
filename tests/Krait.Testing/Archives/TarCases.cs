using System.Text;
using static Krait.Testing.Archives.ForgedMember;

namespace Krait.Testing.Archives;

/// <summary>Tar archives that must be refused, by name, in the classes of the reliability catalogue.</summary>
public static class TarCases
{
    private static readonly string[] UnsafeNames =
    [
        "../x",
        "a/../../x",
        "a/b/../../../x",
        "/x",
        "//x",
        "C:x",
        "C:\\x",
        "\\\\h\\s\\x",
        "..\\x",
        "./../x",
        "a/./..//x",
        "..",
        "a/..",
        "a//b",
        "a\nb",
        "a\u001b[31mb",
        "a\u007fb",
        "a\u202eb",
        "a.",
        "a ",
        "CON",
        "pkg/AUX.txt",
        "COM1",
    ];

    /// <summary>Every case: a name and the archive.</summary>
    public static IReadOnlyDictionary<string, Func<byte[]>> Hostile()
    {
        var cases = new Dictionary<string, Func<byte[]>>(StringComparer.Ordinal);
        AddNames(cases);
        AddLinks(cases);
        AddKinds(cases);
        AddHeaders(cases);
        AddExtensions(cases);
        AddEnds(cases);
        AddTwins(cases);
        return cases;
    }

    private static void AddNames(Dictionary<string, Func<byte[]>> cases)
    {
        foreach (var name in UnsafeNames)
        {
            cases.Add($"file named {name}", () => new TarForge(File(name)).Build());
            cases.Add($"folder named {name}", () => new TarForge(Folder(name), File("p/a")).Build());
            cases.Add($"PAX path {name}", () => new TarForge(Pax(("path", name)), File("p/a")).Build());
            cases.Add($"long name {name}", () => new TarForge(LongName('L', name), File("p/a")).Build());
            cases.Add($"link named {name}", () => new TarForge(File("p/a"), Link(name, "p/a")).Build());
        }

        cases.Add(
            "name that is not UTF-8",
            () => new TarForge(File("p/a") with { Name = [(byte)'p', 0xC3, 0x28] }).Build()
        );
        cases.Add("overlong UTF-8", () => new TarForge(File("p/a") with { Name = [(byte)'p', 0xC0, 0xAE] }).Build());
        cases.Add("zero in a name", () => new TarForge(File("p/a") with { Name = "p/a\0b"u8.ToArray() }).Build());
        cases.Add("zero in a PAX path", () => new TarForge(Pax(("path", "p/a\0b")), File("p/a")).Build());
        cases.Add("zero in a long name", () => new TarForge(LongName('L', "p/a\0b"), File("p/a")).Build());
        cases.Add("long segment", () => new TarForge(LongName('L', "p/" + new string('a', 256)), File("p/a")).Build());
        cases.Add(
            "long path",
            () => new TarForge(LongName('L', string.Join('/', Enumerable.Repeat("abcdefg", 300))), File("p/a")).Build()
        );
    }

    private static void AddLinks(Dictionary<string, Func<byte[]>> cases)
    {
        foreach (var target in (string[])["/etc/passwd", "../../x", "../..", "b", "a/x", "c:x", "..\\x", "", "p"])
            cases.Add($"link to {target}", () => new TarForge(File("p/a"), Link("p/l", target)).Build());
        cases.Add("link to itself", () => new TarForge(File("p/a"), Link("p/l", "l")).Build());
        cases.Add("links in a circle", () => new TarForge(File("p/a"), Link("p/l", "m"), Link("p/m", "l")).Build());
        cases.Add(
            "link through a link to outside",
            () => new TarForge(File("p/q/a"), Link("p/l", "q/.."), Link("p/m", "l/../../x")).Build()
        );
        cases.Add("file behind a link", () => new TarForge(Folder("p/d"), Link("p/l", "d"), File("p/l/a")).Build());
        cases.Add("file over a link", () => new TarForge(File("p/a"), Link("p/l", "a"), File("p/l")).Build());
        cases.Add("link over a file", () => new TarForge(File("p/a"), File("p/l"), Link("p/l", "a")).Build());
        cases.Add("link over a folder", () => new TarForge(File("p/d/a"), Link("p/d", "x")).Build());
        cases.Add("two-step link", () => new TarForge(File("p/x"), Link("p/a", "."), Link("p/a/b", "..")).Build());
        foreach (var target in (string[])["/etc/passwd", "../x", "p/b", "p/d", "p/l", "", "p/c"])
        {
            cases.Add(
                $"hard link to {target}",
                () =>
                    new TarForge(
                        File("p/a"),
                        Folder("p/d"),
                        Link("p/l", "a"),
                        Link("p/h", target, '1'),
                        File("p/c")
                    ).Build()
            );
        }
    }

    private static void AddKinds(Dictionary<string, Func<byte[]>> cases)
    {
        foreach (var type in "3467SDMVNAXIZ9@")
            cases.Add($"type {type}", () => new TarForge(File("p/a"), Link("p/x", "", type)).Build());
        cases.Add("sparse PAX", () => new TarForge(Pax(("GNU.sparse.major", "1")), File("p/a")).Build());
        cases.Add("folder with content", () => new TarForge(Folder("p/d") with { Content = new byte[512] }).Build());
        cases.Add(
            "link with content",
            () => new TarForge(File("p/a"), Link("p/l", "a") with { Content = new byte[512] }).Build()
        );
        cases.Add("file named as a folder", () => new TarForge(File("p/a/")).Build());
        cases.Add("file and folder", () => new TarForge(File("p/a"), File("p/a/b")).Build());
        cases.Add("folder and file", () => new TarForge(File("p/a/b"), File("p/a")).Build());
    }

    private static void AddHeaders(Dictionary<string, Func<byte[]>> cases)
    {
        cases.Add("wrong checksum", () => new TarForge(File("p/a") with { Checksum = sum => Octal6(sum + 1) }).Build());
        cases.Add("no checksum", () => new TarForge(File("p/a") with { Checksum = _ => "\0\0\0\0\0\0\0\0" }).Build());
        cases.Add("zero checksum", () => new TarForge(File("p/a") with { Checksum = _ => Octal6(0) }).Build());
        cases.Add(
            "second checksum wrong",
            () => new TarForge(File("p/a"), File("p/b") with { Checksum = sum => Octal6(sum - 1) }).Build()
        );
        cases.Add("garbage magic", () => new TarForge(File("p/a") with { Magic = "garbage!" }).Build());
        cases.Add("unknown version", () => new TarForge(File("p/a") with { Magic = "ustar\099" }).Build());
        cases.Add(
            "negative size",
            () => new TarForge(File("p/a") with { Size = [0xFF, .. Enumerable.Repeat((byte)0xFF, 11)] }).Build()
        );
        cases.Add(
            "huge size",
            () => new TarForge(File("p/a") with { Size = [0x80, .. Enumerable.Repeat((byte)0xFF, 11)] }).Build()
        );
        cases.Add("odd base-256 size", () => new TarForge(File("p/a") with { Size = [0x81, .. new byte[11]] }).Build());
        cases.Add(
            "size with a digit too large",
            () => new TarForge(File("p/a") with { Size = "00000000008\0"u8.ToArray() }).Build()
        );
        cases.Add(
            "size with a sign",
            () => new TarForge(File("p/a") with { Size = "-0000000001\0"u8.ToArray() }).Build()
        );
        cases.Add(
            "size with a gap",
            () => new TarForge(File("p/a") with { Size = "0000 000001\0"u8.ToArray() }).Build()
        );
        cases.Add("invalid mode", () => new TarForge(File("p/a") with { Mode = "rw-r--r-" }).Build());
        cases.Add("invalid time", () => new TarForge(File("p/a") with { Time = "yesterday\0" }).Build());
        cases.Add(
            "prefix in GNU form",
            () => new TarForge(File("p/a") with { Magic = "ustar  \0", Prefix = "../q"u8.ToArray() }).Build()
        );
        cases.Add(
            "prefix in the old form",
            () => new TarForge(File("p/a") with { Magic = "\0\0\0\0\0\0\0\0", Prefix = "q"u8.ToArray() }).Build()
        );
        cases.Add("unsafe prefix", () => new TarForge(File("p/a") with { Prefix = ".."u8.ToArray() }).Build());
    }

#pragma warning disable MA0051 // A list of archives, one a line or two.
    private static void AddExtensions(Dictionary<string, Func<byte[]>> cases)
#pragma warning restore MA0051
    {
        var hidden = File("p/evil").Build();
        cases.Add(
            "PAX size above the header's",
            () => new TarForge(Pax(("size", "1024")), File("p/a") with { Size = Octal(0), Content = hidden }).Build()
        );
        cases.Add(
            "PAX size below the header's",
            () => new TarForge(Pax(("size", "0")), File("p/a") with { Content = hidden }).Build()
        );
        cases.Add(
            "PAX path and long name",
            () => new TarForge(Pax(("path", "p/b")), LongName('L', "p/c"), File("p/a")).Build()
        );
        cases.Add(
            "long name and PAX path",
            () => new TarForge(LongName('L', "p/c"), Pax(("path", "p/b")), File("p/a")).Build()
        );
        cases.Add(
            "two PAX headers",
            () => new TarForge(Pax(("path", "p/b")), Pax(("mtime", "1")), File("p/a")).Build()
        );
        cases.Add(
            "two long names",
            () => new TarForge(LongName('L', "p/b"), LongName('L', "p/c"), File("p/a")).Build()
        );
        cases.Add("PAX path twice", () => new TarForge(Pax(("path", "p/b"), ("path", "p/c")), File("p/a")).Build());
        cases.Add("empty PAX path", () => new TarForge(Pax(("path", "")), File("p/a")).Build());
        cases.Add("PAX size that is no number", () => new TarForge(Pax(("size", "one")), File("p/a")).Build());
        cases.Add(
            "PAX path that is not UTF-8",
            () =>
                new TarForge(
                    Pax() with
                    {
                        Content = "9 path=\xFF\n"u8.ToArray()[..^2].Append((byte)0xFF).Append((byte)'\n').ToArray(),
                    },
                    File("p/a")
                ).Build()
        );
        foreach (
            var record in (string[])
                [
                    "8 path=x\n",
                    "99 path=p/b\n",
                    "path=p/b\n",
                    "12 path=p/bcd",
                    "0 path=x\n",
                    "-5 a=b\n",
                    " a=b\n",
                    "6 abc\n",
                ]
        )
        {
            cases.Add(
                $"PAX record {record.Trim()}",
                () => new TarForge(Pax() with { Content = Encoding.UTF8.GetBytes(record) }, File("p/a")).Build()
            );
        }

        cases.Add("PAX header without a member", () => new TarForge(File("p/a"), Pax(("path", "p/b"))).Build());
        cases.Add("long name without a member", () => new TarForge(File("p/a"), LongName('L', "p/b")).Build());
        cases.Add(
            "global path",
            () => new TarForge(Pax(("path", "p/b")) with { Type = (byte)'g' }, File("p/a")).Build()
        );
        cases.Add("global size", () => new TarForge(Pax(("size", "1")) with { Type = (byte)'g' }, File("p/a")).Build());
        cases.Add(
            "global between PAX and member",
            () =>
                new TarForge(Pax(("mtime", "1")), Pax(("comment", "x")) with { Type = (byte)'g' }, File("p/a")).Build()
        );
        cases.Add(
            "huge PAX header",
            () => new TarForge(Pax(("comment", new string('x', 2 << 20))), File("p/a")).Build()
        );
        cases.Add("empty PAX header", () => new TarForge(Pax(), File("p/a")).Build());
        cases.Add("empty long name", () => new TarForge(LongName('L', ""), File("p/a")).Build());
    }

    private static void AddEnds(Dictionary<string, Func<byte[]>> cases)
    {
        cases.Add("no end", () => new TarForge(File("p/a")) { EndBlocks = 0 }.Build());
        cases.Add("half an end", () => new TarForge(File("p/a")) { EndBlocks = 1 }.Build());
        cases.Add(
            "one empty block, then a member",
            () => new TarForge(File("p/a")) { EndBlocks = 1, Suffix = new TarForge(File("p/b")).Build() }.Build()
        );
        cases.Add(
            "another archive after the end",
            () => new TarForge(File("p/a")) { Suffix = new TarForge(File("p/b")).Build() }.Build()
        );
        cases.Add("text after the end", () => new TarForge(File("p/a")) { Suffix = "x"u8.ToArray() }.Build());
        cases.Add("half a block after the end", () => new TarForge(File("p/a")) { Suffix = new byte[100] }.Build());
        cases.Add("nothing", () => new TarForge().Build());
        cases.Add("cut in a header", () => new TarForge(File("p/a")).Build()[..300]);
        cases.Add("cut in a file", () => new TarForge(File("p/a", new string('x', 2000))).Build()[..1500]);
    }

    private static void AddTwins(Dictionary<string, Func<byte[]>> cases)
    {
        cases.Add("twice with other bytes", () => new TarForge(File("p/a", "1"), File("p/a", "2")).Build());
        cases.Add("case twins", () => new TarForge(File("p/a", "1"), File("p/A", "2")).Build());
        cases.Add("folder case twins", () => new TarForge(File("p/a/x", "1"), File("p/A", "2")).Build());
        cases.Add("composed and decomposed", () => new TarForge(File("p/\u00e9", "1"), File("p/e\u0301", "2")).Build());
        cases.Add(
            "link twins",
            () => new TarForge(File("p/a"), File("p/b"), Link("p/l", "a"), Link("p/l", "b")).Build()
        );
    }

    private static string Octal6(int sum) => Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ";
}
