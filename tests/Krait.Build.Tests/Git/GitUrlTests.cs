using Krait.Build.Git;

namespace Krait.Build.Tests.Git;

public sealed class GitUrlTests
{
    [Theory]
    [InlineData("git+https://host/a/b.git", "https://host/a/b.git", null, null)]
    [InlineData("git+https://host/a/b@main", "https://host/a/b", "main", null)]
    [InlineData(
        "git+https://host/a/b.git@feature/x#subdirectory=a/b&egg=c",
        "https://host/a/b.git",
        "feature/x",
        "a/b"
    )]
    [InlineData("git+ssh://git@host/a/b@v1.0", "ssh://git@host/a/b", "v1.0", null)]
    [InlineData("git+ssh://git@host:2222/a/b", "ssh://git@host:2222/a/b", null, null)]
    [InlineData("git+file:///a/b@0123abcd", "file:///a/b", "0123abcd", null)]
    [InlineData("GIT+HTTPS://host/a", "https://host/a", null, null)]
    [InlineData("git+https://user@host/a@x", "https://host/a", "x", null)]
    [InlineData("git+https://user:secret@host/a", "https://host/a", null, null)]
    [InlineData("git+https://host/a@v1%2B2", "https://host/a", "v1+2", null)]
    [InlineData("git+https://[::1]:8080/a", "https://[::1]:8080/a", null, null)]
    public void Reads_urls(string text, string url, string? revision, string? subdirectory)
    {
        Assert.True(GitSource.TryParse(text, out var source, out var error), error?.Message);
        Assert.Equal(url, source.Url.Value);
        Assert.Equal(revision, source.Reference.Requested);
        Assert.Equal(subdirectory, source.Subdirectory);
    }

    [Fact]
    public void Tells_commits_from_names()
    {
        Assert.IsType<GitReference.Commit>(GitReference.Of(new string('A', 40)));
        Assert.IsType<GitReference.Named>(GitReference.Of("refs/pull/1/head"));
        Assert.IsType<GitReference.Any>(GitReference.Of("main"));
        Assert.IsType<GitReference.Any>(GitReference.Of("0123abc"));
    }

    [Theory]
    [InlineData("git+ext::sh -c touch% /tmp/x")]
    [InlineData("git+ext::sh")]
    [InlineData("git+ext://host/a")]
    [InlineData("git+fd://17/a")]
    [InlineData("git+git://host/a")]
    [InlineData("git+ftp://host/a")]
    [InlineData("git+git@host:a/b")]
    [InlineData("git+host:a/b")]
    [InlineData("git+/a/b")]
    [InlineData("git+https:///a")]
    [InlineData("git+https://host")]
    [InlineData("git+https://host/")]
    [InlineData("git+https://-oProxyCommand=x/a")]
    [InlineData("git+ssh://-oProxyCommand=x/a")]
    [InlineData("git+ssh://user@-oProxyCommand=x/a")]
    [InlineData("git+ssh://-oProxyCommand=x@host/a")]
    [InlineData("git+ssh://host/-a")]
    [InlineData("git+ssh://host//-a")]
    [InlineData("git+ssh://us er@host/a")]
    [InlineData("git+ssh://$(x)@host/a")]
    [InlineData("git+https://ho st/a")]
    [InlineData("git+https://host:port/a")]
    [InlineData("git+https://host:123456/a")]
    [InlineData("git+https://host/a/../b")]
    [InlineData("git+https://host/a?b=c")]
    [InlineData("git+https://host\u2028/a")]
    [InlineData("git+https://host/a\nb")]
    [InlineData("git+https://host/a\u202eb")]
    [InlineData("git+https://user%0Aname:x@host/a")]
    [InlineData("git+file://host/a")]
    [InlineData("git+file://-u/a")]
    [InlineData("git+https://host/a@-u")]
    [InlineData("git+https://host/a@--upload-pack=x")]
    [InlineData("git+https://host/a@")]
    [InlineData("git+https://host/a@a..b")]
    [InlineData("git+https://host/a@a^")]
    [InlineData("git+https://host/a@a~1")]
    [InlineData("git+https://host/a@a:b")]
    [InlineData("git+https://host/a@a b")]
    [InlineData("git+https://host/a@a%20b")]
    [InlineData("git+https://host/a@a\u00a0b")]
    [InlineData("git+https://host/a@a\u2028b")]
    [InlineData("git+https://host/a@x.lock")]
    [InlineData("git+https://host/a@.x")]
    [InlineData("git+https://host/a@x/")]
    [InlineData("git+https://host/a@x/-y")]
    [InlineData("git+https://host/a@%2d%2dupload-pack")]
    [InlineData("git+https://host/a@HEAD@{1}")]
    [InlineData("git+https://host/a@$(x)")]
    [InlineData("git+https://host/a@`x`")]
    [InlineData("git+https://host/a@x;y")]
    [InlineData("git+https://host/a@*")]
    [InlineData("git+https://user:secret@ho st/a")]
    [InlineData("https://host/a")]
    [InlineData("hg+https://host/a")]
    public void Refuses_what_could_be_something_else(string text)
    {
        Assert.False(GitSource.TryParse(text, out _, out var error));
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_no_credentials()
    {
        Assert.True(GitSource.TryParse("git+https://me:s3cret@host/a@main", out var source, out _));
        Assert.DoesNotContain("s3cret", source.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "me",
            source
                .ToString()
                .Replace("main", "", StringComparison.Ordinal)
                .Replace("Name", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
    }
}
