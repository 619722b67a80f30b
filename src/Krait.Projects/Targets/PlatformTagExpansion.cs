using System.Globalization;
using Krait.Packaging.Markers;
using Krait.Packaging.Tags;

namespace Krait.Projects.Targets;

/// <summary>What a platform tag that the user names stands for: older tags that the same machine accepts, and its markers.</summary>
internal static class PlatformTagExpansion
{
    /// <summary>The tags that a machine with this tag accepts, best first.</summary>
    public static IEnumerable<string> Expand(string tag)
    {
        if (TryParseMacOs(tag, out var major, out var minor, out var machine))
            return PlatformTags.MacOs(major, minor, machine);
        // The old names of manylinux each include the one before.
        string[] old = ["manylinux2014_", "manylinux2010_", "manylinux1_"];
        var start = Array.FindIndex(old, prefix => tag.StartsWith(prefix, StringComparison.Ordinal));
        if (start < 0)
            return [tag];
        var architecture = tag[old[start].Length..];
        var count = architecture is "x86_64" or "i686" ? old.Length : 1;
        return old.Take(count).Skip(start).Select(prefix => prefix + architecture);
    }

    /// <summary>The markers of an interpreter, moved to the machine of a tag; as they were for a tag that tells nothing.</summary>
    public static MarkerEnvironment Describe(string tag, MarkerEnvironment markers)
    {
        if (tag is "win_amd64" or "win32" or "win_arm64")
        {
            var machine = tag switch
            {
                "win_amd64" => "AMD64",
                "win32" => "x86",
                _ => "ARM64",
            };
            return Move(markers, ("nt", "win32", "Windows", machine));
        }

        if (TryParseMacOs(tag, out _, out _, out var architecture))
            return Move(markers, ("posix", "darwin", "Darwin", architecture));
        if (!tag.Contains("linux", StringComparison.Ordinal))
            return markers;
        string[] machines = ["x86_64", "aarch64", "i686", "armv7l", "ppc64le", "s390x", "riscv64"];
        var found = Array.Find(machines, name => tag.EndsWith("_" + name, StringComparison.Ordinal));
        return Move(markers, ("posix", "linux", "Linux", found ?? markers.PlatformMachine));
    }

    private static MarkerEnvironment Move(
        MarkerEnvironment markers,
        (string Os, string SysPlatform, string System, string Machine) machine
    ) =>
        markers with
        {
            OsName = machine.Os,
            SysPlatform = machine.SysPlatform,
            PlatformSystem = machine.System,
            PlatformMachine = machine.Machine,
            PlatformRelease = "",
            PlatformVersion = "",
        };

    /// <summary>`macosx_11_0_arm64`</summary>
    private static bool TryParseMacOs(string tag, out int major, out int minor, out string machine)
    {
        (major, minor, machine) = (0, 0, "");
        var parts = tag.Split('_', 4);
        if (parts is not ["macosx", var first, var second, var rest])
            return false;
        machine = rest;
        return int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out major)
            && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out minor);
    }
}
