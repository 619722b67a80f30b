using System.Text;
using Krait.Packaging.Text;
using Krait.Testing;

namespace Krait.Index.Tests.Http;

/// <summary>Answers that come compressed, well or badly.</summary>
public sealed class EncodingTests : IndexTest
{
    private const string Page = "/simple/a/";
    private static readonly (string, string) Json = ("Content-Type", "application/vnd.pypi.simple.v1+json");

    [Theory]
    [Trait("Speed", "slow")]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_small_answer_that_grows_without_bound_is_refused(string encoding)
    {
        var bomb = FakeIndex.Compress(new byte[100 * 1024 * 1024], encoding);
        Index.On(Page, _ => new FakeReply(200, bomb, Json, ("Content-Encoding", encoding)));
        Assert.Equal("answer-too-large", (await FailAsync()).Diagnostic.Code);
        Assert.Single(Index.Requests);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Damaged_compression_is_asked_for_again_without(string encoding)
    {
        Index.Add("a", "1.0");
        Index.CacheControl = "no-store";
        var good = FakeIndex.Compress(
            Encoding.UTF8.GetBytes("""{"meta":{"api-version":"1.0"},"name":"a","files":[]}"""),
            encoding
        );
        var bad = Enumerable
            .Range(0, good.Length)
            .Select(i => good[..i])
            .Append([.. good, 0])
            .Append([.. good, .. good]);
        foreach (var body in bad)
        {
            Index.ClearLog();
            Index.Then(Page, new FakeReply(200, body, Json, ("Content-Encoding", encoding)));
            Assert.Equal(1, (await FindAsync("a")).FileCount);
            Assert.Equal("identity", Index.Requests[1]["Accept-Encoding"]);
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_large_page_is_read_in_parts_and_damage_in_its_middle_is_noticed(string encoding)
    {
        var files = string.Join(
            ',',
            Enumerable
                .Range(0, 5_000)
                .Select(i =>
                    $$$"""{"filename":"a-{{{i}}}.tar.gz","url":"a-{{{i}}}.tar.gz#{{{i * 7919}}}","hashes":{}}"""
                )
        );
        var json = Encoding.UTF8.GetBytes($$$"""{"meta":{"api-version":"1.0"},"name":"a","files":[{{{files}}}]}""");
        var good = FakeIndex.Compress(json, encoding);
        Index.Then(Page, new FakeReply(200, good, Json, ("Content-Encoding", encoding), ("Cache-Control", "no-store")));
        Assert.Equal(5_000, (await FindAsync("a")).FileCount);
        Assert.Single(Index.Requests);

        for (var part = 1; part < 8; part++)
        {
            var bad = good.ToArray();
            bad[good.Length * part / 8] ^= 0x55;
            Index.ClearLog();
            Index.Then(
                Page,
                new FakeReply(200, bad, Json, ("Content-Encoding", encoding)),
                new FakeReply(200, json, Json, ("Cache-Control", "no-store"))
            );
            Assert.Equal(5_000, (await FindAsync("a")).FileCount);
            Assert.Equal("identity", Index.Requests[1]["Accept-Encoding"]);
        }
    }

    [Fact]
    public async Task A_wrong_checksum_is_noticed()
    {
        Index.Add("a", "1.0");
        var good = FakeIndex.Compress("""{"meta":{"api-version":"1.0"},"name":"a","files":[]}"""u8.ToArray(), "gzip");
        good[^6] ^= 1;
        Index.Then(Page, new FakeReply(200, good, Json, ("Content-Encoding", "gzip")));
        Assert.Equal(1, (await FindAsync("a")).FileCount);
        Assert.Equal(2, Index.Requests.Count);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    [InlineData("gzip, gzip, gzip")]
    public async Task An_encoding_that_is_not_there_or_not_known_is_an_error(string encoding)
    {
        Index.On(Page, _ => new FakeReply(200, "{}", Json, ("Content-Encoding", encoding)));
        Assert.Equal("answer-damaged", (await FailAsync()).Diagnostic.Code);
    }

    [Fact]
    public async Task Two_encodings_are_undone_in_turn()
    {
        var page = """{"meta":{"api-version":"1.0"},"name":"a","files":[]}"""u8.ToArray();
        var twice = FakeIndex.Compress(FakeIndex.Compress(page, "br"), "gzip");
        Index.On(Page, _ => new FakeReply(200, twice, Json, ("Content-Encoding", "br, gzip")));
        Assert.Equal(0, (await FindAsync("a")).FileCount);
    }

    private async Task<KraitException> FailAsync() =>
        await Assert.ThrowsAsync<KraitException>(() => GetAsync("a", new IndexClientOptions { Http = Quick }));
}
