using Krait.Index;

namespace Krait.Sources.Tests;

public sealed class MirrorsTests
{
    [Theory]
    [InlineData(
        "https://m.example/simple/",
        "https://o.example/simple/",
        "https://m.example/files/a.whl",
        "https://o.example/files/a.whl"
    )]
    [InlineData(
        "https://m.example/pypi/simple",
        "https://o.example/simple/",
        "https://m.example/pypi/files/a.whl",
        "https://o.example/files/a.whl"
    )]
    [InlineData(
        "https://m.example/simple/",
        "https://o.example/py/simple",
        "https://m.example/files/a.whl",
        "https://o.example/py/files/a.whl"
    )]
    [InlineData(
        "http://m.example:81/a/",
        "http://o.example:82/b/",
        "http://m.example:81/a/x/a.whl",
        "http://o.example:82/b/x/a.whl"
    )]
    [InlineData(
        "https://m.example/simple/",
        "https://pypi.org/simple",
        "https://m.example/packages/ab/cd/ef/a%2B1.whl",
        "https://files.pythonhosted.org/packages/ab/cd/ef/a%2B1.whl"
    )]
    public void A_file_has_an_address_on_the_index_and_one_on_its_mirror(
        string mirror,
        string index,
        string there,
        string here
    )
    {
        var mirrors = Of(mirror, index);
        Assert.Equal(here, mirrors.ToOriginal(there, mirror));
        Assert.Equal(there, mirrors.FromOriginal(here, index.TrimEnd('/')));
        Assert.Equal(index, mirrors.IndexOf(mirror));
    }

    [Fact]
    public void What_is_elsewhere_stays_as_it_is()
    {
        var mirrors = Of("https://m.example/simple/", "https://o.example/simple/");
        const string Elsewhere = "https://cdn.example/files/a.whl";
        Assert.Equal(Elsewhere, mirrors.ToOriginal(Elsewhere, "https://m.example/simple/"));
        Assert.Equal(Elsewhere, mirrors.FromOriginal(Elsewhere, "https://o.example/simple/"));
        // Another index on the host of the mirror, and a lock that names another.
        const string Other = "https://m.example/other/a.whl";
        Assert.Equal(Other, mirrors.ToOriginal(Other, "https://m.example/other/"));
        Assert.Equal(
            "https://o.example/a.whl",
            mirrors.FromOriginal("https://o.example/a.whl", "https://o.example/second/")
        );
        Assert.Equal("https://m.example/other/", mirrors.IndexOf("https://m.example/other/"));
    }

    private static Mirrors Of(string mirror, string index) =>
        Mirrors.Of(
            new IndexSettings
            {
                Indexes = [new IndexLocation(SafeUrl.Parse(mirror)) { StandsFor = SafeUrl.Parse(index) }],
            }
        );
}
