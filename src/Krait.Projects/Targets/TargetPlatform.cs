using System.Globalization;
using Krait.Packaging.Markers;
using Krait.Packaging.Tags;
using Krait.Packaging.Text;

namespace Krait.Projects.Targets;

/// <summary>A platform that packages can be chosen for without being on it, named as uv names it.</summary>
/// <param name="SysPlatform">Its `sys_platform`.</param>
/// <param name="OsName">Its `os_name`.</param>
/// <param name="System">Its `platform_system`.</param>
/// <param name="Machine">Its `platform_machine`.</param>
/// <param name="Tags">The platform tags of its wheels, best first.</param>
public sealed record TargetPlatform(
    string SysPlatform,
    string OsName,
    string System,
    string Machine,
    IReadOnlyList<string> Tags
)
{
    private static readonly string[] Names =
    [
        "windows",
        "linux",
        "macos",
        "x86_64-pc-windows-msvc",
        "aarch64-pc-windows-msvc",
        "i686-pc-windows-msvc",
        "x86_64-unknown-linux-gnu",
        "aarch64-unknown-linux-gnu",
        "aarch64-unknown-linux-musl",
        "x86_64-unknown-linux-musl",
        "riscv64-unknown-linux",
        "aarch64-apple-darwin",
        "x86_64-apple-darwin",
        "x86_64-manylinux2014",
        "x86_64-manylinux_2_17",
        "x86_64-manylinux_2_28",
        "aarch64-manylinux2014",
        "aarch64-manylinux_2_17",
        "aarch64-manylinux_2_28",
        "aarch64-linux-android",
        "x86_64-linux-android",
        "wasm32-pyodide2024",
        "wasm32-pyodide2025",
        "arm64-apple-ios",
        "arm64-apple-ios-simulator",
        "x86_64-apple-ios-simulator",
    ];

    /// <summary>Reads a platform's name.</summary>
    /// <exception cref="KraitException">There is none of that name (exit code 2).</exception>
    public static TargetPlatform Parse(string name) =>
        TryParse(name)
        ?? throw new KraitException(
            new Diagnostic("unknown-platform", $"`{name}` is not a platform that krait knows")
            {
                Notes = [$"Known are {string.Join(", ", Names)}, and manylinux versions up to 2_40"],
            }
        )
        {
            ExitCode = 2,
        };

    /// <summary>The markers of an interpreter, moved to this platform.</summary>
    public MarkerEnvironment Apply(MarkerEnvironment markers) =>
        markers with
        {
            SysPlatform = SysPlatform,
            OsName = OsName,
            PlatformSystem = System,
            PlatformMachine = Machine,
            PlatformRelease = "",
            PlatformVersion = "",
        };

    private static TargetPlatform? TryParse(string name) =>
        name switch
        {
            "windows" or "x86_64-pc-windows-msvc" => Windows("AMD64", "win_amd64"),
            "aarch64-pc-windows-msvc" => Windows("ARM64", "win_arm64"),
            "i686-pc-windows-msvc" => Windows("x86", "win32"),
            "linux" or "x86_64-unknown-linux-gnu" => Linux("x86_64", PlatformTags.Manylinux(2, 28, "x86_64")),
            "aarch64-unknown-linux-gnu" => Linux("aarch64", PlatformTags.Manylinux(2, 28, "aarch64")),
            "riscv64-unknown-linux" => Linux("riscv64", PlatformTags.Manylinux(2, 39, "riscv64")),
            "x86_64-unknown-linux-musl" => Linux("x86_64", PlatformTags.Musllinux(1, 2, "x86_64")),
            "aarch64-unknown-linux-musl" => Linux("aarch64", PlatformTags.Musllinux(1, 2, "aarch64")),
            "macos" or "aarch64-apple-darwin" => MacOs("arm64"),
            "x86_64-apple-darwin" => MacOs("x86_64"),
            "aarch64-linux-android" => new(
                "android",
                "posix",
                "Android",
                "aarch64",
                PlatformTags.Android(24, "arm64_v8a")
            ),
            "x86_64-linux-android" => new("android", "posix", "Android", "x86_64", PlatformTags.Android(24, "x86_64")),
            "arm64-apple-ios" => Ios("arm64", "arm64-iphoneos"),
            "arm64-apple-ios-simulator" => Ios("arm64", "arm64-iphonesimulator"),
            "x86_64-apple-ios-simulator" => Ios("x86_64", "x86_64-iphonesimulator"),
            "wasm32-pyodide2024" => new("emscripten", "posix", "Emscripten", "wasm32", ["pyodide_2024_0_wasm32"]),
            "wasm32-pyodide2025" => new("emscripten", "posix", "Emscripten", "wasm32", ["pyodide_2025_0_wasm32"]),
            _ => TryParseManylinux(name),
        };

    private static TargetPlatform Windows(string machine, string tag) => new("win32", "nt", "Windows", machine, [tag]);

    private static TargetPlatform Linux(string machine, IReadOnlyList<string> tags) =>
        new("linux", "posix", "Linux", machine, tags);

    private static TargetPlatform MacOs(string machine) =>
        new("darwin", "posix", "Darwin", machine, PlatformTags.MacOs(13, 0, machine));

    private static TargetPlatform Ios(string machine, string multiarch) =>
        new("ios", "posix", "iOS", machine, PlatformTags.Ios(13, 0, multiarch));

    /// <summary>`x86_64-manylinux2014`, `aarch64-manylinux_2_34`</summary>
    private static TargetPlatform? TryParseManylinux(string name)
    {
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || name[..dash] is not ("x86_64" or "aarch64"))
            return null;
        var (machine, rest) = (name[..dash], name[(dash + 1)..]);
        if (rest is "manylinux2014")
            return Linux(machine, PlatformTags.Manylinux(2, 17, machine));
        const string Prefix = "manylinux_2_";
        return
            rest.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(rest.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            && minor is >= 17 and <= 40
            ? Linux(machine, PlatformTags.Manylinux(2, minor, machine))
            : null;
    }
}
