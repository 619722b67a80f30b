using System.Text;
using Krait.Packaging.Names;
using Krait.Server.Pages;

namespace Krait.Server.Tests.Pages;

/// <summary>Pages of upstreams in the JSON form, read as the installer reads them.</summary>
public sealed class DocumentReaderTests
{
    private const string Sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    [Theory]
    [InlineData("\"hashes\":{}")]
    [InlineData("\"hashes\":null")]
    [InlineData("\"size\":1")]
    public void A_hash_in_the_address_counts_where_there_is_no_other(string hashes)
    {
        var file = Assert.Single(
            Read($$"""{"filename":"demo-1.tar.gz","url":"x#sha256={{Sha256}}",{{hashes}} }""").Files
        );

        Assert.Equal(Sha256, file.Sha256);
        Assert.Equal("http://index/simple/demo/x", file.Url);
    }

    [Fact]
    public void A_stated_hash_is_worth_more_than_one_in_the_address()
    {
        var other = Sha256.Replace('9', '8');
        var file = Assert.Single(
            Read(
                $$"""{"filename":"demo-1.tar.gz","url":"x#sha256={{other}}","hashes":{"sha256":"{{Sha256}}" } }"""
            ).Files
        );

        Assert.Equal(Sha256, file.Sha256);
    }

    [Theory]
    [InlineData("\"hashes\":{\"sha256\":\"abc\"}")]
    [InlineData("\"hashes\":{\"sha256\":\"abcd\",\"md5\":\"d41d8cd98f00b204e9800998ecf8427e\"}")]
    [InlineData("\"hashes\":{\"md5\":7}")]
    [InlineData("\"hashes\":{\"sha512\":\"xyz\"}")]
    [InlineData("\"hashes\":\"sha256\"")]
    public void A_file_with_a_malformed_hash_is_left_out(string hashes) =>
        Assert.Equal(
            ["demo-2.tar.gz"],
            Read(
                $$"""{"filename":"demo-1.tar.gz","url":"x",{{hashes}} },{"filename":"demo-2.tar.gz","url":"y","hashes":{} }"""
            )
                .Files.Select(file => file.FileName)
        );

    [Fact]
    public void Hash_functions_that_are_not_known_are_passed_on()
    {
        var file = Assert.Single(
            Read($$"""{"filename":"demo-1.tar.gz","url":"x","hashes":{"sha3_256":"{{Sha256}}" } }""").Files
        );

        Assert.Equal(Sha256, file.Hashes["sha3_256"]);
    }

    [Theory]
    [InlineData("\"yanked\":\"\"", null)]
    [InlineData("\"yanked\":false", null)]
    [InlineData("\"yanked\":null", null)]
    [InlineData("\"yanked\":true", "")]
    [InlineData("\"yanked\":\"broken\"", "broken")]
    public void An_empty_reason_withdraws_nothing(string yanked, string? expected) =>
        Assert.Equal(
            expected,
            Assert.Single(Read($$"""{"filename":"demo-1.tar.gz","url":"x","hashes":{},{{yanked}} }""").Files).Yanked
        );

    [Theory]
    [InlineData("\"core-metadata\":null,\"dist-info-metadata\":true", true)]
    [InlineData("\"core-metadata\":false,\"dist-info-metadata\":true", false)]
    [InlineData("\"core-metadata\":null", false)]
    [InlineData("\"dist-info-metadata\":{}", true)]
    public void The_older_key_counts_where_the_newer_says_nothing(string keys, bool expected) =>
        Assert.Equal(
            expected,
            Assert.Single(Read($$"""{"filename":"demo-1.tar.gz","url":"x","hashes":{},{{keys}} }""").Files).HasMetadata
        );

    [Theory]
    [InlineData("""{"files":[]}""", true)]
    [InlineData("""{"meta":{"api-version":"1"},"files":[]}""", true)]
    [InlineData("""{"meta":{"api-version":"1.9"},"files":[]}""", true)]
    [InlineData("""{"meta":{"api-version":"2.0"},"files":[]}""", false)]
    [InlineData("""{"meta":{"api-version":"1x"},"files":[]}""", false)]
    [InlineData("""{"meta":{"api-version":1},"files":[]}""", false)]
    [InlineData("""{"meta":7,"files":[]}""", false)]
    public void Later_versions_are_not_read(string page, bool expected)
    {
        var isRead = DocumentReader.TryReadJson(
            Encoding.UTF8.GetBytes(page),
            "http://index/simple/demo/",
            PackageName.Parse("demo"),
            out _,
            out var error
        );

        Assert.Equal(expected, isRead);
        Assert.Equal(expected, error is null);
    }

    [Fact]
    public void A_byte_order_mark_does_no_harm() =>
        Assert.True(
            DocumentReader.TryReadJson(
                Encoding.UTF8.GetBytes("\uFEFF{\"files\":[]}"),
                "http://index/simple/demo/",
                PackageName.Parse("demo"),
                out _,
                out _
            )
        );

    private static ProjectDocument Read(string files)
    {
        var page = $$"""{"meta":{"api-version":"1.0"},"name":"demo","files":[{{files}}] }""";
        Assert.True(
            DocumentReader.TryReadJson(
                Encoding.UTF8.GetBytes(page),
                "http://index/simple/demo/",
                PackageName.Parse("demo"),
                out var document,
                out _
            )
        );
        return document;
    }
}
