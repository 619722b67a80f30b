using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Resolver.Driving;
using Krait.Resolver.Questions;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Resolver.Tests.Fakes;

namespace Krait.Resolver.Tests.Reporting;

/// <summary>Why a version was chosen, and why another was not.</summary>
public sealed class WhyTests
{
    [Fact]
    public async Task Says_which_path_and_which_bound_led_to_a_version()
    {
        var index = new FakeIndex()
            .Add("app", "1.0", "lib<2", "tool")
            .Add("tool", "1.0", "lib")
            .Add("lib", "1.0")
            .Add("lib", "2.0");
        var outcome = await Solve.OutcomeAsync(index, Solve.Request("app"));
        var why = Assert.Single(Why.Explain(((ResolutionOutcome.Solved)outcome).Resolution, PackageName.Parse("lib")));
        Assert.Equal("2.0", why.Newest.ToString());
        Assert.False(why.IsNewest);
        Assert.Null(why.Reason);
        Assert.Equal(["lib<2"], why.Bounds.Select(bound => bound.Requirement.ToString()));
        Assert.Equal(
            ["app > lib<2", "app > tool > lib"],
            why.Paths.Select(path => string.Join(" > ", path.Steps.Select(step => step.Requirement.ToString())))
        );
    }

    [Fact]
    public async Task Says_what_kept_a_version_from_being_the_newest_when_no_requirement_did()
    {
        var index = new FakeIndex().Add("lib", "1.0").Add(new FakeVersion("lib", "2.0") { RequiresPython = ">=3.13" });
        var outcome = await Solve.OutcomeAsync(index, Solve.Request("lib"));
        var why = Assert.Single(Why.Explain(((ResolutionOutcome.Solved)outcome).Resolution, PackageName.Parse("lib")));
        Assert.Equal("needs Python >=3.13, and the target is 3.12", why.Reason);
    }

    [Fact]
    public async Task Says_which_requirement_to_relax_for_another_version()
    {
        var request = Solve.Request("lib>=1", "old<3");
        var answer = await WhyNot.ExplainAsync(
            new PythonResolver(ConflictIndex.Create()),
            request,
            PackageName.Parse("lib"),
            Version.Parse("2.5"),
            TestContext.Current.CancellationToken
        );
        var impossible = Assert.IsType<WhyNot.Impossible>(answer);
        Assert.Equal("old<3", impossible.Culprit?.Requirement.ToString());
        Assert.Contains("`lib==2.5` depends on `old>=3`", impossible.Explanation.Diagnostic.Notes);
    }

    [Fact]
    public async Task Says_that_another_version_is_possible()
    {
        var answer = await WhyNot.ExplainAsync(
            new PythonResolver(ConflictIndex.Create()),
            Solve.Request("lib"),
            PackageName.Parse("lib"),
            Version.Parse("1.0"),
            TestContext.Current.CancellationToken
        );
        Assert.IsType<WhyNot.Possible>(answer);
    }

    [Fact]
    public async Task Lays_a_constraint_to_the_user_and_not_to_who_requires()
    {
        var index = new FakeIndex()
            .Add("app", "1.0", "lib", "tool")
            .Add("tool", "1.0", "lib>=1")
            .Add("lib", "1.0")
            .Add("lib", "2.0");
        var request = Solve.Request("app", "lib") with { Constraints = [Requirement.Parse("lib<2")] };
        var why = await WhyAsync(index, request, "lib");
        var bound = Assert.Single(why.Bounds);
        Assert.Equal(RequirementSource.Constraint, bound.Source);
        Assert.Equal("lib<2", bound.Requirement.ToString());
        Assert.Equal(
            ["lib", "app > lib", "app > tool > lib>=1"],
            why.Paths.Select(path => string.Join(" > ", path.Steps.Select(step => step.Requirement.ToString())))
        );
    }

    [Fact]
    public async Task Lays_an_override_to_the_user_and_not_to_who_requires()
    {
        var index = new FakeIndex().Add("app", "1.0", "lib>=2", "tool").Add("tool", "1.0", "lib");
        index.Add("lib", "1.0").Add("lib", "2.0");
        var request = Solve.Request("app") with { Overrides = [Requirement.Parse("lib==1.0")] };
        var why = await WhyAsync(index, request, "lib");
        Assert.Equal(RequirementSource.Override, Assert.Single(why.Bounds).Source);
        Assert.Equal(2, why.Paths.Length);
    }

    [Fact]
    public async Task Says_that_the_chosen_version_is_chosen()
    {
        var answer = await WhyNot.ExplainAsync(
            new PythonResolver(ConflictIndex.Create()),
            Solve.Request("lib"),
            PackageName.Parse("lib"),
            Version.Parse("2.5"),
            TestContext.Current.CancellationToken
        );
        Assert.IsType<WhyNot.Chosen>(answer);
    }

    [Fact]
    public async Task Says_which_URL_to_relax_for_another_version()
    {
        var index = new FakeIndex().Add("lib", "1.0").Add("lib", "2.0").AddDirect("http://x/lib", "lib", "1.0");
        var answer = await WhyNot.ExplainAsync(
            new PythonResolver(index),
            Solve.Request("lib @ http://x/lib"),
            PackageName.Parse("lib"),
            Version.Parse("2.0"),
            TestContext.Current.CancellationToken
        );
        var impossible = Assert.IsType<WhyNot.Impossible>(answer);
        Assert.Equal("lib @ http://x/lib", impossible.Culprit?.Requirement.ToString());
        Assert.Contains("`lib` comes from `http://x/lib`, which is 1.0", impossible.Explanation.Diagnostic.Notes);
    }

    private static async Task<Why> WhyAsync(FakeIndex index, ResolutionRequest request, string name)
    {
        var outcome = await Solve.OutcomeAsync(index, request);
        return Assert.Single(Why.Explain(((ResolutionOutcome.Solved)outcome).Resolution, PackageName.Parse(name)));
    }
}
