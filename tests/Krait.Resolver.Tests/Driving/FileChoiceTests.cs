using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Resolver.Tests.Fakes;

namespace Krait.Resolver.Tests.Driving;

/// <summary>Which file of a version is taken, whatever places offer it.</summary>
public sealed class FileChoiceTests
{
    [Theory]
    [InlineData("1-py3-none-any 2-py3-none-any py3-none-any", "2-py3-none-any")]
    [InlineData("9-py3-none-any 10-py3-none-any 10abc-py3-none-any", "10abc-py3-none-any")]
    [InlineData("py3-none-any 1-py3-none-any", "1-py3-none-any")]
    [InlineData("9-py3-none-any 1-cp312-cp312-manylinux_2_17_x86_64", "1-cp312-cp312-manylinux_2_17_x86_64")]
    [InlineData("3-cp312-cp312-win_amd64 2-py3-none-any", "2-py3-none-any")]
    public async Task The_highest_build_breaks_a_tie_between_tags(string tags, string expected)
    {
        var index = new FakeIndex().Add(new FakeVersion("a", "1.0") { WheelTags = tags.Split(' ') });
        Assert.Equal($"a-1.0-{expected}.whl", await FileAsync(index, Solve.Request("a")));
    }

    [Fact]
    public async Task Many_machines_read_the_metadata_of_the_highest_build()
    {
        var index = new FakeIndex().Add(
            new FakeVersion("a", "1.0") { WheelTags = ["py3-none-any", "2-py3-none-any", "1-py3-none-any"] }
        );
        Assert.Equal("a-1.0-2-py3-none-any.whl", await FileAsync(index, Solve.ForAll(">=3.12", "a")));
    }

    [Fact]
    public async Task The_best_wheel_is_taken_whatever_its_place()
    {
        var index = new FakeIndex { IsPooled = true }.Add("a", "1.0");
        index.Beside(
            "other",
            new FakeIndex().Add(new FakeVersion("a", "1.0") { WheelTags = ["cp312-cp312-manylinux_2_17_x86_64"] })
        );
        Assert.Equal("a-1.0-cp312-cp312-manylinux_2_17_x86_64.whl", await FileAsync(index, Solve.Request("a")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_source_distribution_hides_no_wheel_of_another_place(bool isUniversal)
    {
        var index = new FakeIndex { IsPooled = true }
            .Add(new FakeVersion("a", "1.0") { WheelTags = [], HasSdist = true })
            .Beside("other", new FakeIndex().Add("a", "1.0"));
        var request = isUniversal ? Solve.ForAll(">=3.12", "a") : Solve.Request("a");
        Assert.Equal("a-1.0-py3-none-any.whl", await FileAsync(index, request));
        var release = await ReleaseAsync(index, request);
        Assert.Equal("other", release.Candidate.Page?.Index);
        Assert.Equal(2, release.Candidate.Releases.Length);
    }

    [Fact]
    public async Task Equal_wheels_come_from_the_first_place()
    {
        var index = new FakeIndex { IsPooled = true }
            .Add("a", "1.0")
            .Beside("other", new FakeIndex().Add("a", "1.0").Add("a", "0.9"));
        Assert.Equal("fake", (await ReleaseAsync(index, Solve.Request("a"))).Candidate.Page?.Index);
        Assert.Equal("other", (await ReleaseAsync(index, Solve.Request("a<1"))).Candidate.Page?.Index);
    }

    private static async Task<string?> FileAsync(FakeIndex index, ResolutionRequest request) =>
        (await ReleaseAsync(index, request)).Candidate.Wheel?.FileName;

    private static async Task<ResolvedPackage> ReleaseAsync(FakeIndex index, ResolutionRequest request) =>
        Assert.Single(
            Assert.IsType<ResolutionOutcome.Solved>(await Solve.OutcomeAsync(index, request)).Resolution.Packages
        );
}
