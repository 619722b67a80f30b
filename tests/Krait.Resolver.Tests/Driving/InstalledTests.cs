using System.Text;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Resolver.Tests.Fakes;

namespace Krait.Resolver.Tests.Driving;

/// <summary>What is installed is a candidate of its own.</summary>
public sealed class InstalledTests
{
    [Theory]
    [InlineData("1.5")] // no index lists it
    [InlineData("1.0")]
    [InlineData("1.5+private")]
    [InlineData("3.0b1")]
    public async Task Stays_where_it_fits_and_nobody_is_asked_about_it(string version)
    {
        var index = new FakeIndex().Add("app", "1.0", "base").Add("base", "1.0").Add("base", "2.0");
        var request = Solve.Request("app") with { Installed = [Installed("base", version)] };
        Assert.Equal($"app==1.0 base=={version}", await Solve.AnswerAsync(index, request));
        Assert.DoesNotContain("base", index.PagesAsked);
        Assert.DoesNotContain(index.MetadataAsked, asked => asked.StartsWith("base", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Satisfies_also_where_no_index_knows_the_project()
    {
        var index = new FakeIndex().Add("app", "1.0", "base[x]>=1");
        var installed = Installed("base", "1.5", "tool", "extra-tool ; extra == 'x'");
        var request = Solve.Request("app") with
        {
            Installed = [installed, Installed("tool", "7"), Installed("extra-tool", "8")],
        };
        Assert.Equal("app==1.0 base==1.5 extra-tool==8 tool==7", await Solve.AnswerAsync(index, request));
        Assert.All(
            Assert.IsType<ResolutionOutcome.Solved>(await Solve.OutcomeAsync(index, request)).Resolution.Packages,
            package => Assert.Equal(package.Name.Value != "app", package.Candidate.IsInstalled)
        );
    }

    [Fact]
    public async Task What_it_requires_is_part_of_the_answer()
    {
        var index = new FakeIndex()
            .Add("app", "1.0", "base", "lib")
            .Add("base", "2.0")
            .Add("lib", "1.0")
            .Add("lib", "2.0");
        var request = Solve.Request("app") with { Installed = [Installed("base", "1.5", "lib<2", "tool")] };
        // `tool` exists nowhere, so that the installed version cannot stay.
        Assert.Equal("app==1.0 base==2.0 lib==2.0", await Solve.AnswerAsync(index, request));
        index.Add("tool", "1.0");
        Assert.Equal("app==1.0 base==1.5 lib==1.0 tool==1.0", await Solve.AnswerAsync(new FakeIndex(index), request));
    }

    [Theory]
    [InlineData("base>=2")]
    [InlineData("base==1.0")]
    public async Task Gives_way_to_what_conflicts_with_it(string required)
    {
        var index = new FakeIndex().Add("app", "1.0", required).Add("base", "1.0").Add("base", "2.0");
        var request = Solve.Request("app") with { Installed = [Installed("base", "1.5")] };
        Assert.StartsWith("app==1.0 base==", await Solve.AnswerAsync(index, request), StringComparison.Ordinal);
        Assert.DoesNotContain("1.5", await Solve.AnswerAsync(index, request), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_count_where_its_metadata_cannot_be_read()
    {
        var index = new FakeIndex().Add("base", "2.0");
        var unreadable = new InstalledVersion(PackageName.Parse("base"), Version.Parse("1.5"), new(() => null));
        Assert.Equal(
            "base==2.0",
            await Solve.AnswerAsync(index, Solve.Request("base") with { Installed = [unreadable] })
        );
    }

    [Fact]
    public async Task Takes_part_in_explanations()
    {
        var index = new FakeIndex().Add("lib", "1.0").Add("lib", "2.0");
        var request = Solve.Request("base", "lib>=2") with { Installed = [Installed("base", "1.5", "lib<2")] };
        Assert.Equal(
            """
            `base` and `lib>=2` cannot be installed together
            note: every version of `base` depends on `lib<2`
            hint: Change `lib>=2` to fit `lib<2`, which `base` needs
            """,
            await Solve.AnswerAsync(index.Add("base", "1.5", "lib<2"), request)
        );
    }

    private static InstalledVersion Installed(string name, string version, params string[] requires)
    {
        var text = $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: x\n";
        text += string.Concat(requires.Select(requirement => $"Requires-Dist: {requirement}\n"));
        return new InstalledVersion(
            PackageName.Parse(name),
            Version.Parse(version),
            new(() => CoreMetadata.TryParse(Encoding.UTF8.GetBytes(text), out var metadata, out _) ? metadata : null)
        );
    }
}
