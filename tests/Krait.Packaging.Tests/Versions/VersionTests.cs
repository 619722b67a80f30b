namespace Krait.Packaging.Tests.Versions;

public sealed class VersionTests
{
    [Theory]
    [InlineData("1.0", "1.0")]
    [InlineData(" v1.0 ", "1.0")]
    [InlineData("1.0-ALPHA.1", "1.0a1")]
    [InlineData("1.0a-", "1.0a0")]
    [InlineData("1.0c2", "1.0rc2")]
    [InlineData("1.0preview", "1.0rc0")]
    [InlineData("1.0-4", "1.0.post4")]
    [InlineData("1.0.r4", "1.0.post4")]
    [InlineData("1.0a--1", "1.0a0.post1")]
    [InlineData("1.0DEV", "1.0.dev0")]
    [InlineData("001!01.02", "1!1.2")]
    [InlineData("1.0+Ubuntu-01_x", "1.0+ubuntu.1.x")]
    [InlineData("1.0+00", "1.0+0")]
    public void Normalizes(string text, string expected) => Assert.Equal(expected, Version.Parse(text).ToString());

    [Theory]
    [InlineData("", 0)]
    [InlineData(".1", 0)]
    [InlineData("1..0", 1)]
    [InlineData("1.0+", 3)]
    [InlineData("1.0a1b1", 5)]
    [InlineData("1!", 2)]
    [InlineData("1.0+a_", 5)]
    [InlineData("1.٣", 1)]
    [InlineData("1.0.18446744073709551615", 23)]
    public void Refuses_and_points_at_the_place(string text, int position)
    {
        Assert.False(Version.TryParse(text, out _, out var error));
        Assert.Equal("invalid-version", error.Code);
        Assert.Equal(position, error.Span!.Start);
    }

    [Fact]
    public void Orders_as_the_specification_does()
    {
        string[] ordered =
        [
            "0.dev0",
            "0",
            "1.dev0",
            "1.0.dev456",
            "1.0a0.dev1",
            "1.0a1",
            "1.0a1.post0.dev1",
            "1.0a1.post0",
            "1.0a2.dev456",
            "1.0a12",
            "1.0b1.dev456",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1.dev456",
            "1.0rc1",
            "1.0",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5",
            "1.0+5.0",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.0.15",
            "1.1.dev1",
            "1.2.3.4.5.6",
            "1.2.3.5",
            "2.31.0.6",
            "2.31.0.20230101",
            "2.31.0.20240101.1",
            "2.32",
            "2024.1",
            "20240101",
            "1!0",
        ];
        var versions = ordered.Select(Version.Parse).ToArray();
        for (var i = 1; i < versions.Length; i++)
            Assert.True(versions[i - 1] < versions[i], $"{versions[i - 1]} < {versions[i]}");
    }

    [Fact]
    public void Tells_its_parts()
    {
        var version = Version.Parse("2!1.2.3rc4.post5.dev6+local.7");
        Assert.Equal(2UL, version.Epoch);
        Assert.Equal([1UL, 2UL, 3UL], version.Release.ToArray());
        Assert.Equal("rc", version.Pre!.Value.Letter);
        Assert.Equal((4UL, 5UL, 6UL), (version.Pre.Value.Number, version.Post!.Value, version.Dev!.Value));
        Assert.Equal("local.7", version.Local);
        Assert.Equal("2!1.2.3rc4.post5.dev6", version.WithoutLocal().ToString());
        Assert.Equal("2!1.2.3", version.OnlyRelease().ToString());
    }

    [Theory]
    [InlineData("1.0", false)]
    [InlineData("1.0a1", true)]
    [InlineData("1.0.dev1", true)]
    [InlineData("1.0.post1", false)]
    [InlineData("1.0.post1.dev1", true)]
    [InlineData("1!1.0rc1+x", true)]
    public void Knows_a_prerelease(string text, bool expected) =>
        Assert.Equal(expected, Version.Parse(text).IsPrerelease);
}
