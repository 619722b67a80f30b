using Krait.Packaging.Versions;

namespace Krait.Packaging.Tests.Versions;

public sealed class VersionBoundTests
{
    [Theory]
    [InlineData("0", ">=0", ">=0,<0.1", ">=0,<0.0.1", "==0")]
    [InlineData("0.0", ">=0.0", ">=0.0,<0.1", ">=0.0,<0.0.1", "==0.0")]
    [InlineData("0.0.3", ">=0.0.3", ">=0.0.3,<0.0.4", ">=0.0.3,<0.0.4", "==0.0.3")]
    [InlineData("0.1", ">=0.1", ">=0.1,<0.2", ">=0.1,<0.1.1", "==0.1")]
    [InlineData("0.1.2.3", ">=0.1.2.3", ">=0.1.2.3,<0.2.0.0", ">=0.1.2.3,<0.1.3.0", "==0.1.2.3")]
    [InlineData("1", ">=1", ">=1,<2", ">=1,<1.1", "==1")]
    [InlineData("1.2.3.4", ">=1.2.3.4", ">=1.2.3.4,<2.0.0.0", ">=1.2.3.4,<1.3.0.0", "==1.2.3.4")]
    [InlineData("2024.5", ">=2024.5", ">=2024.5,<2025.0", ">=2024.5,<2024.6", "==2024.5")]
    [InlineData("1.2.3rc1", ">=1.2.3rc1", ">=1.2.3rc1,<2.0.0", ">=1.2.3rc1,<1.3.0", "==1.2.3rc1")]
    [InlineData("1.0+cpu", ">=1.0", ">=1.0,<2.0", ">=1.0,<1.1", "==1.0")]
    [InlineData("1!2.3", ">=1!2.3", ">=1!2.3,<1!3.0", ">=1!2.3,<1!2.4", "==1!2.3")]
    public void A_bound_is_written_for_a_version(string version, string lower, string major, string minor, string exact)
    {
        var chosen = Version.Parse(version);
        Assert.Equal(lower, VersionBound.Lower.For(chosen));
        Assert.Equal(major, VersionBound.Major.For(chosen));
        Assert.Equal(minor, VersionBound.Minor.For(chosen));
        Assert.Equal(exact, VersionBound.Exact.For(chosen));
    }

    [Fact]
    public void Every_bound_accepts_the_version_it_is_for()
    {
        foreach (var text in (string[])["0", "0.0.7", "1.2", "3!0.1", "1.0.post1", "2.0b3", "1.0.dev4"])
        {
            foreach (var bound in Enum.GetValues<VersionBound>())
            {
                Assert.True(SpecifierSet.TryParse(bound.For(Version.Parse(text)), out var specifiers, out _));
                Assert.True(specifiers.Contains(Version.Parse(text)), $"{bound} of {text}");
            }
        }
    }
}
