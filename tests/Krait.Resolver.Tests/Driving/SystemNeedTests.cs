using Krait.Resolver.Candidates;
using Krait.Resolver.Reporting;
using Krait.Resolver.Tests.Fakes;

namespace Krait.Resolver.Tests.Driving;

public sealed class SystemNeedTests
{
    private readonly FakeIndex index = new FakeIndex { Needs = Cuda("12.9") }
        .Add("torch", "2.7+cu129")
        .Beside(
            "older",
            new FakeIndex { Needs = Cuda("12.6") }
                .Add("torch", "2.7+cu126")
                .Add("vision", "1.0+cu126", "torch")
        )
        .Beside(
            "plain",
            new FakeIndex().Add("torch", "2.7+cpu").Add("vision", "1.0+cpu", "torch").Add("audio", "1.0", "torch")
        );

    private static SystemNeed Cuda(string version) => new("CUDA", Version.Parse(version));

    [Theory]
    [InlineData("torch", "torch==2.7+cu129")]
    [InlineData("vision", "torch==2.7+cu126 vision==1.0+cu126")]
    [InlineData("torch==2.7+cu126 vision", "torch==2.7+cu126 vision==1.0+cu126")]
    // What needs nothing of the machine goes with everything.
    [InlineData("torch==2.7+cu129 vision", "torch==2.7+cu129 vision==1.0+cpu")]
    [InlineData("torch==2.7+cpu vision", "torch==2.7+cpu vision==1.0+cu126")]
    [InlineData("audio", "audio==1.0 torch==2.7+cu129")]
    public async Task Never_chooses_versions_that_need_different_versions_of_one_thing(string asked, string expected) =>
        Assert.Equal(expected, await Solve.AnswerAsync(index, Solve.Request(asked.Split(' '))));

    [Fact]
    public async Task Holds_in_every_fork()
    {
        var request = Solve.ForAll(
            ">=3.12",
            "torch==2.7+cu126 ; sys_platform == 'linux'",
            "torch==2.7+cpu ; sys_platform != 'linux'",
            "vision"
        );
        Assert.Equal(
            """
            torch==2.7+cpu ; sys_platform != 'linux'
            torch==2.7+cu126 ; sys_platform == 'linux'
            vision==1.0+cu126
            """,
            await Solve.AnswerAsync(index, request)
        );
    }

    [Fact]
    public async Task Says_what_each_version_needs() =>
        Assert.Equal(
            """
            `torch==2.7+cu129` and `vision==1.0+cu126` cannot be installed together
            note: `torch` 2.7+cu129 needs CUDA 12.9
            note: `vision` 1.0+cu126 needs CUDA 12.6
            hint: Leave out one of `torch==2.7+cu129` and `vision==1.0+cu126`
            """,
            await Solve.AnswerAsync(index, Solve.Request("torch==2.7+cu129", "vision==1.0+cu126"))
        );

    [Fact]
    public async Task Does_not_count_where_dependencies_do_not()
    {
        var request = Solve.Request("torch==2.7+cu129", "vision==1.0+cu126") with { IgnoresDependencies = true };
        Assert.Equal("torch==2.7+cu129 vision==1.0+cu126", await Solve.AnswerAsync(index, request));
    }
}
