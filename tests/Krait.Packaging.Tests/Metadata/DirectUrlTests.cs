using System.Text;
using Krait.Packaging.Metadata;

namespace Krait.Packaging.Tests.Metadata;

public sealed class DirectUrlTests
{
    [Theory]
    [InlineData("""{"url":"https://h/a.whl","archive_info":{"hashes":{"sha256":"00"}}}""")]
    [InlineData("""{"url":"https://h/é.whl","archive_info":{},"subdirectory":"p"}""")]
    [InlineData("""{"url":"https://h/r","vcs_info":{"vcs":"git","requested_revision":"main","commit_id":"ab"}}""")]
    [InlineData("""{"url":"file:///p","dir_info":{"editable":true}}""")]
    [InlineData("""{"url":"file:///p","dir_info":{}}""")]
    public void What_is_read_writes_back_the_same(string json)
    {
        Assert.True(DirectUrl.TryParse(Encoding.UTF8.GetBytes(json), out var directUrl, out _));
        Assert.Equal(json, directUrl.ToJson());
        Assert.True(DirectUrl.TryParse(Encoding.UTF8.GetBytes(directUrl.ToJson()), out var again, out _));
        Assert.Equal(directUrl, again);
    }

    [Fact]
    public void The_older_single_hash_is_read()
    {
        Assert.True(DirectUrl.TryParse("""{"url":"u","archive_info":{"hash":"md5=00"}}"""u8, out var directUrl, out _));
        Assert.Equal(
            KeyValuePair.Create("md5", "00"),
            Assert.Single(Assert.IsType<DirectUrl.Archive>(directUrl).Hashes)
        );
    }

    [Theory]
    [InlineData("[]", "the file `direct_url.json` is not valid: it is not an object")]
    [InlineData("", "the file `direct_url.json` is not valid: it is empty")]
    [InlineData("{", "the file `direct_url.json` is not valid: it is not JSON")]
    [InlineData("{} {}", "the file `direct_url.json` is not valid: it is not JSON")]
    [InlineData("""{"url":1,"dir_info":{}}""", "the file `direct_url.json` is not valid: `url` is not a string")]
    [InlineData(
        """{"url":"u"}""",
        "the file `direct_url.json` is not valid: it needs exactly one of `archive_info`, `vcs_info` and `dir_info`"
    )]
    public void Refuses_with_the_reason(string json, string message)
    {
        Assert.False(DirectUrl.TryParse(Encoding.UTF8.GetBytes(json), out _, out var error));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void Mutated_files_never_throw() =>
        Mutations.Run(
            """{"url":"file:///a","archive_info":{"hashes":{"sha256":"00"},"hash":"sha256=00"},"subdirectory":"\u00e9","vcs_info":null}""",
            30_000,
            text => _ = DirectUrl.TryParse(Encoding.UTF8.GetBytes(text), out _, out _)
        );
}
