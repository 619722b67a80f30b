using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Resolver.Tests.Fakes;

namespace Krait.Resolver.Tests.Forking;

/// <summary>Where a result for all environments forks, and what comes of it.</summary>
public sealed class ForkTests
{
    private static readonly string[] LinuxAndWindows = ["cp312-cp312-manylinux_2_17_x86_64", "cp312-cp312-win_amd64"];

    [Fact]
    public async Task Forks_on_disjoint_markers_of_one_name()
    {
        var index = new FakeIndex().Add("a", "1.0").Add("a", "2.0");
        var request = Solve.ForAll(">=3.10", "a>=2 ; sys_platform == 'linux'", "a<2 ; sys_platform != 'linux'");
        Assert.Equal(
            "a==1.0 ; sys_platform != 'linux'\na==2.0 ; sys_platform == 'linux'",
            await Solve.AnswerAsync(index, request)
        );
    }

    [Theory]
    [InlineData("g>2 ; sys_platform != 'win32'")]
    [InlineData("nowhere ; sys_platform == 'linux'")]
    [InlineData("g>2 ; sys_platform == 'darwin'", "nowhere ; sys_platform == 'linux'")]
    [InlineData("h ; sys_platform != 'win32'")] // and `h` needs the impossible
    [InlineData("h[x] ; sys_platform != 'win32'")]
    public async Task What_no_environment_needs_does_not_have_to_exist(params string[] needed)
    {
        var index = new FakeIndex()
            .Add("f", "1.0", "a ; sys_platform == 'win32'", "b")
            .Add("a", "1.0", needed)
            .Add("b", "1.0", "g ; sys_platform != 'linux'")
            .Add("g", "1.0")
            .Add("h", "1.0", "g>2", "nowhere ; extra == 'x'");
        Assert.Equal(
            "a==1.0 ; sys_platform == 'win32'\nb==1.0\nf==1.0\ng==1.0 ; sys_platform != 'linux'",
            await Solve.AnswerAsync(index, Solve.ForAll(">=3.10", "f"))
        );
    }

    [Fact]
    public async Task What_no_Python_needs_does_not_have_to_exist()
    {
        var index = new FakeIndex()
            .Add("f", "1.0", "a ; python_version < '3.12'")
            .Add("a", "1.0", "b")
            .Add("b", "1.0", "nowhere ; python_version >= '3.12'");
        Assert.Equal(
            "a==1.0 ; python_full_version < '3.12'\nb==1.0 ; python_full_version < '3.12'\nf==1.0",
            await Solve.AnswerAsync(index, Solve.ForAll(">=3.10", "f"))
        );
    }

    [Fact]
    public async Task A_failure_in_a_part_of_the_environments_says_where_it_is()
    {
        var index = new FakeIndex()
            .Add("f", "1.0", "a ; sys_platform == 'win32'", "b ; sys_platform == 'linux'")
            .Add("a", "1.0", "g>2 ; sys_platform != 'win32'")
            .Add("b", "1.0", "g>3 ; platform_machine == 'x86_64'")
            .Add("g", "1.0");
        Assert.Equal(
            """
            no version of `f` can be installed
            note: every version of `f` depends on `b` where `sys_platform == 'linux'`
            note: every version of `b` depends on `g>3` where `platform_machine == 'x86_64'`
            note: there is no version of `g>3`, only 1.0
            note: this is so where `sys_platform != 'win32'`
            hint: Name the index that has `g>3`, or override what is needed of `g`
            """,
            await Solve.AnswerAsync(index, Solve.ForAll(">=3.10", "f"))
        );
    }

    [Fact]
    public async Task Forks_where_a_version_needs_a_newer_Python()
    {
        var index = new FakeIndex().Add("a", "1.0").Add(new FakeVersion("a", "2.0") { RequiresPython = ">=3.12" });
        Assert.Equal(
            "a==1.0 ; python_full_version < '3.12'\na==2.0 ; python_full_version >= '3.12'",
            await Solve.AnswerAsync(index, Solve.ForAll(">=3.10", "a"))
        );
    }

    [Fact]
    public async Task Takes_one_older_version_for_all_Pythons_when_fewest_are_wanted()
    {
        var index = new FakeIndex().Add("a", "1.0").Add(new FakeVersion("a", "2.0") { RequiresPython = ">=3.12" });
        var request = Solve.Request("a") with
        {
            Target = new ResolutionTarget.Universal(SpecifierSet.Parse(">=3.10")) { Strategy = ForkStrategy.Fewest },
        };
        Assert.Equal("a==1.0", await Solve.AnswerAsync(index, request));
    }

    [Fact]
    public async Task The_order_of_requirements_changes_nothing()
    {
        var index = new FakeIndex().Add("a", "1.0", "c<2").Add("b", "1.0", "c").Add("c", "1.0").Add("c", "2.0");
        string[] requirements = ["b", "a ; sys_platform == 'linux'", "c>=2 ; sys_platform == 'win32'"];
        var expected = await Solve.AnswerAsync(index, Solve.ForAll(">=3.10", requirements));
        Assert.Equal(expected, await Solve.AnswerAsync(index, Solve.ForAll(">=3.10", [.. requirements.Reverse()])));
    }

    [Fact]
    public async Task Resolves_only_the_environments_that_are_wanted()
    {
        var index = new FakeIndex().Add("a", "1.0", "b ; sys_platform == 'win32'").Add("b", "1.0");
        var request = Solve.Request("a") with
        {
            Target = new ResolutionTarget.Universal(SpecifierSet.Parse(">=3.10"))
            {
                Environments = [Marker.Parse("sys_platform == 'linux'")],
            },
        };
        Assert.Equal("a==1.0 ; sys_platform == 'linux'", await Solve.AnswerAsync(index, request));
    }

    [Fact]
    public async Task A_required_environment_gets_a_version_with_a_wheel()
    {
        var index = new FakeIndex()
            .Add(new FakeVersion("a", "1.0") { WheelTags = LinuxAndWindows })
            .Add(new FakeVersion("a", "2.0") { WheelTags = [LinuxAndWindows[0]] });
        var request = Solve.Request("a") with
        {
            Target = new ResolutionTarget.Universal(SpecifierSet.Parse(">=3.12"))
            {
                RequiredEnvironments = [Marker.Parse("sys_platform == 'win32'")],
            },
        };
        Assert.Equal(
            "a==1.0 ; sys_platform == 'win32'\na==2.0 ; sys_platform != 'win32'",
            await Solve.AnswerAsync(index, request)
        );
    }

    [Fact]
    public async Task A_local_version_serves_the_platforms_it_has_wheels_for()
    {
        var index = new FakeIndex()
            .Add(new FakeVersion("torch", "2.0") { WheelTags = [.. LinuxAndWindows, "cp312-none-macosx_11_0_arm64"] })
            .Add(new FakeVersion("torch", "2.0+cpu") { WheelTags = LinuxAndWindows });
        Assert.Equal(
            "torch==2.0 ; sys_platform == 'darwin'\ntorch==2.0+cpu ; sys_platform != 'darwin'",
            await Solve.AnswerAsync(index, Solve.ForAll(">=3.12", "torch==2.0"))
        );
    }

    [Fact]
    public async Task A_package_comes_from_another_index_in_other_environments()
    {
        var cuda = new FakeIndex().Add("torch", "2.0+cu128", "nvidia").Add("torch", "1.0");
        var cpu = new FakeIndex().Add("torch", "2.1+cpu").Add("torch", "1.0");
        var index = new FakeIndex().Add("torch", "9.0").Add("nvidia", "1.0").Add("app", "1.0", "torch").Add("b", "1.0");
        index.With("cuda", cuda).With("cpu", cpu);
        var request = Solve.ForAll(">=3.12", "app", "torch", "b") with
        {
            IndexPins = [Pin("cuda", "sys_platform == 'linux'"), Pin("cpu", "sys_platform == 'win32'")],
        };
        Assert.Equal(
            """
            app==1.0
            b==1.0
            nvidia==1.0 ; sys_platform == 'linux'
            torch==2.0+cu128 ; sys_platform == 'linux'
            torch==2.1+cpu ; sys_platform == 'win32'
            torch==9.0 ; sys_platform != 'linux' and sys_platform != 'win32'
            """,
            await Solve.AnswerAsync(index, request)
        );

        var same = request with { Constraints = [Requirement.Parse("torch<2")] };
        var outcome = Assert.IsType<ResolutionOutcome.NoSolution>(await Solve.OutcomeAsync(index, same));
        Assert.Contains("only 9.0", Solve.Print(outcome.Explanation.Diagnostic), StringComparison.Ordinal);
        index.Add("torch", "1.0");
        var solved = Assert.IsType<ResolutionOutcome.Solved>(await Solve.OutcomeAsync(new FakeIndex(index), same));
        var files = solved.Resolution.Packages.Where(package => package.Name.Value is "torch").ToList();
        Assert.Equal(["1.0", "1.0", "1.0"], files.Select(package => package.Version.ToString()));
        Assert.Equal(["fake", "cpu", "cuda"], files.Select(package => package.Candidate.Page?.Index));
        Assert.True(files[1].Marker.IsDisjointFrom(files[2].Marker));
    }

    [Fact]
    public async Task Extras_that_exclude_each_other_may_name_different_indexes()
    {
        var index = new FakeIndex()
            .With("cpu", new FakeIndex().Add("torch", "2.0+cpu"))
            .With("cuda", new FakeIndex().Add("torch", "2.0+cu128"));
        var project = PackageName.Parse("project");
        var cpu = new ConflictItem(project, ExtraName.Parse("cpu"), IsGroup: false);
        var cuda = new ConflictItem(project, ExtraName.Parse("cuda"), IsGroup: false);
        var request = Solve.ForAll(">=3.12") with
        {
            Requirements =
            [
                new RootRequirement(Requirement.Parse("torch")) { AskedBy = cpu },
                new RootRequirement(Requirement.Parse("torch")) { AskedBy = cuda },
            ],
            Conflicts = [new ConflictSet([cpu, cuda])],
            IndexPins =
            [
                new IndexPin(Torch, "cpu", Marker.True) { AskedBy = cpu },
                new IndexPin(Torch, "cuda", Marker.True) { AskedBy = cuda },
            ],
        };
        var outcome = await Solve.OutcomeAsync(index, request);
        var packages = Assert.IsType<ResolutionOutcome.Solved>(outcome).Resolution.Packages;
        Assert.Equal(["2.0+cpu", "2.0+cu128"], packages.Select(package => package.Version.ToString()));
        Assert.True(packages[0].Marker.Implies(Marker.FromScopedExtra(project, cpu.Name)));
        Assert.True(packages[1].Marker.Implies(Marker.FromScopedExtra(project, cuda.Name)));
    }

    private static PackageName Torch { get; } = PackageName.Parse("torch");

    private static IndexPin Pin(string index, string marker) =>
        new(Torch, index, Requirement.Parse($"torch ; {marker}").Marker);

    [Fact]
    public async Task Extras_that_exclude_each_other_are_resolved_apart()
    {
        var index = new FakeIndex().Add("torch", "1.0").Add("torch", "2.0");
        var project = PackageName.Parse("project");
        var cpu = new ConflictItem(project, ExtraName.Parse("cpu"), IsGroup: false);
        var gpu = new ConflictItem(project, ExtraName.Parse("gpu"), IsGroup: false);
        var request = Solve.ForAll(">=3.12") with
        {
            Requirements =
            [
                new RootRequirement(Requirement.Parse("torch==1.0")) { AskedBy = cpu },
                new RootRequirement(Requirement.Parse("torch==2.0")) { AskedBy = gpu },
            ],
        };
        Assert.StartsWith(
            "`torch==1.0` and `torch==2.0` cannot",
            await Solve.AnswerAsync(index, request),
            StringComparison.Ordinal
        );
        var apart = request with { Conflicts = [new ConflictSet([cpu, gpu])] };
        var outcome = await Solve.OutcomeAsync(index, apart);
        var packages = Assert.IsType<ResolutionOutcome.Solved>(outcome).Resolution.Packages;
        Assert.Equal(["1.0", "2.0"], packages.Select(package => package.Version.ToString()));
        Assert.True(packages[0].Marker.IsDisjointFrom(packages[1].Marker));
        Assert.True(packages[0].Marker.Implies(Marker.FromScopedExtra(project, cpu.Name)));
    }

    [Fact]
    public async Task Earlier_forks_and_versions_give_the_same_result_again()
    {
        var index = new FakeIndex()
            .Add("a", "1.0")
            .Add("a", "2.0")
            .Add("b", "1.0", "a<2 ; sys_platform == 'linux'", "a>=2 ; sys_platform != 'linux'");
        var request = Solve.ForAll(">=3.10", "b");
        var first = Assert.IsType<ResolutionOutcome.Solved>(await Solve.OutcomeAsync(index, request)).Resolution;
        var again = request with
        {
            Target = new ResolutionTarget.Universal(SpecifierSet.Parse(">=3.10")) { EarlierForks = first.Forks },
            Preferences = [.. first.Packages.Select(p => new Preference(p.Name, p.Version, p.Marker))],
        };
        Assert.Equal(await Solve.AnswerAsync(index, request), await Solve.AnswerAsync(index, again));
    }

    [Fact]
    public async Task A_pre_release_that_one_fork_needs_is_not_taken_by_the_others()
    {
        var index = new FakeIndex().Add("a", "1.0").Add("a", "2.0a1");
        // The pin is an upper bound, so its fork is solved first.
        var request = Solve.ForAll(">=3.10", "a==2.0a1 ; sys_platform == 'linux'", "a ; sys_platform != 'linux'");
        Assert.Equal(
            "a==1.0 ; sys_platform != 'linux'\na==2.0a1 ; sys_platform == 'linux'",
            await Solve.AnswerAsync(index, request)
        );
    }

    [Theory]
    [InlineData(PrereleaseMode.Allow, "a==2.0a1")]
    [InlineData(PrereleaseMode.IfNecessary, "a==2.0a1")]
    [InlineData(PrereleaseMode.Disallow, "a==1.0")]
    public async Task A_pre_release_of_an_earlier_answer_stays_unless_forbidden(PrereleaseMode mode, string expected)
    {
        var index = new FakeIndex().Add("a", "1.0").Add("a", "2.0a1").Add("a", "2.0a2");
        var request = Solve.ForAll(">=3.10", "a") with
        {
            Preferences = [new Preference(PackageName.Parse("a"), Version.Parse("2.0a1"), Marker.True)],
            Prereleases = new PrereleasePolicy(mode),
        };
        Assert.Equal(expected, await Solve.AnswerAsync(index, request));
    }

    [Theory]
    [InlineData(ResolutionMode.Highest, "a==2.0")]
    [InlineData(ResolutionMode.Lowest, "a==1.0")]
    public async Task Of_several_preferred_versions_the_one_that_would_be_tried_first_wins(
        ResolutionMode mode,
        string expected
    )
    {
        var index = new FakeIndex().Add("a", "0.5").Add("a", "1.0").Add("a", "2.0").Add("a", "3.0");
        var (name, linux) = (PackageName.Parse("a"), Marker.Parse("sys_platform == 'linux'"));
        Preference[] preferences =
        [
            new(name, Version.Parse("1.0"), linux),
            new(name, Version.Parse("2.0"), linux.Not()),
        ];
        var request = Solve.ForAll(">=3.10", "a") with { Mode = mode, Preferences = [.. preferences] };
        Assert.Equal(expected, await Solve.AnswerAsync(index, request));
        request = request with { Preferences = [.. preferences.Reverse()] };
        Assert.Equal(expected, await Solve.AnswerAsync(index, request));
    }

    [Fact]
    public async Task A_preference_for_the_environments_of_a_fork_goes_before_a_higher_one_for_others()
    {
        var index = new FakeIndex().Add("a", "1.0").Add("a", "2.0").Add("a", "3.0");
        var (name, linux) = (PackageName.Parse("a"), Marker.Parse("sys_platform == 'linux'"));
        var request = Solve.ForAll(">=3.10", "a<2.5 ; sys_platform == 'linux'", "a<=2 ; sys_platform != 'linux'") with
        {
            Preferences =
            [
                new Preference(name, Version.Parse("2.0"), linux.Not()),
                new Preference(name, Version.Parse("1.0"), linux),
            ],
        };
        Assert.Equal(
            "a==1.0 ; sys_platform == 'linux'\na==2.0 ; sys_platform != 'linux'",
            await Solve.AnswerAsync(index, request)
        );
    }

    [Fact]
    public async Task Values_of_one_variable_exclude_each_other()
    {
        var index = new FakeIndex().Add("a", "1.0").Add("a", "2.0");
        var request = Solve.ForAll(
            ">=3.10",
            "a==1.0 ; platform_release == 'r1'",
            "a==2.0 ; platform_release == 'r2'",
            "a==2.0 ; platform_release == '5.15'"
        );
        Assert.Equal(
            "a==1.0 ; platform_release == 'r1'\na==2.0 ; platform_release == '5.15' or platform_release == 'r2'",
            await Solve.AnswerAsync(index, request)
        );
    }

    [Fact]
    public async Task As_many_forks_as_there_are_values_are_solved()
    {
        var request = Solve.ForAll(
            ">=3.10",
            [.. Enumerable.Range(0, 300).Select(i => $"a ; platform_release == 'many{i}'")]
        );
        var outcome = await Solve.OutcomeAsync(new FakeIndex().Add("a", "1.0"), request);
        Assert.Equal(301, Assert.IsType<ResolutionOutcome.Solved>(outcome).Resolution.Counts.Forks);
    }

    [Fact]
    public async Task Conditions_that_double_the_forks_without_end_are_refused()
    {
        var request = Solve.ForAll(
            ">=3.10",
            [.. Enumerable.Range(0, 300).Select(i => $"a ; 'part{i}' in platform_release")]
        );
        var failure = await Assert.ThrowsAsync<KraitException>(() =>
            Solve.OutcomeAsync(new FakeIndex().Add("a", "1.0"), request)
        );
        Assert.Equal("too-many-forks", failure.Diagnostic.Code);
    }

    [Fact]
    public async Task Forks_that_forks_make_are_counted_together()
    {
        var index = new FakeIndex();
        string[] names = [.. Enumerable.Range(0, 10).Select(i => $"p{i}")];
        foreach (var (i, name) in names.Index())
            index.Add(name, "1.0", $"a<9 ; 'deep{i}' in platform_version", "a").Add("a", $"{i}.0");

        var failure = await Assert.ThrowsAsync<KraitException>(() =>
            Solve.OutcomeAsync(index, Solve.ForAll(">=3.10", names) with { ForkLimit = 50 })
        );
        Assert.Equal("too-many-forks", failure.Diagnostic.Code);
    }

    [Fact]
    public async Task Dividing_ends_when_nobody_waits_for_it()
    {
        using var cancellation = new CancellationTokenSource();
        // The request is read, and what it asks for is about to be divided.
        var request = Solve.ForAll(
            ">=3.10",
            [.. Enumerable.Range(0, 900).Select(i => $"a=={i} ; platform_release == 'late{i}'")]
        );
        cancellation.CancelAfter(TimeSpan.FromMilliseconds(300));
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new PythonResolver(new FakeIndex().Add("a", "1.0")).ResolveAsync(request, cancellation.Token)
        );
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10));
    }
}
