using Krait.Packaging.Versions;

namespace Krait.Packaging.Tests.Versions;

public sealed class VersionRangesTests
{
    [Theory]
    [InlineData(">=1.0,<2", ">=1.0,<2")]
    [InlineData("==1.2", "==1.2")]
    [InlineData("==1.2.*", "==1.2.*")]
    [InlineData("!=1.2", "<1.2 | >1.2")]
    [InlineData(">1.0", ">1.0")]
    [InlineData("<=1.0", "<=1.0")]
    [InlineData("~=1.4.2", ">=1.4.2,<1.5")]
    [InlineData("<1,>2", "∅")]
    [InlineData("", "*")]
    public void Prints_as_specifiers(string specifier, string expected) =>
        Assert.Equal(expected, SpecifierSet.Parse(specifier).ToRanges().ToString());

    [Theory]
    [InlineData("<=1.0", "1.0+local", true)]
    [InlineData("<=1.0", "1.0.post0.dev0", false)]
    [InlineData(">1.0", "1.0.post1", false)]
    [InlineData(">1.0", "1.0+local", false)]
    [InlineData(">1.0.post1", "1.0.post2", true)]
    [InlineData("<1.0", "1.0rc1", false)]
    [InlineData("<1.0rc1", "1.0b1", true)]
    [InlineData("==1.0", "1.0+local", true)]
    [InlineData("==1.0+local", "1.0", false)]
    [InlineData("==1.*", "1.dev0", true)]
    [InlineData("==1.*", "2.dev0", false)]
    public void Knows_the_edges_of_clauses(string specifier, string version, bool expected) =>
        Assert.Equal(expected, SpecifierSet.Parse(specifier).ToRanges().Contains(Version.Parse(version)));

    [Fact]
    public void Spells_one_place_one_way()
    {
        Assert.Equal(SpecifierSet.Parse("<=1.0").ToRanges(), SpecifierSet.Parse("<1.0.post0").ToRanges());
        Assert.Equal(SpecifierSet.Parse(">1.0.dev1").ToRanges(), SpecifierSet.Parse(">=1.0.dev2").ToRanges());
        Assert.True(SpecifierSet.Parse(">=0.dev0").ToRanges().IsAll);
        Assert.True(SpecifierSet.Parse("<0").ToRanges().IsEmpty);
    }

    [Fact]
    public void Says_all_of_what_is_known_when_it_holds_all()
    {
        Version[] known = [Version.Parse("1.0"), Version.Parse("1.1"), Version.Parse("2.0")];
        Assert.Equal("*", SpecifierSet.Parse(">=1.0,<3").ToRanges().Simplify(known).ToString());
        Assert.Equal(">=1.1", SpecifierSet.Parse(">=1.1,!=1.5,<3").ToRanges().Simplify(known).ToString());
        Assert.Equal("<2", SpecifierSet.Parse("<2,!=1.0.5").ToRanges().Simplify(known).ToString());
    }
}
