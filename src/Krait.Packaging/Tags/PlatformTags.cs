namespace Krait.Packaging.Tags;

/// <summary>The platform tags that a machine accepts, best first (platform compatibility tags specification).</summary>
public static class PlatformTags
{
    /// <summary>The last minor version assumed of a major version of glibc that has ended.</summary>
    private const int LastGlibcMinor = 50;

    /// <summary>The first macOS whose binaries Python can run on Intel.</summary>
    private static readonly (int, int) FirstIntelMacOs = (10, 4);

    /// <summary>The tags of a Linux with glibc (PEP 600), with the names that the first three profiles had before.</summary>
    public static IReadOnlyList<string> Manylinux(int glibcMajor, int glibcMinor, string architecture)
    {
        var tags = new List<string>();
        foreach (var machine in MachinesOf(architecture))
        {
            if (!IsManylinuxMachine(machine))
                continue;
            // The profiles start at glibc 2.17, and for Intel at 2.5.
            var oldestMinor = machine is "x86_64" or "i686" ? 5 : 17;
            for (var major = glibcMajor; major >= 2; major--)
            {
                var newest = major == glibcMajor ? glibcMinor : LastGlibcMinor;
                for (var minor = newest; minor >= (major == 2 ? oldestMinor : 0); minor--)
                {
                    tags.Add($"manylinux_{major}_{minor}_{machine}");
                    if (LegacyProfile(major, minor) is { } profile)
                        tags.Add($"{profile}_{machine}");
                }
            }
        }

        tags.AddRange(MachinesOf(architecture).Select(machine => $"linux_{machine}"));
        return tags;
    }

    /// <summary>The tags of a Linux with musl (PEP 656).</summary>
    public static IReadOnlyList<string> Musllinux(int muslMajor, int muslMinor, string architecture)
    {
        var tags = new List<string>();
        foreach (var machine in MachinesOf(architecture))
        {
            for (var minor = muslMinor; minor >= 0; minor--)
                tags.Add($"musllinux_{muslMajor}_{minor}_{machine}");
        }

        tags.AddRange(MachinesOf(architecture).Select(machine => $"linux_{machine}"));
        return tags;
    }

    /// <summary>The tags of a macOS: every older release, in every binary format that contains the architecture.</summary>
    public static IReadOnlyList<string> MacOs(int major, int minor, string architecture)
    {
        var tags = new List<string>();
        if (major >= 11)
        {
            // Since 11, the major number counts the yearly releases.
            for (var release = major; release >= 11; release--)
                AddMacOs(tags, release, 0, MacFormats(release, 0, architecture));
            for (var release = 16; release >= 4; release--)
            {
                var formats = architecture is "x86_64" ? MacFormats(10, release, architecture) : ["universal2"];
                AddMacOs(tags, 10, release, formats);
            }
        }
        else if (major == 10)
        {
            for (var release = minor; release >= 0; release--)
                AddMacOs(tags, 10, release, MacFormats(10, release, architecture));
        }

        return tags;
    }

    /// <summary>The tag of a Windows on `x86`, `x86_64` or `arm64`.</summary>
    public static IReadOnlyList<string> Windows(string architecture) =>
        architecture.ToLowerInvariant() switch
        {
            "x86_64" or "amd64" => ["win_amd64"],
            "arm64" or "aarch64" => ["win_arm64"],
            _ => ["win32"],
        };

    /// <summary>The tags of an iOS (PEP 730); <paramref name="multiarch"/> is such as `arm64_iphoneos`.</summary>
    public static IReadOnlyList<string> Ios(int major, int minor, string multiarch)
    {
        var tags = new List<string>();
        var machine = Escape(multiarch);
        for (var release = major; release >= 12; release--)
        {
            for (var update = release == major ? minor : 9; update >= 0; update--)
                tags.Add($"ios_{release}_{update}_{machine}");
        }

        return tags;
    }

    /// <summary>The tags of an Android (PEP 738); <paramref name="abi"/> is such as `arm64_v8a`.</summary>
    public static IReadOnlyList<string> Android(int apiLevel, string abi)
    {
        var tags = new List<string>();
        for (var level = apiLevel; level >= 16; level--)
            tags.Add($"android_{level}_{Escape(abi)}");
        return tags;
    }

    /// <summary>The tag of any other platform, from what `sysconfig.get_platform()` says.</summary>
    public static IReadOnlyList<string> Other(string sysconfigPlatform) => [Escape(sysconfigPlatform)];

    private static string Escape(string text) => text.Replace('-', '_').Replace('.', '_').Replace(' ', '_');

    /// <summary>An ARMv8 in 32-bit mode also runs what was built for ARMv7.</summary>
    private static string[] MachinesOf(string architecture) =>
        architecture is "armv8l" ? ["armv8l", "armv7l"] : [architecture];

    private static bool IsManylinuxMachine(string machine) =>
        machine
            is "x86_64"
                or "i686"
                or "aarch64"
                or "armv7l"
                or "armv8l"
                or "ppc64"
                or "ppc64le"
                or "s390x"
                or "loongarch64"
                or "riscv64";

    private static string? LegacyProfile(int major, int minor) =>
        (major, minor) switch
        {
            (2, 17) => "manylinux2014",
            (2, 12) => "manylinux2010",
            (2, 5) => "manylinux1",
            _ => null,
        };

    private static void AddMacOs(List<string> tags, int major, int minor, IEnumerable<string> formats) =>
        tags.AddRange(formats.Select(format => $"macosx_{major}_{minor}_{format}"));

    private static List<string> MacFormats(int major, int minor, string architecture)
    {
        var version = (major, minor);
        var formats = new List<string> { architecture };
        switch (architecture)
        {
            case "x86_64" or "i386" when version.CompareTo(FirstIntelMacOs) < 0:
                return [];
            case "x86_64":
                formats.AddRange(["intel", "fat64", "fat3"]);
                break;
            case "i386":
                formats.AddRange(["intel", "fat3", "fat"]);
                break;
            case "ppc64" when version is not (10, 4 or 5):
                return [];
            case "ppc64":
                formats.Add("fat64");
                break;
            case "ppc" when version.CompareTo((10, 6)) > 0:
                return [];
            case "ppc":
                formats.AddRange(["fat3", "fat"]);
                break;
        }

        if (architecture is "arm64" or "x86_64")
            formats.Add("universal2");
        if (architecture is "x86_64" or "i386" or "ppc64" or "ppc" or "intel")
            formats.Add("universal");
        return formats;
    }
}
