using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Resolver.Tests.Fakes;

namespace Krait.Resolver.Tests.Driving;

/// <summary>What the options do to the choice of versions.</summary>
public sealed class SelectionTests
{
    private static readonly PackageName A = PackageName.Parse("a");

    [Fact]
    public async Task Takes_an_older_version_when_the_newest_conflicts()
    {
        var index = new FakeIndex()
            .Add("a", "1.0", "shared<2")
            .Add("a", "2.0", "shared>=3")
            .Add("shared", "1.0")
            .Add("shared", "2.0");
        Assert.Equal("a==1.0 shared==1.0", await Solve.AnswerAsync(index, Solve.Request("a")));
    }

    [Fact]
    public async Task A_constraint_holds_only_where_something_asks_for_the_name()
    {
        var index = new FakeIndex().Add("a", "1.0", "b").Add("b", "1.0").Add("b", "2.0").Add("c", "1.0");
        var request = Solve.Request("a") with { Constraints = [Requirement.Parse("b<2"), Requirement.Parse("c<2")] };
        Assert.Equal("a==1.0 b==1.0", await Solve.AnswerAsync(index, request));
    }

    [Fact]
    public async Task An_override_replaces_every_requirement_on_its_name()
    {
        var index = new FakeIndex().Add("a", "1.0", "b<2").Add("b", "1.0").Add("b", "2.0");
        var request = Solve.Request("a", "b<2") with { Overrides = [Requirement.Parse("b>=2")] };
        Assert.Equal("a==1.0 b==2.0", await Solve.AnswerAsync(index, request));
    }

    [Fact]
    public async Task An_excluded_name_is_left_out()
    {
        var index = new FakeIndex().Add("a", "1.0", "b").Add("b", "1.0");
        var request = Solve.Request("a") with { Excludes = [PackageName.Parse("b")] };
        Assert.Equal("a==1.0", await Solve.AnswerAsync(index, request));
    }

    [Fact]
    public async Task Prefers_what_was_there_before_where_it_fits()
    {
        var index = new FakeIndex().Add("a", "1.0").Add("a", "2.0").Add("b", "1.0").Add("b", "2.0");
        var request = Solve.Request("a", "b>1") with
        {
            Preferences =
            [
                new Preference(A, Version.Parse("1.0"), Marker.True),
                new Preference(PackageName.Parse("b"), Version.Parse("1.0"), Marker.True),
            ],
        };
        Assert.Equal("a==1.0 b==2.0", await Solve.AnswerAsync(index, request));
    }

    [Theory]
    [InlineData(PrereleaseMode.IfNecessary, "a==1.0")]
    [InlineData(PrereleaseMode.Allow, "a==2.0a1")]
    [InlineData(PrereleaseMode.Disallow, "a==1.0")]
    [InlineData(PrereleaseMode.Explicit, "a==1.0")]
    public async Task Takes_pre_releases_as_the_mode_says(PrereleaseMode mode, string expected)
    {
        var index = new FakeIndex().Add("a", "1.0").Add("a", "2.0a1");
        var request = Solve.Request("a") with { Prereleases = new PrereleasePolicy(mode) };
        Assert.Equal(expected, await Solve.AnswerAsync(index, request));
    }

    [Fact]
    public async Task A_requirement_that_names_a_pre_release_allows_it_in_explicit_mode()
    {
        var index = new FakeIndex().Add("a", "1.0").Add("a", "2.0a1");
        var request = Solve.Request("a>=1.0a1") with { Prereleases = new PrereleasePolicy(PrereleaseMode.Explicit) };
        Assert.Equal("a==2.0a1", await Solve.AnswerAsync(index, request));
    }

    [Fact]
    public async Task A_package_may_have_a_pre_release_mode_of_its_own()
    {
        var index = new FakeIndex().Add("a", "1.0").Add("a", "2.0a1").Add("b", "1.0").Add("b", "2.0a1");
        var own = ImmutableDictionary<PackageName, PrereleaseMode>.Empty.Add(A, PrereleaseMode.Allow);
        var request = Solve.Request("a", "b") with { Prereleases = PrereleasePolicy.Default with { Packages = own } };
        Assert.Equal("a==2.0a1 b==1.0", await Solve.AnswerAsync(index, request));
    }

    [Fact]
    public async Task Files_uploaded_after_the_cut_off_do_not_exist()
    {
        var index = new FakeIndex()
            .Add(new FakeVersion("a", "1.0") { UploadTime = "2023-01-01T00:00:00Z" })
            .Add(new FakeVersion("a", "2.0") { UploadTime = "2024-01-01T00:00:00Z" });
        var cutoff = new UploadCutoff(new DateTimeOffset(2023, 6, 1, 0, 0, 0, TimeSpan.Zero));
        var request = Solve.Request("a") with { Cutoff = cutoff };
        Assert.Equal("a==1.0", await Solve.AnswerAsync(index, request));
        var lifted = cutoff with
        {
            Packages = ImmutableDictionary<PackageName, DateTimeOffset?>.Empty.Add(A, value: null),
        };
        Assert.Equal("a==2.0", await Solve.AnswerAsync(index, request with { Cutoff = lifted }));
    }

    [Fact]
    public async Task Only_files_with_a_required_hash_may_be_chosen()
    {
        var index = new FakeIndex().Add("a", "1.0").Add("b", "1.0");
        var right = FileHash.Create(HashAlgorithm.Sha256, new byte[32]);
        var wrong = FileHash.Create(HashAlgorithm.Sha256, [.. Enumerable.Repeat((byte)1, 32)]);
        var hashes = ImmutableDictionary<PackageName, ImmutableArray<FileHash>>.Empty;
        var request = Solve.Request("a") with { RequiredHashes = hashes.Add(A, [right]) };
        Assert.Equal("a==1.0", await Solve.AnswerAsync(index, request));
        var refused = await Solve.AnswerAsync(index, request with { RequiredHashes = hashes.Add(A, [wrong]) });
        Assert.Contains("has no file with one of the required hashes", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_the_lowest_versions_or_only_those_of_direct_requirements()
    {
        var index = new FakeIndex().Add("a", "1.0", "b").Add("a", "2.0", "b").Add("b", "1.0").Add("b", "2.0");
        var request = Solve.Request("a") with { Mode = ResolutionMode.Lowest };
        Assert.Equal("a==1.0 b==1.0", await Solve.AnswerAsync(index, request));
        Assert.Equal(
            "a==1.0 b==2.0",
            await Solve.AnswerAsync(index, request with { Mode = ResolutionMode.LowestDirect })
        );
    }

    [Fact]
    public async Task A_direct_reference_decides_what_a_name_is()
    {
        var index = new FakeIndex()
            .AddDirect("https://x/a.whl", "a", "5.0", "b")
            .Add("a", "1.0")
            .Add("b", "1.0")
            .Add("c", "1.0", "a");
        Assert.Equal(
            "a @ https://x/a.whl b==1.0 c==1.0",
            await Solve.AnswerAsync(index, Solve.Request("c", "a @ https://x/a.whl"))
        );
        Assert.DoesNotContain("a", index.PagesAsked);
    }

    [Fact]
    public async Task A_package_of_an_index_may_not_bring_in_a_url()
    {
        var index = new FakeIndex().AddDirect("https://x/a.whl", "a", "5.0").Add("c", "1.0", "a @ https://x/a.whl");
        var answer = await Solve.AnswerAsync(index, Solve.Request("c"));
        Assert.Contains("`c==1.0` requires `a` from a URL", answer, StringComparison.Ordinal);
        Assert.Equal(
            "a @ https://x/a.whl c==1.0",
            await Solve.AnswerAsync(index, Solve.Request("c", "a @ https://x/a.whl"))
        );
    }

    [Fact]
    public async Task A_name_and_its_extra_share_one_metadata_request_and_an_unknown_extra_is_a_warning()
    {
        var index = new FakeIndex().Add("a", "1.0");
        var outcome = await Solve.OutcomeAsync(index, Solve.Request("a[nothing]", "a"));
        var resolution = Assert.IsType<ResolutionOutcome.Solved>(outcome).Resolution;
        Assert.Equal(["`a==1.0` has no extra `nothing`"], resolution.Warnings.Select(warning => warning.Message));
        Assert.Single(index.MetadataAsked);
        Assert.Single(index.PagesAsked);
    }

    [Fact]
    public async Task A_version_whose_metadata_cannot_be_had_is_passed_over_with_a_warning()
    {
        var index = new FakeIndex()
            .Add("a", "1.0")
            .Add(new FakeVersion("a", "2.0") { Problem = "the file is broken" })
            .Add(new FakeVersion("a", "3.0") { Problem = "the file is gone" });
        var request = Solve.Request("a");
        var outcome = await Solve.OutcomeAsync(index, request);
        Assert.Equal("a==1.0", Solve.Print(outcome, request));
        var warning = Assert.Single(((ResolutionOutcome.Solved)outcome).Resolution.Warnings);
        Assert.Equal("`a==3.0` (and 1 more) was skipped in favour of `1.0`", warning.Message);
        Assert.Equal("the file is gone", warning.Cause?.Message);
        var answer = await Solve.AnswerAsync(index, Solve.Request("a>1"));
        Assert.Contains("the file is broken", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stated_metadata_replaces_what_the_index_has_and_is_not_asked_for()
    {
        var index = new FakeIndex().Add("a", "1.0", "b").Add("c", "1.0");
        var text = "Metadata-Version: 2.3\nName: a\nVersion: 1.0\nRequires-Dist: c\n\n"u8;
        Assert.True(CoreMetadata.TryParse(text, out var stated, out _));
        var request = Solve.Request("a") with { StatedMetadata = [new StatedMetadata(A, Version: null, stated)] };
        Assert.Equal("a==1.0 c==1.0", await Solve.AnswerAsync(index, request));
    }

    [Fact]
    public async Task Repaired_metadata_is_a_warning()
    {
        var index = new FakeIndex().Add("celery", "4.1.0", "pytz (>dev)").Add("pytz", "2018.1");
        var request = Solve.Request("celery");
        var outcome = await Solve.OutcomeAsync(index, request);
        Assert.Equal("celery==4.1.0 pytz==2018.1", Solve.Print(outcome, request));
        Assert.Single(((ResolutionOutcome.Solved)outcome).Resolution.Warnings);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_chain_of_five_thousand_projects_and_a_cycle_are_no_trouble()
    {
        var index = new FakeIndex();
        for (var i = 0; i < 5000; i++)
            index.Add($"p{i}", "1.0", $"p{(i + 1) % 5000}");
        var outcome = await Solve.OutcomeAsync(index, Solve.Request("p0"));
        Assert.Equal(5000, Assert.IsType<ResolutionOutcome.Solved>(outcome).Resolution.Packages.Length);
        outcome = await Solve.OutcomeAsync(index, Solve.ForAll(">=3.10", "p0", "p7<1 ; sys_platform == 'win32'"));
        Assert.IsType<ResolutionOutcome.NoSolution>(outcome);
    }

    [Fact]
    public async Task Without_dependencies_only_the_request_is_chosen()
    {
        var index = new FakeIndex().Add("a", "1.0", "b");
        Assert.Equal("a==1.0", await Solve.AnswerAsync(index, Solve.Request("a") with { IgnoresDependencies = true }));
    }

    [Fact]
    public async Task Gives_up_after_the_decision_limit()
    {
        var index = new FakeIndex().Add("a", "1.0", "b").Add("b", "1.0", "c").Add("c", "1.0");
        var answer = await Solve.AnswerAsync(index, Solve.Request("a") with { DecisionLimit = 1 });
        Assert.StartsWith("no solution was found within 1 decisions", answer, StringComparison.Ordinal);
    }
}
