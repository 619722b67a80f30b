using Krait.Packaging.Locations;

namespace Krait.Packaging.Tests.Locations;

public sealed class LocationTests
{
    [Theory]
    [InlineData("https://example.org/a", "https")]
    [InlineData("HTTPS://example.org/a", "https")]
    [InlineData("http:a", "http")]
    [InlineData("file:///a", "file")]
    [InlineData("file:a", "file")]
    [InlineData("git+https://example.org/a.git", "git+https")]
    [InlineData("git+git@example.org:a.git", "")]
    [InlineData("s3://bucket/a", "s3")]
    [InlineData("", "")]
    [InlineData("a", "")]
    [InlineData("./a", "")]
    [InlineData("/a/b", "")]
    [InlineData("~/a", "")]
    [InlineData("C:\\a", "")]
    [InlineData("c:/a", "")]
    [InlineData("a:b", "")]
    [InlineData("./a://b", "")]
    [InlineData("-", "")]
    public void Tells_a_URL_from_a_path(string text, string scheme)
    {
        var location = Location.Of(text);
        Assert.Equal(scheme, location.Scheme);
        Assert.Equal(scheme.Length == 0, location.IsPath);
        Assert.Equal(scheme.Length > 0, Location.IsUrl(text));
        Assert.Equal(scheme is "file", location.IsFileUrl);
        Assert.Equal(scheme is "http" or "https", location.IsRemote);
        Assert.Equal(text, location.ToString());
    }

    [Theory]
    [InlineData("a/b", "/work/a/b")]
    [InlineData("../b", "/b")]
    [InlineData("/b", "/b")]
    [InlineData("a%20b#c", "/work/a%20b#c")]
    [InlineData("file:///a/b", "/a/b")]
    [InlineData("FILE:///a/b", "/a/b")]
    [InlineData("file:////a/b", "/a/b")]
    [InlineData("file://///a/b", "/a/b")]
    [InlineData("file:/a/b", "/a/b")]
    [InlineData("file:a/b", "/work/a/b")]
    [InlineData("file:./a/b", "/work/a/b")]
    [InlineData("file:../b", "/b")]
    [InlineData("file://localhost/a", "/a")]
    [InlineData("file:///a%20b/c%2Bd.whl#sha256=00", "/a b/c+d.whl")]
    [InlineData("file:///a?b", "/a")]
    public void Finds_the_path_of_what_is_on_this_machine(string text, string path)
    {
        Assert.True(Location.Of(text).TryGetLocalPath("/work", out var found));
        Assert.Equal(path, found);
    }

    [Theory]
    [InlineData("https://example.org/a")]
    [InlineData("file://example.org/a")]
    [InlineData("file:")]
    [InlineData("git+file:///a")]
    [InlineData("file:///a%00b")]
    public void Finds_no_path_for_what_is_elsewhere(string text) =>
        Assert.False(Location.Of(text).TryGetLocalPath("/work", out _));

    [Theory]
    [InlineData("a/b.whl", "b.whl")]
    [InlineData("a\\b.whl", "b.whl")]
    [InlineData("b%20c.whl", "b%20c.whl")]
    [InlineData("https://example.org/a/b.whl?x=/y#z/w", "b.whl")]
    [InlineData("https://example.org/a/b%2Bc.whl", "b+c.whl")]
    [InlineData("https://example.org", "")]
    [InlineData("https://example.org/", "")]
    [InlineData("file:b.whl", "b.whl")]
    [InlineData("file:///a/b.whl#egg=x", "b.whl")]
    public void Names_the_file(string text, string name) => Assert.Equal(name, Location.Of(text).FileName);

    [Fact]
    public void A_path_has_no_fragment()
    {
        Assert.Equal("sha256=00", Location.Of("https://example.org/a#sha256=00").Fragment);
        Assert.Equal("https://example.org/a", Location.Of("https://example.org/a#sha256=00").WithoutFragment);
        Assert.Equal("", Location.Of("a#b").Fragment);
        Assert.Equal("a#b", Location.Of("a#b").WithoutFragment);
    }

    [Fact]
    public void A_relative_path_starts_from_the_folder_of_its_file()
    {
        Assert.Equal("/work/a", Location.Of("a").From("/work").Text);
        Assert.Equal("https://example.org/a", Location.Of("https://example.org/a").From("/work").Text);
        Assert.Equal(Location.Of("/work/a"), Location.Of("a").From("/work"));
    }
}
