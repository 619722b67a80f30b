using Krait.Environments.Discovery;
using Krait.Environments.Interpreters;
using Krait.Packaging.Distributions;
using Krait.Packaging.Text;
using Krait.Projects.Targets;
using Krait.Resolver.Reporting;
using Krait.Testing;

namespace Krait.Projects.Tests.Targets;

public sealed class PlatformTagTests
{
    private static async Task<MachineTarget> TargetAsync(TargetOptions options)
    {
        var variables = new Dictionary<string, string>
        {
            ["PATH"] = SearchPath.Value,
            ["HOME"] = Environment.GetEnvironmentVariable("HOME") ?? "/",
        };
        var discovery = new InterpreterDiscovery(new InterpreterProbe(cache: null), new SearchContext("/", variables));
        await foreach (var found in discovery.FindAllAsync(PythonRequest.Any, TestContext.Current.CancellationToken))
            return MachineTarget.Create(found, options);
        Assert.Skip("no Python interpreter is installed");
        throw new InvalidOperationException();
    }

    private static bool Accepts(MachineTarget target, string tags) =>
        WheelFileName.TryParse($"a-1-{tags}.whl", out var wheel, out _) && target.Tags.RankOf(wheel) is not null;

    [Fact]
    public async Task A_platform_tag_includes_older_ones_and_moves_the_markers()
    {
        var target = await TargetAsync(
            new TargetOptions { PlatformTags = ["manylinux2014_aarch64", "macosx_11_0_arm64"], PythonVersion = "39" }
        );
        Assert.True(Accepts(target, "cp39-cp39-manylinux2014_aarch64"));
        Assert.False(Accepts(target, "cp39-cp39-manylinux2010_aarch64"));
        Assert.True(Accepts(target, "cp39-cp39-macosx_11_0_universal2"));
        Assert.False(Accepts(target, "cp310-cp310-manylinux2014_aarch64"));
        Assert.Equal("aarch64", target.Markers.PlatformMachine);
        Assert.Equal("3.9", target.Markers.PythonVersion);
        var windows = await TargetAsync(new TargetOptions { PlatformTags = ["win_amd64"] });
        Assert.Equal(("win32", "AMD64"), (windows.Markers.SysPlatform, windows.Markers.PlatformMachine));
        var old = await TargetAsync(
            new TargetOptions { PlatformTags = ["manylinux2010_x86_64"], PythonVersion = "3.8" }
        );
        Assert.True(Accepts(old, "cp38-cp38-manylinux1_x86_64"));
        Assert.False(Accepts(old, "cp38-cp38-manylinux2014_x86_64"));
    }

    [Fact]
    public async Task Implementation_and_abi_choose_the_other_tags()
    {
        var pure = await TargetAsync(new TargetOptions { Implementation = "py", PythonVersion = "3.9" });
        Assert.True(Accepts(pure, "py3-none-any"));
        Assert.False(Accepts(pure, "cp39-cp39-win_amd64"));
        var pypy = await TargetAsync(
            new TargetOptions
            {
                Implementation = "pp",
                PythonVersion = "3.9",
                Abis = ["pypy39_pp73"],
                PlatformTags = ["win_amd64"],
            }
        );
        Assert.True(Accepts(pypy, "pp39-pypy39_pp73-win_amd64"));
    }

    [Fact]
    public async Task Platforms_are_those_of_the_packaging_library()
    {
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            TargetAsync(new TargetOptions { Platform = "amiga" })
        );
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
        var phone = await TargetAsync(new TargetOptions { Platform = "arm64-apple-ios" });
        Assert.Equal("ios", phone.Markers.SysPlatform);
        Assert.Contains("ios_13_0_arm64_iphoneos", phone.Tags.Platforms);
    }
}
