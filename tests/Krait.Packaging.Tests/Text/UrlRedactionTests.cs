using Krait.Packaging.Text;

namespace Krait.Packaging.Tests.Text;

public sealed class UrlRedactionTests
{
    private const string Secret = "S3CR3T-word";

    [Theory]
    [InlineData("https://user:{0}@host/simple", "https://****@host/simple")]
    [InlineData("https://{0}@host/simple", "https://****@host/simple")]
    [InlineData("https://user:{0}/ss@127.0.0.1:1/simple", "https://****@127.0.0.1:1/simple")]
    [InlineData("https://user:{0}#ss@127.0.0.1:1/simple", "https://****@127.0.0.1:1/simple")]
    [InlineData("https://user:{0}?s@s@host", "https://****@host")]
    [InlineData("https://us@er:{0}/ss@host/x", "https://****@host/x")]
    [InlineData("https:user:{0}@host/simple", "https:****@host/simple")]
    [InlineData("HTTPS:/user:{0}@host", "HTTPS:/****@host")]
    [InlineData("git+https://user:{0}@host/x.git@v1", "git+https://****@host/x.git@v1")]
    [InlineData("socks5h://user:{0}@host:1", "socks5h://****@host:1")]
    [InlineData("postgres://user:{0}@host", "postgres://****@host")]
    [InlineData(
        "name @ https://user:{0}@host/x.whl ; python_version<'3'",
        "name @ https://****@host/x.whl ; python_version<'3'"
    )]
    [InlineData("`https://a:{0}@b` and `https://c:{0}@d`", "`https://****@b` and `https://****@d`")]
    [InlineData("--index-url=https://user:{0}@host", "--index-url=https://****@host")]
    public void Credentials_are_masked_however_the_url_is_spelled(string text, string expected) =>
        Assert.Equal(expected, UrlRedaction.Apply(text.Replace("{0}", Secret, StringComparison.Ordinal)));

    [Theory]
    [InlineData("https://host/simple")]
    [InlineData("https://host:8080/@scope/name")]
    [InlineData("git+https://host/x.git@v1")]
    [InlineData("https://[::1]:80/a@b")]
    [InlineData("name @ https://host/x.whl")]
    [InlineData("write to me@example.org")]
    [InlineData("a @ b: c@d")]
    [InlineData("")]
    public void What_holds_none_stays_as_it_is(string text) => Assert.Same(text, UrlRedaction.Apply(text));

    [Theory]
    [InlineData("user:{0} with a space@host", "****@host")]
    [InlineData("https://user:{0} x@host/simple ", "https://****@host/simple ")]
    [InlineData("http://user:pa`{0}@host", "http://****@host")]
    public void A_text_that_is_one_url_is_masked_up_to_its_last_at(string text, string expected) =>
        Assert.Equal(expected, UrlRedaction.ApplyToUrl(text.Replace("{0}", Secret, StringComparison.Ordinal)));

    [Fact]
    public void No_part_of_a_diagnostic_shows_a_password()
    {
        var url = $"https://user:{Secret}@host/";
        var text = $"name @ {url} ; bad";
        var diagnostic = new Diagnostic("code", $"cannot use `{url}`")
        {
            Notes = [$"it came from {url}"],
            Hints = [$"Try {url}"],
            Source = url,
            Span = new SourceSpan(text, text.IndexOf("bad", StringComparison.Ordinal), 3),
            Cause = new Diagnostic("cause", url),
        };
        var changed = diagnostic with { Message = url, Notes = [.. diagnostic.Notes, url] };
        Assert.DoesNotContain(Secret, $"{Describe(diagnostic)} {Describe(changed)}", StringComparison.Ordinal);
        Assert.Equal("bad", diagnostic.Span!.Text.Substring(diagnostic.Span.Start, diagnostic.Span.Length)); // it has one
    }

    [Fact]
    public void A_long_url_is_masked_before_it_is_cut()
    {
        var url = $"https://user:{Secret}{new string('x', 300)}@host/";
        Assert.DoesNotContain(Secret, PythonText.Printable(url), StringComparison.Ordinal);
    }

    private static string Describe(Diagnostic diagnostic) =>
        $"{diagnostic} {string.Join(' ', diagnostic.Notes)} {string.Join(' ', diagnostic.Hints)} {diagnostic.Source} {diagnostic.Span} {diagnostic.Cause}";
}
