using System.Globalization;
using Krait.Packaging.Distributions;
using Krait.Packaging.Markers;

namespace Krait.Resolver.Candidates;

/// <summary>The environments that a wheel's tags name, as a marker.</summary>
internal static class WheelMarkers
{
    private static readonly (string Suffix, string Machine)[] Machines =
    [
        ("x86_64", "x86_64"),
        ("i686", "i686"),
        ("aarch64", "aarch64"),
        ("armv7l", "armv7l"),
        ("armv6l", "armv6l"),
        ("ppc64le", "ppc64le"),
        ("ppc64", "ppc64"),
        ("s390x", "s390x"),
        ("riscv64", "riscv64"),
        ("loongarch64", "loongarch64"),
    ];

    /// <summary>Where a wheel can be installed.</summary>
    public static Marker Of(WheelFileName wheel)
    {
        var platforms = Marker.False;
        foreach (var tag in wheel.PlatformTags)
            platforms = platforms.Or(OfPlatform(tag));
        return platforms.IsFalse ? platforms : platforms.And(OfPython(wheel));
    }

    private static Marker OfPlatform(string tag)
    {
        if (tag is "any")
            return Marker.True;
        if (tag.StartsWith("win", StringComparison.Ordinal))
        {
            return tag switch
            {
                "win32" => Marker.Parse("sys_platform == 'win32' and platform_machine == 'x86'"),
                "win_amd64" => Marker.Parse("sys_platform == 'win32' and platform_machine == 'AMD64'"),
                "win_arm64" => Marker.Parse("sys_platform == 'win32' and platform_machine == 'ARM64'"),
                _ => Marker.False,
            };
        }

        if (tag.StartsWith("macosx", StringComparison.Ordinal))
            return OfMac(tag);
        // Android and iOS are platforms of their own; manylinux, musllinux and linux are one.
        return tag.Contains("linux", StringComparison.Ordinal) ? OfLinux(tag) : Marker.False;
    }

    private static Marker OfMac(string tag)
    {
        var (intel, arm) = (
            tag.EndsWith("x86_64", StringComparison.Ordinal) || tag.EndsWith("intel", StringComparison.Ordinal),
            tag.EndsWith("arm64", StringComparison.Ordinal)
        );
        if (tag.EndsWith("universal", StringComparison.Ordinal) || tag.EndsWith("universal2", StringComparison.Ordinal))
            (intel, arm) = (true, tag.EndsWith('2'));
        return (intel, arm) switch
        {
            (true, true) => Marker.Parse(
                "sys_platform == 'darwin' and (platform_machine == 'x86_64' or platform_machine == 'arm64')"
            ),
            (true, false) => Marker.Parse("sys_platform == 'darwin' and platform_machine == 'x86_64'"),
            (false, true) => Marker.Parse("sys_platform == 'darwin' and platform_machine == 'arm64'"),
            _ => Marker.False,
        };
    }

    private static Marker OfLinux(string tag)
    {
        foreach (var (suffix, machine) in Machines)
        {
            if (tag.EndsWith(suffix, StringComparison.Ordinal))
                return Marker.Parse($"sys_platform == 'linux' and platform_machine == '{machine}'");
        }

        return Marker.False;
    }

    private static Marker OfPython(WheelFileName wheel)
    {
        var result = Marker.False;
        var isStable = wheel.AbiTags.Contains("abi3", StringComparer.Ordinal);
        foreach (var tag in wheel.PythonTags)
        {
            var letters = tag.AsSpan().IndexOfAnyInRange('0', '9');
            if (letters < 0 || tag.AsSpan(letters).ContainsAnyExceptInRange('0', '9'))
                return Marker.True;
            var major = tag[letters] - '0';
            int? minor =
                tag.Length > letters + 1 ? int.Parse(tag.AsSpan(letters + 1), CultureInfo.InvariantCulture) : null;
            result = result.Or(OfPython(tag[..letters], major, minor, isStable));
        }

        return result;
    }

    private static Marker OfPython(string implementation, int major, int? minor, bool isStable)
    {
        var version = minor is null ? $"{major}.*" : $"{major}.{minor}.*";
        var isExact = minor is null || (implementation is "cp" or "pp" && !isStable);
        var pythons = isExact
            ? Marker.Parse($"python_full_version == '{version}'")
            : Marker.Parse($"python_full_version >= '{major}.{minor}'");
        return implementation switch
        {
            "cp" => pythons.And(Marker.Parse("platform_python_implementation == 'CPython'")),
            "pp" => pythons.And(Marker.Parse("platform_python_implementation == 'PyPy'")),
            _ => pythons,
        };
    }
}
