using System.Text;
using Krait.Packaging.Names;
using Krait.Protocol.Content;
using Krait.Protocol.Shards;
using Krait.Protocol.Tests.Fakes;

namespace Krait.Protocol.Tests.Shards;

/// <summary>A shard is the page and the metadata, no more and no less.</summary>
public sealed class ShardTests
{
    private static readonly PackageName Flask = PackageName.Parse("flask");

    private static World Small() =>
        new World()
            .Add(new WorldFile("flask", "1.0") { Requires = ["werkzeug"], IsYanked = true })
            .Add(new WorldFile("flask", "1.1") { Requires = ["werkzeug"], Python = ">=3.8" })
            .Add(new WorldFile("flask", "1.2") { Requires = ["werkzeug"] })
            .Add(new WorldFile("flask", "2.0") { Requires = ["werkzeug>=2", "dotenv ; extra == 'x'"], Extras = ["x"] });

    [Fact]
    public void The_page_of_a_shard_is_the_page()
    {
        var world = Small();
        Assert.True(Shard.TryRead(world.ShardOf(Flask), out var shard, out _));
        Assert.True(shard.TryReadPage("https://index.test/simple/flask/", out var page, out _));
        Assert.Equal(world.ReadPage(Flask).Page.Flat.ToArray(), page.Flat.ToArray());
    }

    [Fact]
    public void The_metadata_of_a_shard_says_what_the_metadata_says()
    {
        var world = Small();
        Assert.True(Shard.TryRead(world.ShardOf(Flask), out var shard, out _));
        var numbers = shard.ReadMetadataNumbers();
        var page = world.ReadPage(Flask).Page;
        for (var i = 0; i < page.FileCount; i++)
        {
            var file = page.FileAt(i);
            var text = shard.MetadataOf(numbers[file.FileName], file.Version);
            Assert.True(Packaging.Metadata.CoreMetadata.TryParse(text, out var own, out _));
            var right = world.ReadMetadata(file);
            Assert.Equal((right.Name, right.Version), (own.Name, own.Version));
            Assert.Equal(right.RequiresDist, own.RequiresDist);
            Assert.Equal(right.RequiresPython, own.RequiresPython);
            Assert.Equal(right.ProvidesExtra, own.ProvidesExtra);
            Assert.Equal(right.MetadataVersion, own.MetadataVersion);
        }
    }

    [Fact]
    public void Equal_metadata_is_stored_once()
    {
        Assert.True(Shard.TryRead(Small().ShardOf(Flask), out var shard, out _));
        Assert.Equal((4, 3), (shard.FileCount, shard.MetadataCount));
    }

    [Fact]
    public void The_bytes_do_not_depend_on_how_the_page_was_written()
    {
        const string One = """
            {"name":"a","files":[{"url":"u/a-1.tar.gz","filename":"a-1.tar.gz","hashes":{"sha256":"00","blake2b":"11"},
             "yanked":false,"requires-python":null,"provenance":"x","data-dist-info-metadata":false}],
             "meta":{"api-version":"1.1","_last-serial":3},"versions":["1"]}
            """;
        const string Other = """
            {"files":[{"filename":"a-1.tar.gz","hashes":{"blake2b":"11","sha256":"00"},"url":"u/a-1.tar.gz"}],"meta":{"api-version":"1.1"},"name":"a"}
            """;
        Assert.Equal(Write(One), Write(Other));
    }

    [Fact]
    public void What_is_wrong_in_a_page_is_skipped_in_its_shard_for_the_same_reasons()
    {
        const string Page = """
            {"files":[7,{"filename":"a-1.tar.gz","url":3,"hashes":{}},{"url":"x","hashes":{}},
              {"filename":"b-1-py3-none-any.whl","url":"u","hashes":{}},
              {"filename":"a-2.tar.gz","url":"u","hashes":[],"yanked":"bad \"one\""}],"meta":{"api-version":"1.1"}}
            """;
        var name = PackageName.Parse("a");
        Assert.True(Shard.TryRead(Encoding.UTF8.GetBytes(Write(Page)), out var shard, out _));
        Assert.True(shard.TryReadPage("https://i.test/a/", out var own, out _));
        Assert.True(
            Packaging.Indexes.ProjectPage.TryParseJson(
                Encoding.UTF8.GetBytes(Page),
                "https://i.test/a/",
                name,
                out var right,
                out _
            )
        );
        Assert.Equal(right.Flat.ToArray(), own.Flat.ToArray());
        Assert.Equal(right.SkippedCount, own.SkippedCount);
    }

    [Fact]
    public void A_project_that_is_archived_stays_so()
    {
        var text = Write(
            """{"files":[],"meta":{"api-version":"1.4"},"project-status":{"status":"archived","reason":"moved"}}"""
        );
        Assert.Contains(
            "\"project-status\":{\"reason\":\"moved\",\"status\":\"archived\"}",
            text,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("""{"_krait":{"metadata":[],"of":[],"shard":2},"files":[],"meta":{},"name":"a"}""")]
    [InlineData("""{"_krait":{"metadata":[],"of":[0],"shard":1},"files":[{}],"meta":{},"name":"a"}""")]
    [InlineData("""{"_krait":{"metadata":[],"of":[-2],"shard":1},"files":[{}],"meta":{},"name":"a"}""")]
    [InlineData("""{"_krait":{"metadata":[],"of":[],"shard":1},"files":[{}],"meta":{},"name":"a"}""")]
    [InlineData("""{"_krait":{"metadata":["Name: b\n"],"of":[0],"shard":1},"files":[{}],"meta":{},"name":"a"}""")]
    [InlineData(
        """{"_krait":{"metadata":["x: 1\nversion: 2\n"],"of":[0],"shard":1},"files":[{}],"meta":{},"name":"a"}"""
    )]
    [InlineData("""{"_krait":{"metadata":["x: 1"],"of":[0],"shard":1},"files":[{}],"meta":{},"name":"a"}""")]
    [InlineData("""{"_krait":{"metadata":[3],"of":[],"shard":1},"files":[],"meta":{},"name":"a"}""")]
    [InlineData("""{"_krait":{"metadata":[],"of":["0"],"shard":1},"files":[{}],"meta":{},"name":"a"}""")]
    [InlineData("""{"_krait":{"metadata":[],"of":[],"shard":1},"files":[],"meta":{},"name":"A"}""")]
    [InlineData("""{"_krait":{"metadata":[],"of":[],"shard":1},"files":[],"meta":{}}""")]
    [InlineData("""{"_krait":{"metadata":[],"of":[],"shard":1},"files":[],"files":[],"meta":{},"name":"a"}""")]
    [InlineData("""{"_krait":{"metadata":[],"of":[],"shard":1},"files":[],"meta":{},"name":"a"}{}""")]
    public void What_is_not_a_shard_is_refused(string text) =>
        Assert.False(Shard.TryRead(Encoding.UTF8.GetBytes(text), out _, out _));

    [Fact]
    public void A_shard_that_was_cut_or_changed_anywhere_is_not_taken_for_another()
    {
        var shard = Small().ShardOf(Flask);
        var digest = ContentDigest.Of(shard);
        for (var i = 0; i < shard.Length; i++)
        {
            Shard.TryRead(shard.AsMemory(0, i), out _, out _);
            var changed = shard.ToArray();
            changed[i] ^= 0x11;
            Shard.TryRead(changed, out _, out _);
            Assert.NotEqual(digest, ContentDigest.Of(changed));
        }
    }

    private static string Write(string page) =>
        ShardWriter.TryWrite(
            PackageName.Parse("a"),
            Encoding.UTF8.GetBytes(page),
            _ => null,
            out var shard,
            out var error
        )
            ? Encoding.UTF8.GetString(shard)
            : throw new InvalidDataException(error.Message);
}
