using Krait.Packaging.Distributions;
using Krait.Packaging.Names;

namespace Krait.Packaging.Tests.Distributions;

public sealed class FileNameTests
{
    [Fact]
    public void Reads_the_parts_of_a_wheel()
    {
        var wheel = WheelFileName.Parse("Foo_Bar-1.0.0-2b-py2.py3-none-any.whl");
        Assert.Equal("foo-bar", wheel.Name.Value);
        Assert.Equal(Version.Parse("1.0"), wheel.Version);
        Assert.Equal(new BuildTag(2, "b"), wheel.Build);
        Assert.Equal(["py2", "py3"], wheel.PythonTags);
        Assert.Equal("Foo_Bar-1.0.0-2b-py2.py3-none-any.whl", wheel.ToString());
    }

    [Theory]
    [InlineData("foo-1.0-py3-none-any.zip")]
    [InlineData("foo-1.0-py3-none.whl")]
    [InlineData("foo-x-py3-none-any.whl")]
    [InlineData("foo-1.0-b-py3-none-any.whl")]
    [InlineData("foo__bar-1.0-py3-none-any.whl")]
    [InlineData("../foo-1.0-py3-none-any.whl")]
    [InlineData("-1.0-py3-none-any.whl")]
    [InlineData("foo-1.0-3py-none-any.whl")]
    [InlineData("foo-1.0-py3--any.whl")]
    public void Refuses_what_is_not_a_wheel(string text)
    {
        Assert.False(WheelFileName.TryParse(text, out _, out var error));
        Assert.Equal("invalid-wheel-name", error.Code);
    }

    [Theory]
    [InlineData("foo-1.0.tar.gz", null, "1.0")]
    [InlineData("foo-bar-1.0.zip", null, "1.0")]
    [InlineData("foo-1.0-1.tar.gz", "foo", "1.0.post1")]
    [InlineData("Foo..bar-1.0.tar.bz2", "foo-bar", "1.0")]
    [InlineData("foo_bar-1.0.tgz", "foo-bar", "1.0")]
    public void Reads_the_version_of_an_sdist(string text, string? expected, string version)
    {
        Assert.True(
            SdistFileName.TryParse(text, expected is null ? null : PackageName.Parse(expected), out var sdist, out _)
        );
        Assert.Equal(version, sdist.Version.ToString());
    }

    [Theory]
    [InlineData("foo-1.0.tar.gz", "bar")]
    [InlineData("foobar-1.0.tar.gz", "foo")]
    [InlineData("foo-x.tar.gz", "foo")]
    [InlineData("foo-1.0.exe", "foo")]
    [InlineData("1.0.tar.gz", null)]
    public void Refuses_an_sdist_of_another_name(string text, string? expected) =>
        Assert.False(SdistFileName.TryParse(text, expected is null ? null : PackageName.Parse(expected), out _, out _));

    [Fact]
    public void Reads_a_hash_in_both_spellings()
    {
        var hex = new string('a', 64);
        Assert.True(FileHash.TryParse($"sha256:{hex}", out var left, out _));
        Assert.True(FileHash.TryParse($"SHA256={hex.ToUpperInvariant()}", out var right, out _));
        Assert.Equal(left, right);
        Assert.Equal($"sha256:{hex}", right.ToString());
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha256:abc")]
    [InlineData("sha256:zz")]
    [InlineData("crc32:00000000")]
    public void Refuses_what_is_not_a_hash(string text)
    {
        Assert.False(FileHash.TryParse(text, out _, out var error));
        Assert.Equal("invalid-hash", error.Code);
    }
}
