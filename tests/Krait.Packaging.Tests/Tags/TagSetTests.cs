using Krait.Packaging.Distributions;
using Krait.Packaging.Tags;

namespace Krait.Packaging.Tests.Tags;

public sealed class TagSetTests
{
    private static readonly TagSet Linux = TagSet.ForCPython(3, 12, ["cp312"], PlatformTags.Manylinux(2, 36, "x86_64"));

    [Fact]
    public void Prefers_the_nearest_wheel()
    {
        string[] wheels =
        [
            "foo-1.0-cp312-cp312-manylinux_2_28_x86_64.whl",
            "foo-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "foo-1.0-cp312-abi3-manylinux_2_17_x86_64.whl",
            "foo-1.0-cp38-abi3-manylinux_2_17_x86_64.whl",
            "foo-1.0-py3-none-manylinux1_x86_64.whl",
            "foo-1.0-py312-none-any.whl",
            "foo-1.0-py2.py3-none-any.whl",
        ];
        var ranks = wheels.Select(name => Linux.RankOf(WheelFileName.Parse(name))).ToArray();
        Assert.Equal(ranks.Order(), ranks);
        Assert.DoesNotContain(null, ranks);
    }

    [Fact]
    public void Orders_wheels_by_tags_and_then_by_build()
    {
        string[] best =
        [
            "foo-1.0-cp312-cp312-manylinux_2_17_x86_64.whl",
            "foo-1.0-10abc-py3-none-any.whl",
            "foo-1.0-10-py3-none-any.whl",
            "foo-1.0-9-py3-none-any.whl",
            "foo-1.0-1-py3-none-any.whl",
            "foo-1.0-py3-none-any.whl",
        ];
        var ranks = best.Reverse()
            .Select(WheelFileName.Parse)
            .Select(wheel => WheelRank.Of(wheel, Linux.RankOf(wheel)))
            .ToArray();
        Assert.Equal(ranks.OrderDescending(), ranks);
        Assert.Equal(best.Length, ranks.OfType<WheelRank>().Distinct().Count());
        Assert.Null(WheelRank.Of(WheelFileName.Parse("foo-1.0-9-py2-none-any.whl"), tags: null));
    }

    [Theory]
    [InlineData("win_amd64", "this platform", "foo-1.0-cp312-cp312-win_amd64.whl", "foo-1.0-py2-none-any.whl")]
    [InlineData("cp312t", "this Python's binary interface", "foo-1.0-cp312-cp312t-manylinux_2_17_x86_64.whl")]
    [InlineData("cp310", "this Python", "foo-1.0-cp310-cp310-manylinux_2_17_x86_64.whl")]
    public void Says_what_all_wheels_lack_that_come_closest(string tag, string what, params string[] wheels)
    {
        var gap = WheelGap.Of([.. wheels.Select(WheelFileName.Parse)], Linux, Version.Parse("3.12.1"));
        Assert.Equal((what, $"`{tag}`"), (gap.What, gap.Listed));
    }

    [Theory]
    [InlineData("foo-1.0-cp313-cp313-manylinux_2_17_x86_64.whl", TagMismatch.Python)]
    [InlineData("foo-1.0-py2-none-any.whl", TagMismatch.Python)]
    [InlineData("foo-1.0-cp312-cp312t-manylinux_2_17_x86_64.whl", TagMismatch.Abi)]
    [InlineData("foo-1.0-cp312-cp312-win_amd64.whl", TagMismatch.Platform)]
    [InlineData("foo-1.0-cp312-cp312-manylinux_2_39_x86_64.whl", TagMismatch.Platform)]
    [InlineData("foo-1.0-cp39-cp39.abi3-win_amd64.whl", TagMismatch.Platform)]
    public void Says_what_keeps_a_wheel_from_fitting(string wheel, TagMismatch expected)
    {
        var compatibility = Linux.Check(WheelFileName.Parse(wheel));
        Assert.False(compatibility.IsCompatible);
        Assert.Equal(expected, compatibility.Mismatch);
    }

    [Fact]
    public void The_rank_is_the_place_in_the_list()
    {
        var rank = 0;
        foreach (var tag in Linux.Tags)
            Assert.Equal(rank++, Linux.RankOf(WheelFileName.Parse($"foo-1.0-{tag}.whl")));
        Assert.Equal(Linux.Count, rank);
    }

    [Fact]
    public void Free_threaded_pythons_load_their_own_stable_abi_only()
    {
        var set = TagSet.ForInterpreter(
            "cpython",
            3,
            15,
            isFreeThreaded: true,
            isDebug: false,
            soabi: null,
            ["linux_x86_64"]
        );
        Assert.True(set.Check(WheelFileName.Parse("foo-1.0-cp315-abi3t-linux_x86_64.whl")).IsCompatible);
        Assert.Equal(TagMismatch.Abi, set.Check(WheelFileName.Parse("foo-1.0-cp315-abi3-linux_x86_64.whl")).Mismatch);
    }

    [Fact]
    public void Debug_builds_also_load_what_is_not()
    {
        Assert.Equal(["cp312d", "cp312"], TagSet.CPythonAbis(3, 12, isFreeThreaded: false, isDebug: true));
        Assert.Equal(["cp37m"], TagSet.CPythonAbis(3, 7, isFreeThreaded: false, isDebug: false));
    }

    [Fact]
    public void PyPy_is_addressed_by_its_own_names()
    {
        var set = TagSet.ForInterpreter("pypy", 3, 10, false, false, "pypy310-pp73-x86_64-linux-gnu", ["linux_x86_64"]);
        Assert.Equal("pp310-pypy310_pp73-linux_x86_64", set.Tags.First().ToString());
        Assert.True(set.Check(WheelFileName.Parse("foo-1.0-pp3-none-any.whl")).IsCompatible);
        Assert.False(set.Check(WheelFileName.Parse("foo-1.0-cp310-abi3-linux_x86_64.whl")).IsCompatible);
    }
}
