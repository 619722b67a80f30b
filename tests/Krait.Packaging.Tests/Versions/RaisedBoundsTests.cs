using Krait.Packaging.Versions;

namespace Krait.Packaging.Tests.Versions;

public sealed class RaisedBoundsTests
{
    [Theory]
    [InlineData(">=1.0", "2.3.1", ">=2.3.1")]
    [InlineData(">1.0", "2.3.1", ">=2.3.1")]
    [InlineData(">=1.0,<2", "2.3.1", ">=2.3.1,<3")]
    [InlineData(">=1.0,<3", "2.3.1", ">=2.3.1,<3")]
    [InlineData("<2.0.0", "2.3.1", "<2.3.2")]
    [InlineData("<2.1", "2.3.1", "<2.4")]
    [InlineData("<=2.1", "2.3.1", "<=2.3.1")]
    [InlineData("==1.0", "2.3.1", "==2.3.1")]
    [InlineData("===1.0", "2.3.1", "===2.3.1")]
    [InlineData("==1.*", "2.3.1", "==2.*")]
    [InlineData("==1.0.*", "2.3.1", "==2.3.*")]
    [InlineData("~=1.0", "2.3.1", "~=2.3")]
    [InlineData("~=1.0.3", "2.3.1", "~=2.3.1")]
    [InlineData("~=1.0.3", "2.3", "~=2.3.0")]
    [InlineData("!=1.5,>=1", "2.3.1", "!=1.5,>=2.3.1")]
    [InlineData("!=1.*", "2.3.1", "!=1.*")]
    [InlineData(">=1!1.0,<1!2", "1!2.3", ">=1!2.3,<1!3")]
    [InlineData(">=1.0", "2.3.1+cpu", ">=2.3.1")]
    public void A_clause_keeps_its_form(string written, string chosen, string raised)
    {
        var version = Version.Parse(chosen);
        Assert.Equal(raised, RaisedBounds.For(SpecifierSet.Parse(written), version, version).ToString());
    }

    [Fact]
    public void Where_environments_differ_the_lowest_and_the_highest_count() =>
        Assert.Equal(
            ">=2.0,<4",
            RaisedBounds.For(SpecifierSet.Parse(">=1,<2"), Version.Parse("2.0"), Version.Parse("3.1")).ToString()
        );

    [Theory]
    [InlineData(">=1.0,<2,!=1.5", "1.2", false, ">=1.2,!=1.5")]
    [InlineData(">=1.0,<2,!=1.5", "1.2", true, ">=1.2,<2,!=1.5")]
    [InlineData("==1.0", "1.0", false, ">=1.0")]
    [InlineData("==1.*", "1.2", true, ">=1.2,==1.*")]
    [InlineData(">=3", "1.2", false, "")]
    [InlineData(">=3", null, false, "")]
    public void Loose_bounds_never_go_below_what_is_locked(
        string written,
        string? locked,
        bool keepsUpper,
        string loose
    ) =>
        Assert.Equal(
            loose,
            RaisedBounds
                .Loosen(SpecifierSet.Parse(written), locked is null ? null : Version.Parse(locked), keepsUpper)
                .ToString()
        );
}
