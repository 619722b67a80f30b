namespace Krait.Testing.Archives;

/// <summary>Names of entries that no archive should have.</summary>
internal static class ZipNames
{
    /// <summary>Names that lead out of where an archive is unpacked, or that nothing can keep.</summary>
    public static readonly string[] UnsafeNames =
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
        "a\\..\\..\\x",
        "./../x",
        "a/./..//x",
        ".",
        "..",
        "",
        "a/.",
        "a/..",
        "./a",
        "a//b",
        "a/",
        "/",
        "a\nb",
        "a\u001b[31mb",
        "a\u007fb",
        "a\u0085b",
        "a\0b",
        "../x\0.py",
        "a\u202eb",
        "a\u200fb",
        "a\ufeffb",
        "a\u2028b",
        "c:/x",
        "z:y",
        "pkg/\\x",
        "....//",
        new string('a', 256),
        "pkg/" + new string('ü', 128),
        string.Join('/', Enumerable.Repeat("abcdefg", 600)),
        "\ue000",
    ];

    /// <summary>Names that Windows gives a meaning of its own, or cannot keep.</summary>
    public static readonly string[] NamesOfDevices =
    [
        "a.",
        "a ",
        "a./b",
        "a /b",
        "CON",
        "con.py",
        "pkg/AUX",
        "nul.tar.gz",
        "COM1",
        "lpt9.txt",
        "COM¹",
        "pkg/prn/x",
        "a/.../b",
    ];

    /// <summary>Two names that some system cannot keep apart.</summary>
    public static readonly (string First, string Second)[] Twins =
    [
        ("pkg/x.py", "pkg/X.py"),
        ("pkg/x.py", "PKG/x.py"),
        ("pkg/\u00e9.py", "pkg/\u00c9.py"),
        ("pkg/\u00e9.py", "pkg/e\u0301.py"),
        ("pkg/\u1e69.py", "pkg/s\u0323\u0307.py"),
        ("pkg/\u304c", "pkg/\u304b\u3099"),
    ];
}
