namespace Krait.EndToEnd.Universal;

/// <summary>One concrete machine with one interpreter, as markers see it.</summary>
internal sealed class PlainEnvironment
{
    private static readonly string[] Pythons =
    [
        "3.8.20",
        "3.9.0",
        "3.9.25",
        "3.10.0",
        "3.10.12",
        "3.11.0",
        "3.11.4",
        "3.11.5",
        "3.12.0",
        "3.12.8",
        "3.13.0",
        "3.13.2",
        "3.14.0",
    ];

    // sys_platform, platform_system, os_name, machines
    private static readonly (string, string, string, string[])[] Platforms =
    [
        ("linux", "Linux", "posix", ["x86_64", "aarch64", "arm64", "armv7l", "ppc64le", "s390x", "i686", "riscv64"]),
        ("darwin", "Darwin", "posix", ["x86_64", "arm64"]),
        ("win32", "Windows", "nt", ["AMD64", "ARM64", "x86"]),
        ("emscripten", "Emscripten", "posix", ["wasm32"]),
        ("cygwin", "CYGWIN_NT-10.0", "posix", ["x86_64"]),
        ("freebsd14", "FreeBSD", "posix", ["amd64"]),
        ("android", "Android", "posix", ["aarch64"]),
        ("ios", "iOS", "posix", ["arm64"]),
    ];

    private readonly Dictionary<string, string> values;

    private PlainEnvironment(Dictionary<string, string> values) => this.values = values;

    /// <summary>The value of a marker variable.</summary>
    public string this[string variable] =>
        values.TryGetValue(variable, out var value)
            ? value
            : throw new FormatException($"markers have no variable `{variable}`");

    /// <summary>Every environment from a lowest Python on.</summary>
    public static IEnumerable<PlainEnvironment> From(string lowestPython)
    {
        var lowest = Version.Parse(lowestPython);
        return from python in Pythons
            where Version.Parse(python) >= lowest
            from platform in Platforms
            from machine in platform.Item4
            from isPyPy in new[] { false, true }
            select Create(python, platform.Item1, platform.Item2, platform.Item3, machine, isPyPy);
    }

    public override string ToString() =>
        $"{this["platform_python_implementation"]} {this["python_full_version"]} on {this["sys_platform"]} {this["platform_machine"]}";

    private static PlainEnvironment Create(
        string python,
        string platform,
        string system,
        string osName,
        string machine,
        bool isPyPy
    ) =>
        new(
            new(StringComparer.Ordinal)
            {
                ["implementation_name"] = isPyPy ? "pypy" : "cpython",
                ["implementation_version"] = isPyPy ? "7.3.17" : python,
                ["os_name"] = osName,
                ["platform_machine"] = machine,
                ["platform_python_implementation"] = isPyPy ? "PyPy" : "CPython",
                ["platform_release"] = "6.1.0",
                ["platform_system"] = system,
                ["platform_version"] = "#1 SMP",
                ["python_full_version"] = python,
                ["python_version"] = string.Join('.', python.Split('.').Take(2)),
                ["sys_platform"] = platform,
            }
        );
}
