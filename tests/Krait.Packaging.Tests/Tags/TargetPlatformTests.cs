using Krait.Packaging.Distributions;
using Krait.Packaging.Markers;
using Krait.Packaging.Tags;

namespace Krait.Packaging.Tests.Tags;

public sealed class TargetPlatformTests
{
    private static readonly MarkerEnvironment Here = new()
    {
        PythonFullVersion = "3.12.1",
        PythonVersion = "3.12",
        SysPlatform = "linux",
        PlatformRelease = "6.8.0",
    };

    [Fact]
    public void Knows_all_its_names()
    {
        Assert.Equal(46, TargetPlatform.Names.Count());
        Assert.All(TargetPlatform.Names, name => Assert.NotEmpty(Parse(name).Platforms));
    }

    [Theory]
    [InlineData("windows", "win_amd64", "win32")]
    [InlineData("linux", "manylinux_2_28_x86_64", "manylinux_2_31_x86_64")]
    [InlineData("x86_64-manylinux_2_31", "manylinux_2_31_x86_64", "manylinux_2_32_x86_64")]
    [InlineData("aarch64-manylinux2014", "manylinux2014_aarch64", "manylinux_2_28_aarch64")]
    [InlineData("x86_64-unknown-linux-musl", "musllinux_1_2_x86_64", "manylinux_2_17_x86_64")]
    [InlineData("macos", "macosx_13_0_arm64", "macosx_14_0_arm64")]
    [InlineData("x86_64-apple-darwin", "macosx_10_9_x86_64", "macosx_13_0_arm64")]
    [InlineData("aarch64-linux-android", "android_24_arm64_v8a", "android_26_arm64_v8a")]
    [InlineData("arm64-apple-ios", "ios_13_0_arm64_iphoneos", "ios_13_0_arm64_iphonesimulator")]
    [InlineData("wasm32-pyodide2024", "pyodide_2024_0_wasm32", "pyodide_2025_0_wasm32")]
    public void Accepts_the_wheels_of_that_machine_only(string name, string accepted, string refused)
    {
        var tags = Parse(name).ForCPython(3, 12);
        Assert.True(tags.Check(WheelFileName.Parse($"foo-1.0-cp312-cp312-{accepted}.whl")).IsCompatible);
        Assert.False(tags.Check(WheelFileName.Parse($"foo-1.0-cp312-cp312-{refused}.whl")).IsCompatible);
    }

    [Theory]
    [InlineData("windows", "os_name == 'nt' and platform_system == 'Windows' and platform_machine == 'AMD64'")]
    [InlineData("macos", "os_name == 'posix' and sys_platform == 'darwin' and platform_machine == 'arm64'")]
    [InlineData("aarch64-unknown-linux-gnu", "sys_platform == 'linux' and platform_machine == 'aarch64'")]
    [InlineData("aarch64-linux-android", "sys_platform == 'android' and python_version == '3.12'")]
    public void Describes_the_machine_to_markers(string name, string marker)
    {
        var there = Parse(name).Describe(Here);
        Assert.True(Marker.Parse(marker).Evaluate(there));
        Assert.Equal("", there.PlatformRelease);
    }

    [Fact]
    public void Lists_the_names_when_one_is_not_known()
    {
        Assert.False(TargetPlatform.TryParse("plan9", TargetLimits.Default, out _, out var error));
        Assert.Equal("invalid-platform", error.Code);
        Assert.Contains("`x86_64-manylinux_2_28`", error.Hints[0].ToString(), StringComparison.Ordinal);
    }

    private static TargetPlatform Parse(string name)
    {
        Assert.True(TargetPlatform.TryParse(name, TargetLimits.Default, out var target, out _));
        return target;
    }
}
