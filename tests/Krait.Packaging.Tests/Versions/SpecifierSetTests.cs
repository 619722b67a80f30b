using FsCheck.Xunit;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Tests.Versions;

public sealed class SpecifierSetTests
{
    [Fact]
    public void Thousands_of_exclusions_cost_little_more_than_their_length()
    {
        var text = string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"!={i % 7}.{i}"));
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var set = SpecifierSet.Parse(text);
        Assert.False(set.Contains(Version.Parse("1.1")));
        Assert.True(set.Contains(Version.Parse("1.2")));
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(">=1.0,==2.*", 0, true)]
    [InlineData("==1.0", 0, true)]
    [InlineData("1.0", 0, false)]
    [InlineData(">=1.0,<=2.0.*", 11, false)]
    [InlineData(">=1.0+local", 5, false)]
    [InlineData("~=1", 3, false)]
    [InlineData("==1.0a1.*", 7, false)]
    [InlineData(">= 1.0 2", 7, false)]
    public void Parses_or_points_at_the_place(string text, int position, bool isValid)
    {
        Assert.Equal(isValid, SpecifierSet.TryParse(text, out _, out var error));
        Assert.Equal(position, error?.Span?.Start ?? 0);
    }

    [Property(Arbitrary = [typeof(Arbitraries)], MaxTest = 2_000)]
    [Trait("Speed", "slow")]
    public bool Formatting_and_parsing_gives_an_equal_set(Specifier[] clauses)
    {
        var set = new SpecifierSet([.. clauses]);
        var again = SpecifierSet.Parse(set.ToString());
        return again.Equals(set) && again.GetHashCode() == set.GetHashCode() && again.ToRanges().Equals(set.ToRanges());
    }

    [Fact]
    public void Leaves_prereleases_out_unless_asked_or_alone()
    {
        Assert.Equal(["1.0"], SpecifierSet.Parse(">=1.0a1,!=2").Filter(["1.0"]));
        Assert.Equal(["1.1"], SpecifierSet.Parse(">=1.0").Filter(["1.1", "1.2rc1"]));
        Assert.Equal(["1.2rc1"], SpecifierSet.Parse(">=1.2rc1").Filter(["1.1", "1.2rc1"]));
        Assert.Equal(["1.2rc1"], SpecifierSet.Parse(">1.1").Filter(["1.1", "1.2rc1"]));
        Assert.Empty(SpecifierSet.Parse(">1.1").Filter(["1.2rc1"], prereleases: false));
    }

    [Fact]
    public void Knows_an_exact_pin()
    {
        Assert.True(SpecifierSet.Parse("==1.0").IsExactPin);
        Assert.True(SpecifierSet.Parse("===1.0").IsExactPin);
        Assert.False(SpecifierSet.Parse("==1.*").IsExactPin);
        Assert.False(SpecifierSet.Parse("==1.0,<2").IsExactPin);
    }

    [Theory]
    [InlineData(">=7.2.0<8.0.0", ">=7.2.0,<8.0.0")]
    [InlineData("!=~5.0,>=4.12", "!=5.0.*,>=4.12")]
    [InlineData(">=1.9.*", ">=1.9")]
    [InlineData(">=2.7,!=3.0*", ">=2.7,!=3.0.*")]
    [InlineData(">dev", ">0.0.0.dev0")]
    [InlineData(">=9.0.0a1.0", ">=9.0.0a1")]
    [InlineData(">= '2.7'", ">=2.7")]
    [InlineData(">=2.7, !=3.0.*', <3.4.*", ">=2.7,!=3.0.*,<3.4")]
    [InlineData("=>1.0", ">=1.0")]
    public void Repairs_older_spellings_and_says_so(string text, string expected)
    {
        Assert.True(SpecifierSet.TryParseLenient(text, out var set, out var warning, out _));
        Assert.Equal(expected, set.ToString());
        Assert.Equal("repaired-specifier", warning!.Code);
    }

    [Fact]
    public void Does_not_warn_about_what_is_valid()
    {
        Assert.True(SpecifierSet.TryParseLenient(">=1.0, <2", out _, out var warning, out _));
        Assert.Null(warning);
    }
}
