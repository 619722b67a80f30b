using System.Text;
using Krait.Testing.Archives;

namespace Krait.EndToEnd.Faults;

/// <summary>Wheels made to be read differently, to write where they must not, or broken on their way.</summary>
internal static class ArchiveFaults
{
    private const string FileName = "demo-1.0-py3-none-any.whl";

    private static readonly ForgedEntry Module = ForgedEntry.Of("demo/__init__.py", "x = 1\nx = 1\nx = 1\n");

    /// <summary>All of them.</summary>
    public static readonly Fault[] All =
    [
        // A1: names that lead elsewhere.
        Named("a path out of the archive", "../evil.py"),
        Named("a path out of the archive by a detour", "demo/../../evil.py"),
        Named("an absolute path", "/etc/evil.py"),
        Named("a drive", "C:/evil.py"),
        Named("backslashes", "..\\evil.py"),
        Named("a name of nothing but dots", "demo/.."),
        Named("an empty name", ""),
        Named("a name with a line break", "demo/a\nb.py"),
        Named("a name that rewrites the terminal", "demo/\u001b[2Jx.py"),
        Named("a name that runs backwards", "demo/\u202eyp.x"),
        Named("a name cut by a zero", "demo/x.py\0.txt"),
        Named("a name of 300 letters", "demo/" + new string('a', 300)),
        Forged("a file that is also a folder", new ZipForge(ForgedEntry.Of("demo", "x"), Module), "demo"),
        Forged(
            "a symbolic link",
            new ZipForge(
                ForgedEntry.Of("demo/link", "/etc/passwd").Both(h => h with { ExternalAttributes = 0xA1FF0000 })
            ),
            "link"
        ),
        Forged(
            "a device",
            new ZipForge(ForgedEntry.Of("demo/null", "").Both(h => h with { ExternalAttributes = 0x21B60000 })),
            "demo/null"
        ),
        // A3: two readings of one archive.
        Forged(
            "two files of one name",
            new ZipForge(Module, ForgedEntry.Of("demo/__init__.py", "y = 2\n")),
            "demo/__init__.py"
        ),
        Forged(
            "another name in the second header",
            new ZipForge(Module with { Local = Module.Local with { Name = "demo/__evil__.py"u8.ToArray() } }),
            "demo/__"
        ),
        Forged(
            "another checksum in the second header",
            new ZipForge(Module with { Local = Module.Local with { Crc = 7 } }),
            "demo/__init__.py"
        ),
        Forged("a wrong checksum", new ZipForge(Module.Both(h => h with { Crc = h.Crc ^ 1 })), "demo/__init__.py"),
        Forged(
            "a size that is too small",
            new ZipForge(Module.Both(h => h with { Size = h.Size - 1 })),
            "demo/__init__.py"
        ),
        Forged(
            "a size that is too large",
            new ZipForge(Module.Both(h => h with { Size = h.Size + 1 })),
            "demo/__init__.py"
        ),
        Forged(
            "a compressed size that reaches into the next file",
            new ZipForge(
                Module.Both(h => h with { CompressedSize = h.CompressedSize + 1 }),
                ForgedEntry.Of("demo/b.py", "b")
            ),
            "demo/"
        ),
        Forged(
            "files that share their bytes",
            new ZipForge(
                Module,
                ForgedEntry.Of("demo/b.py", "b") with
                {
                    HasLocal = false,
                    Central = Module.Central with { Name = "demo/b.py"u8.ToArray(), Offset = 0 },
                }
            ),
            FileName
        ),
        Forged(
            "a file that is not listed",
            new ZipForge(Module, ForgedEntry.Of("demo/hidden.py", "h") with { HasCentral = false }),
            FileName
        ),
        Forged(
            "a listed file that is not there",
            new ZipForge(Module, ForgedEntry.Of("demo/ghost.py", "h") with { HasLocal = false }),
            FileName
        ),
        Forged(
            "something before the archive",
            new ZipForge(Module) { Prefix = "#!/bin/sh\nexit\n"u8.ToArray() },
            FileName
        ),
        Forged(
            "something behind the archive",
            new ZipForge(Module) { Suffix = "#!/bin/sh\nexit\n"u8.ToArray() },
            FileName
        ),
        Forged(
            "an archive in the comment",
            new ZipForge(Module) { Comment = new ZipForge(ForgedEntry.Of("evil.py", "x")).Build() },
            FileName
        ),
        Forged(
            "a count that is too small",
            new ZipForge(Module, ForgedEntry.Of("demo/b.py", "b")) { CountChange = -1 },
            FileName
        ),
        Forged("a second volume", new ZipForge(Module) { Disk = 1 }, FileName),
        Forged(
            "an encrypted file",
            new ZipForge(Module.Both(h => h with { Flags = (ushort)(h.Flags | 1) })),
            "encrypted"
        ),
        Forged("an unknown compression", new ZipForge(Module.Both(h => h with { Method = 12 })), "demo/__init__.py"),
        Forged(
            "compressed bytes that break off",
            new ZipForge(Module with { Bytes = [.. Module.Bytes[..^3], 0, 0, 0] }),
            "demo/__init__.py"
        ),
        Forged("a bomb", new ZipForge(Bomb()), "demo/zeros"),
        // Broken on the way.
        Raw("a wheel cut at its end", () => new WheelForge().Build()[..^30], FileName),
        Raw("half a wheel", () => new WheelForge().Build() is var bytes ? bytes[..(bytes.Length / 2)] : [], FileName),
        Raw("an empty wheel", () => [], FileName),
        Raw("a wheel that is a page", () => "<html>not found</html>"u8.ToArray(), FileName),
        Raw("a wheel with nothing in it", () => new ZipForge().Build(), FileName),
        // A7, A8, A11: what a wheel says of itself.
        Wheel("a wheel without METADATA", new WheelForge { HasMetadata = false }, "METADATA"),
        Wheel("a wheel without WHEEL", new WheelForge { Wheel = null }, "WHEEL"),
        Wheel(
            "a wheel of a later format",
            new WheelForge { Wheel = "Wheel-Version: 2.0\nRoot-Is-Purelib: true\n" },
            "2.0"
        ),
        Wheel(
            "a wheel of another project",
            new WheelForge { Metadata = "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n" },
            "other"
        ),
        Wheel(
            "a wheel of another version",
            new WheelForge { Metadata = "Metadata-Version: 2.1\nName: demo\nVersion: 1.1\n" },
            "1.1"
        ),
        Wheel(
            "a wheel with two descriptions",
            new WheelForge { Files = [("evil-1.0.dist-info/METADATA", "Name: evil\n")] },
            "evil-1.0.dist-info"
        ),
        Wheel(
            "files for an unknown place",
            new WheelForge { Files = [("demo-1.0.data/evil/x", "x")] },
            "demo-1.0.data/evil"
        ),
        Wheel(
            "a script in place of the interpreter",
            new WheelForge { Files = [("demo-1.0.data/scripts/python", "#!python\n")] },
            "python"
        ),
        Wheel(
            "a file in place of the environment's settings",
            new WheelForge { Files = [("demo-1.0.data/data/pyvenv.cfg", "home = /\n")] },
            "pyvenv.cfg"
        ),
        // A9: programs.
        Script("a program outside the environment", "../../evil = demo:main", "../../evil"),
        Script("a program in place of the interpreter", "python3 = demo:main", "python3"),
        Script("a program in place of the activation", "activate = demo:main", "activate"),
        Script("a program whose reference is code", "demo = demo:main;import os", "demo:main;import os"),
        Script("a program whose reference is no name", "demo = demo:__import__('os').system", "demo"),
        Script("a program without a reference", "demo", "demo"),
        // The same through other doors.
        Named("a path out of the archive, from a direct URL", "../evil.py") with
        {
            Arguments = $"pip install --python {{venv}} {{files}}/{FileName}",
        },
        Named("a path out of the archive, from a pin", "../evil.py") with
        {
            Arguments = "pip sync --python {venv} --index-url {index} r.txt",
            Files = new() { ["r.txt"] = "demo==1.0\n" },
        },
    ];

    private static Fault Named(string name, string path) =>
        Forged(name, new ZipForge(ForgedEntry.Of(path, "x = 1\n")), FileName);

    /// <summary>Some entries beside those of a right wheel.</summary>
    private static Fault Forged(string name, ZipForge forge, params string[] says) =>
        Raw(name, () => (forge with { Entries = [.. forge.Entries, .. Rest()] }).Build(), says);

    private static Fault Wheel(string name, WheelForge forge, params string[] says) => Raw(name, forge.Build, says);

    private static Fault Script(string name, string line, params string[] says) =>
        Wheel(name, new WheelForge { EntryPoints = $"[console_scripts]\n{line}\n" }, says);

    private static Fault Raw(string name, Func<byte[]> build, params string[] says) =>
        new(name, "pip install --python {venv} --index-url {index} demo", 1, [FileName, .. says])
        {
            Serve = index => index.AddFile("demo", FileName, build(), Metadata),
            Mend = index => index.AddFile("demo", FileName, new WheelForge().Build(), Metadata),
        };

    private static readonly byte[] Metadata = "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"u8.ToArray();

    private static ForgedEntry[] Rest()
    {
        var record = Encoding.UTF8.GetBytes("demo-1.0.dist-info/RECORD,,\n");
        return
        [
            ForgedEntry.Of("demo-1.0.dist-info/METADATA"u8.ToArray(), Metadata),
            ForgedEntry.Of(
                "demo-1.0.dist-info/WHEEL",
                "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            ),
            ForgedEntry.Of("demo-1.0.dist-info/RECORD"u8.ToArray(), record),
        ];
    }

    /// <summary>A hundred megabytes of nothing in a hundred kilobytes.</summary>
    private static ForgedEntry Bomb() => ForgedEntry.Of("demo/zeros"u8.ToArray(), new byte[100 << 20]);
}
