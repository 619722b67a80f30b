using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Krait.Packaging.Markers;
using Krait.Packaging.Text;

namespace Krait.Packaging.Tags;

/// <summary>
/// A machine to resolve or install for that is not this one (`--python-platform`): the platform tags it accepts, and what its
/// interpreter would say of it in markers.
/// </summary>
public sealed class TargetPlatform
{
    private static readonly string[] ManylinuxVersions =
    [
        "manylinux2014",
        "manylinux_2_17",
        "manylinux_2_28",
        .. Enumerable.Range(31, 10).Select(minor => $"manylinux_2_{minor}"),
    ];

    private readonly Func<MarkerEnvironment, MarkerEnvironment> describe;

    private TargetPlatform(
        string name,
        IReadOnlyList<string> platforms,
        Func<MarkerEnvironment, MarkerEnvironment> describe
    )
    {
        Name = name;
        Platforms = platforms;
        this.describe = describe;
    }

    /// <summary>The names that are accepted.</summary>
    public static IEnumerable<string> Names =>
        [
            "windows",
            "linux",
            "macos",
            "x86_64-pc-windows-msvc",
            "aarch64-pc-windows-msvc",
            "i686-pc-windows-msvc",
            "x86_64-unknown-linux-gnu",
            "aarch64-apple-darwin",
            "x86_64-apple-darwin",
            "aarch64-unknown-linux-gnu",
            "aarch64-unknown-linux-musl",
            "x86_64-unknown-linux-musl",
            "riscv64-unknown-linux",
            .. ManylinuxVersions.Select(version => $"x86_64-{version}"),
            .. ManylinuxVersions.Select(version => $"aarch64-{version}"),
            "aarch64-linux-android",
            "x86_64-linux-android",
            "wasm32-pyodide2024",
            "wasm32-pyodide2025",
            "arm64-apple-ios",
            "arm64-apple-ios-simulator",
            "x86_64-apple-ios-simulator",
        ];

    /// <summary>The name it was asked for by.</summary>
    public string Name { get; }

    /// <summary>The platform tags it accepts, best first.</summary>
    public IReadOnlyList<string> Platforms { get; }

    /// <summary>Parses a target's name.</summary>
    /// <param name="name">The name (`x86_64-manylinux_2_28`).</param>
    /// <param name="limits">The oldest systems to support, where the name does not say.</param>
    /// <param name="target">The target.</param>
    /// <param name="error">Why there is none.</param>
    public static bool TryParse(
        ReadOnlySpan<char> name,
        TargetLimits limits,
        [NotNullWhen(true)] out TargetPlatform? target,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        error = null;
        target = Find(name.ToString(), limits);
        if (target is null)
        {
            error = new Diagnostic("invalid-platform", $"`{PythonText.Printable(name)}` is not a platform")
            {
                Hints = [$"Use one of {string.Join(", ", Names.Select(known => $"`{known}`"))}"],
            };
        }

        return target is not null;
    }

    /// <summary>The tags that a CPython accepts on this machine.</summary>
    public TagSet ForCPython(int major, int minor, bool isFreeThreaded = false) =>
        TagSet.ForCPython(major, minor, TagSet.CPythonAbis(major, minor, isFreeThreaded, isDebug: false), Platforms);

    /// <summary>An interpreter's environment as it would be on this machine.</summary>
    public MarkerEnvironment Describe(MarkerEnvironment environment) => describe(environment);

    private static TargetPlatform? Find(string name, TargetLimits limits) =>
        name switch
        {
            "windows" or "x86_64-pc-windows-msvc" => Windows(name, "x86_64", "AMD64"),
            "aarch64-pc-windows-msvc" => Windows(name, "arm64", "ARM64"),
            "i686-pc-windows-msvc" => Windows(name, "x86", "x86"),
            "macos" or "aarch64-apple-darwin" => MacOs(name, "arm64", limits),
            "x86_64-apple-darwin" => MacOs(name, "x86_64", limits),
            "linux" or "x86_64-unknown-linux-gnu" => Manylinux(name, "x86_64", 28),
            "aarch64-unknown-linux-gnu" => Manylinux(name, "aarch64", 28),
            "riscv64-unknown-linux" => Manylinux(name, "riscv64", 39),
            "aarch64-unknown-linux-musl" => Linux(name, "aarch64", PlatformTags.Musllinux(1, 2, "aarch64")),
            "x86_64-unknown-linux-musl" => Linux(name, "x86_64", PlatformTags.Musllinux(1, 2, "x86_64")),
            "aarch64-linux-android" => Android(name, "aarch64", "arm64_v8a", limits),
            "x86_64-linux-android" => Android(name, "x86_64", "x86_64", limits),
            "wasm32-pyodide2024" => Pyodide(name, "2024_0", "3.1.58"),
            "wasm32-pyodide2025" => Pyodide(name, "2025_0", "4.0.9"),
            "arm64-apple-ios" => Ios(name, "arm64", "arm64_iphoneos", limits),
            "arm64-apple-ios-simulator" => Ios(name, "arm64", "arm64_iphonesimulator", limits),
            "x86_64-apple-ios-simulator" => Ios(name, "x86_64", "x86_64_iphonesimulator", limits),
            _ => FindManylinux(name),
        };

    /// <summary>`x86_64-manylinux_2_28`.</summary>
    private static TargetPlatform? FindManylinux(string name)
    {
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        if (
            dash < 0
            || Array.IndexOf(ManylinuxVersions, name[(dash + 1)..]) < 0
            || name[..dash] is not ("x86_64" or "aarch64")
        )
        {
            return null;
        }

        var minor = name[(name.LastIndexOf('_') + 1)..];
        return Manylinux(
            name,
            name[..dash],
            name.EndsWith("2014", StringComparison.Ordinal) ? 17 : int.Parse(minor, CultureInfo.InvariantCulture)
        );
    }

    private static TargetPlatform Manylinux(string name, string machine, int glibcMinor) =>
        Linux(name, machine, PlatformTags.Manylinux(2, glibcMinor, machine));

    private static TargetPlatform Linux(string name, string machine, IReadOnlyList<string> platforms) =>
        Make(name, platforms, ("posix", "linux", "Linux", machine));

    private static TargetPlatform Windows(string name, string architecture, string machine) =>
        Make(name, PlatformTags.Windows(architecture), ("nt", "win32", "Windows", machine));

    private static TargetPlatform MacOs(string name, string machine, TargetLimits limits) =>
        Make(
            name,
            PlatformTags.MacOs(limits.MacOs.Major, limits.MacOs.Minor, machine),
            ("posix", "darwin", "Darwin", machine)
        );

    private static TargetPlatform Ios(string name, string machine, string multiarch, TargetLimits limits) =>
        Make(name, PlatformTags.Ios(limits.Ios.Major, limits.Ios.Minor, multiarch), ("posix", "ios", "iOS", machine));

    private static TargetPlatform Android(string name, string machine, string abi, TargetLimits limits) =>
        Make(name, PlatformTags.Android(limits.AndroidApiLevel, abi), ("posix", "android", "Android", machine));

    private static TargetPlatform Pyodide(string name, string version, string release) =>
        Make(
            name,
            [$"pyemscripten_{version}_wasm32", $"pyodide_{version}_wasm32"],
            ("posix", "emscripten", "Emscripten", "wasm32"),
            release,
            "#1"
        );

    private static TargetPlatform Make(
        string name,
        IReadOnlyList<string> platforms,
        (string Os, string SysPlatform, string System, string Machine) machine,
        string release = "",
        string version = ""
    ) =>
        new(
            name,
            platforms,
            environment =>
                environment with
                {
                    OsName = machine.Os,
                    SysPlatform = machine.SysPlatform,
                    PlatformSystem = machine.System,
                    PlatformMachine = machine.Machine,
                    PlatformRelease = release,
                    PlatformVersion = version,
                }
        );
}
