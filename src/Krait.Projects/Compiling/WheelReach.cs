using Krait.Packaging.Distributions;
using Krait.Packaging.Markers;
using Krait.Packaging.Versions;
using Krait.Resolver.Candidates;

namespace Krait.Projects.Compiling;

/// <summary>Which wheels of a locked package somebody can install: those that neither its marker nor the Pythons rule out.</summary>
/// <param name="pythons">The Python versions that the lock is for.</param>
public sealed class WheelReach(VersionRanges pythons)
{
    private readonly UniversalWheels byPython = new(pythons);

    /// <summary>Whether a wheel can be installed in some environment of a package.</summary>
    public bool Includes(WheelFileName wheel, Marker marker) =>
        byPython.Accepts(wheel) && wheel.PlatformTags.Any(tag => !PlatformOf(tag).IsDisjointFrom(marker));

    /// <summary>The environments that a platform tag is for.</summary>
    private static Marker PlatformOf(string tag)
    {
        var (platform, machines) = tag switch
        {
            "win32" => ("win32", "x86"),
            "win_amd64" => ("win32", "AMD64"),
            "win_arm64" => ("win32", "ARM64"),
            _ when tag.StartsWith("macosx_", StringComparison.Ordinal) => ("darwin", MacMachine(tag)),
            _ when tag.StartsWith("ios_", StringComparison.Ordinal) => ("ios", null),
            _ when tag.StartsWith("android_", StringComparison.Ordinal) => ("android", null),
            _ when tag.Contains("linux", StringComparison.Ordinal) => ("linux", LinuxMachine(tag)),
            _ => (null, null),
        };
        if (platform is null)
            return Marker.True;
        var marker = Marker.Parse($"sys_platform == '{platform}'");
        return machines is null ? marker : marker.And(Marker.Parse($"platform_machine == '{machines}'"));
    }

    /// <summary>The one machine of a tag; null for tags of several (`universal2`).</summary>
    private static string? MacMachine(string tag) =>
        tag.EndsWith("_x86_64", StringComparison.Ordinal) ? "x86_64"
        : tag.EndsWith("_arm64", StringComparison.Ordinal) ? "arm64"
        : null;

    private static string? LinuxMachine(string tag)
    {
        string[] machines = ["x86_64", "aarch64", "i686", "armv7l", "ppc64le", "s390x", "riscv64"];
        return Array.Find(machines, machine => tag.EndsWith("_" + machine, StringComparison.Ordinal));
    }
}
