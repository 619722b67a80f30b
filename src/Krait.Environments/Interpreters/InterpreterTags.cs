using System.Globalization;
using Krait.Packaging.Tags;

namespace Krait.Environments.Interpreters;

/// <summary>The wheels that an interpreter can load, from what it said about itself.</summary>
internal static class InterpreterTags
{
    /// <summary>All its tags, best first.</summary>
    public static TagSet Of(InterpreterFacts facts) =>
        TagSet.ForInterpreter(
            facts.Markers["implementation_name"],
            facts.Major,
            facts.Minor,
            facts.IsGilDisabled,
            facts.IsDebug,
            facts.Soabi,
            PlatformsOf(facts)
        );

    private static IReadOnlyList<string> PlatformsOf(InterpreterFacts facts)
    {
        var platform = facts.Platform;
        var architecture = platform[(platform.LastIndexOf('-') + 1)..];
        if (platform.StartsWith("linux-", StringComparison.Ordinal))
            return LinuxPlatforms(facts, NarrowOf(architecture, facts.PointerSize));
        if (platform.StartsWith("macosx-", StringComparison.Ordinal))
        {
            var (major, minor) = Numbers(facts.MacVersion);
            return PlatformTags.MacOs(major, minor, architecture);
        }

        return platform.StartsWith("win", StringComparison.Ordinal)
            ? PlatformTags.Windows(architecture)
            : PlatformTags.Other(platform);
    }

    private static List<string> LinuxPlatforms(InterpreterFacts facts, string architecture)
    {
        var (major, minor) = Numbers(facts.LibcVersion ?? "");
        var platforms = facts.LibcName switch
        {
            "glibc" => PlatformTags.Manylinux(major, minor, architecture),
            "musl" => PlatformTags.Musllinux(major, minor, architecture),
            _ => [],
        };
        var plain = $"linux_{architecture}";
        return platforms.Contains(plain, StringComparer.Ordinal) ? [.. platforms] : [.. platforms, plain];
    }

    /// <summary>A 32-bit interpreter on a 64-bit kernel sees the kernel's name.</summary>
    private static string NarrowOf(string architecture, int pointerSize) =>
        (architecture, pointerSize) switch
        {
            ("x86_64", 4) => "i686",
            ("aarch64", 4) => "armv8l",
            _ => architecture,
        };

    private static (int Major, int Minor) Numbers(string version)
    {
        var parts = version.Split('.');
        return (NumberAt(parts, 0), NumberAt(parts, 1));
    }

    private static int NumberAt(string[] parts, int index) =>
        index < parts.Length
        && int.TryParse(parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
}
