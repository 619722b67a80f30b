using System.Collections.Immutable;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Tests.Versions;

public sealed class VersionBumpTests
{
    [Theory]
    [InlineData("1.2.3", "major", "2.0.0")]
    [InlineData("1.2.3", "minor", "1.3.0")]
    [InlineData("1.2.3", "patch", "1.2.4")]
    [InlineData("1.2", "patch", "1.2.1")]
    [InlineData("2024", "minor", "2024.1")]
    [InlineData("1.2.3.4", "patch", "1.2.4.0")]
    [InlineData("1!1.2.3", "minor", "1!1.3.0")]
    [InlineData("1.2.3+local", "patch", "1.2.4+local")]
    [InlineData("1.2.3b4.post5.dev6", "stable", "1.2.3")]
    [InlineData("1.2.3b4.post5.dev6", "beta", "1.2.3b5")]
    [InlineData("1.2.3b4.post5.dev6", "rc", "1.2.3rc1")]
    [InlineData("1.2.3b4.post5.dev6", "post", "1.2.3b4.post6")]
    [InlineData("1.2.3b4.post5.dev6", "dev", "1.2.3b4.post5.dev7")]
    [InlineData("1.2.3.dev1", "alpha", "1.2.3a1")]
    [InlineData("1.2.3", "post", "1.2.3.post1")]
    [InlineData("1.2.3", "patch beta", "1.2.4b1")]
    [InlineData("1.2.3", "beta patch", "1.2.4b1")]
    [InlineData("1.2.3", "patch dev", "1.2.4.dev1")]
    [InlineData("1.2.3", "patch=9", "1.2.9")]
    [InlineData("1.2.3", "minor=7 rc=3", "1.7.0rc3")]
    public void Raises_the_parts_that_are_named(string version, string bumps, string raised)
    {
        Assert.Equal(raised, VersionBump.Apply(Version.Parse(version), Read(bumps), out _)?.ToString());
    }

    [Theory]
    [InlineData("1.2.3", "stable", "does not increase")]
    [InlineData("1.2.3", "alpha", "does not increase")]
    [InlineData("1.2.3", "dev", "does not increase")]
    [InlineData("1.2.3rc1", "beta", "does not increase")]
    [InlineData("1.2.3", "minor=1", "does not increase")]
    [InlineData("1.2.3", "major minor", "major, minor")]
    [InlineData("1.2.3", "patch patch", "patch, patch")]
    [InlineData("1.2.3", "alpha beta", "alpha, beta")]
    [InlineData("1.2.3", "stable patch", "stable")]
    [InlineData("1.2.3", "post dev=2", "post")]
    public void Refuses_what_cannot_be_raised(string version, string bumps, string says)
    {
        Assert.Null(VersionBump.Apply(Version.Parse(version), Read(bumps), out var error));
        Assert.Contains(says, error?.Message);
    }

    [Theory]
    [InlineData("sideways", "`sideways`")]
    [InlineData("stable=2", "stable")]
    [InlineData("patch=x", "patch")]
    [InlineData("patch=-1", "patch")]
    [InlineData("", "not a part")]
    public void Refuses_a_bump_that_is_none(string text, string says)
    {
        Assert.False(VersionBump.TryParse(text, out _, out Diagnostic? error));
        Assert.Contains(says, error?.Message);
    }

    private static ImmutableArray<VersionBump> Read(string bumps) =>
        [
            .. bumps
                .Split(' ')
                .Select(text =>
                {
                    Assert.True(VersionBump.TryParse(text, out var bump, out _));
                    return bump;
                }),
        ];
}
