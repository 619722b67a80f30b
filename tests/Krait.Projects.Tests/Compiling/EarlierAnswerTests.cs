using Krait.Packaging.Markers;
using Krait.Packaging.Versions;
using Krait.Projects.Compiling;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

namespace Krait.Projects.Tests.Compiling;

public sealed class EarlierAnswerTests
{
    [Theory]
    [InlineData("a==1", "")]
    [InlineData("a==1 ; sys_platform == 'win32'", "")]
    [InlineData(
        "a==1 ; python_full_version < '3.12'|a==2 ; python_full_version >= '3.12'",
        "python_full_version < '3.12'|python_full_version >= '3.12'"
    )]
    [InlineData(
        "a==1 ; sys_platform == 'win32'|a==2 ; sys_platform == 'darwin'",
        "sys_platform == 'win32'|sys_platform == 'darwin'|sys_platform != 'darwin' and sys_platform != 'win32'"
    )]
    [InlineData(
        "a==1 ; python_full_version < '3.12'|a==2 ; python_full_version >= '3.12'|b==1 ; python_full_version < '3.12'|b==2 ; python_full_version >= '3.12'",
        "python_full_version < '3.12'|python_full_version >= '3.12'"
    )]
    [InlineData("a==1 ; python_full_version < '3.8'|a==2 ; python_full_version >= '3.8'", "")]
    public void Forks_where_versions_differ(string pins, string forks)
    {
        var found = EarlierAnswer.ForksOf(Pins(pins), [], VersionRanges.AtLeast(Version.Parse("3.9")));
        Assert.Equal(forks, string.Join('|', found.Select(fork => fork.ToText())));
    }

    [Fact]
    public void Forks_stay_within_the_environments_of_the_resolution()
    {
        var pins = Pins("a==1 ; python_full_version < '3.12'|a==2 ; python_full_version >= '3.12'");
        var linux = Marker.Parse("sys_platform == 'linux'");
        var found = EarlierAnswer.ForksOf(pins, [linux], VersionRanges.All);
        Assert.Equal(2, found.Length);
        Assert.All(found, fork => Assert.True(fork.Implies(linux)));
    }

    [Fact]
    public void Too_many_forks_are_none()
    {
        var pins = Enumerable
            .Range(0, 6)
            .SelectMany(i =>
                Pins($"a{i}==1 ; platform_version == '{i}'|a{i}==2 ; platform_version != '{i}'")
                    .Select(pin => pin with { Marker = pin.Marker.And(Marker.Parse($"'x{i}' in platform_release")) })
            );
        Assert.Empty(EarlierAnswer.ForksOf([.. pins], [], VersionRanges.All));
    }

    [Fact]
    public void An_answer_is_kept_when_it_pins_the_same_versions_in_the_same_places()
    {
        var pins = Pins("a==1 ; python_full_version < '3.12'|b==2");
        PinnedRequirement a = new("a", "a==1")
        {
            Version = Version.Parse("1"),
            Marker = "python_full_version < '3.12'",
        };
        PinnedRequirement b = new("b", "b[x]==2") { Version = Version.Parse("2") };
        PinnedRequirement direct = new("c", "c @ https://host/c-1.zip") { Version = Version.Parse("1") };
        PinnedRequirement omitted = new("pip", "pip==1") { Version = Version.Parse("1"), IsOmitted = true };
        Assert.True(EarlierAnswer.IsKept(pins, [a, b, direct, omitted]));
        Assert.False(EarlierAnswer.IsKept(pins, [a]));
        Assert.False(EarlierAnswer.IsKept(pins, [a with { Marker = "" }, b]));
        Assert.False(EarlierAnswer.IsKept(pins, [a, b, omitted with { IsOmitted = false }]));
    }

    private static System.Collections.Immutable.ImmutableArray<Preference> Pins(string text) =>
        [
            .. text.Split('|')
                .Select(line => Packaging.Requirements.Requirement.Parse(line))
                .Select(pin => new Preference(pin.Name, pin.Specifiers!.Clauses[0].Version!, pin.Marker)),
        ];
}
