using System.Buffers.Binary;
using Krait.Archives;
using Krait.Archives.Zip;
using Krait.Index.Metadata;
using Krait.Index.SimpleApi;
using Krait.Packaging.Metadata;
using Krait.Packaging.Text;
using Krait.Testing;

namespace Krait.Index.Tests.Metadata;

/// <summary>The ladder: the file beside the wheel, a part of the wheel, the whole wheel.</summary>
public sealed class MetadataTests : IndexTest
{
    private const string Wheel = "a-1.0-py3-none-any.whl";

    [Theory]
    [InlineData(true, "core-metadata", true)]
    [InlineData(true, "dist-info-metadata", true)]
    [InlineData(true, "core-metadata", false)]
    [InlineData(false, "core-metadata", true)]
    [InlineData(false, "dist-info-metadata", false)]
    public async Task The_file_beside_the_wheel_is_one_request(bool servesJson, string key, bool hasHash)
    {
        (Index.ServesJson, Index.MetadataKey, Index.HasMetadataHashes) = (servesJson, key, hasHash);
        Index.Add(Large("a", "1.0"));
        Assert.Equal("b>=2", Requirements(await FindMetadataAsync()));
        Assert.Equal(["/simple/a/", FakeIndex.FilePath(Wheel) + ".metadata"], Index.Paths);
    }

    [Fact]
    public async Task Without_it_the_end_of_the_wheel_is_read()
    {
        Index.HasMetadataFiles = false;
        Index.Add(Large("a", "1.0"));
        await RunAsync(async client =>
        {
            Assert.Equal("b>=2", Requirements(await FindMetadataAsync(client)));
            Assert.InRange(client.Counters.Bytes, 1, 200_000);
            return 0;
        });
        var request = Assert.Single(Index.Requests, r => r.Path == FakeIndex.FilePath(Wheel));
        Assert.StartsWith("bytes=-", request["Range"], StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Folder.At("cache"), "*.whl", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_directory_that_does_not_fit_takes_more_requests_but_at_most_four()
    {
        Index.HasMetadataFiles = false;
        var wheel = new WheelBuilder("a", "1.0") { IsStored = true }.Requires("b>=2");
        wheel.File("a/first.bin", Noise(600_000));
        wheel.File($"{wheel.DistInfo}/notes", "early");
        for (var i = 0; i < 4000; i++)
            wheel.File($"a/some/longer/path/to/a/file/number/{i:00000}.py", "");
        Index.Add(wheel);
        Assert.Equal("b>=2", Requirements(await FindMetadataAsync()));
        Assert.InRange(Index.Requests.Count, 3, 5);
    }

    [Fact]
    public async Task A_server_without_ranges_is_asked_once_and_what_it_sends_is_kept()
    {
        (Index.HasMetadataFiles, Index.AllowsRanges) = (false, false);
        Index.Add(Large("a", "1.0"));
        await RunAsync(async client =>
        {
            Assert.Equal("b>=2", Requirements(await FindMetadataAsync(client)));
            var page = (PageResponse.Found)await client.GetPageAsync(Location, Name("a"), Token);
            using var file = await client.DownloadAsync(page.Page.FileAt(0), Location, null, Token);
            Assert.Equal(Index.Content(Wheel).Length, file.Size);
            return 0;
        });
        Assert.Equal(["/simple/a/", FakeIndex.FilePath(Wheel)], Index.Paths);
    }

    [Fact]
    public async Task A_small_wheel_is_fetched_whole()
    {
        Index.HasMetadataFiles = false;
        Index.Add("a", "1.0", "b>=2");
        Assert.Equal("b>=2", Requirements(await FindMetadataAsync()));
        Assert.Equal("", Index.Requests[1]["Range"]);
    }

    [Fact]
    public async Task Metadata_that_is_announced_but_missing_costs_one_request_more()
    {
        Index.Add(Large("a", "1.0"));
        Index.On(FakeIndex.FilePath(Wheel) + ".metadata", _ => new FakeReply(404));
        Assert.Equal("b>=2", Requirements(await FindMetadataAsync()));
        Assert.Equal(3, Index.Requests.Count);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(416)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_server_that_refuses_parts_is_asked_for_the_whole(int status)
    {
        Index.HasMetadataFiles = false;
        Index.Add(Large("a", "1.0"));
        Index.On(FakeIndex.FilePath(Wheel), r => r["Range"] is "" ? null : new FakeReply(status));
        Assert.Equal("b>=2", Requirements(await FindMetadataAsync()));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_refused_file_is_an_error_that_names_it_and_its_index(int status)
    {
        Index.Add(Large("a", "1.0"));
        Index.On(FakeIndex.FilePath(Wheel), _ => new FakeReply(status));
        Index.On(FakeIndex.FilePath(Wheel) + ".metadata", _ => new FakeReply(status));
        var error = await Assert.ThrowsAsync<KraitException>(() => GetMetadataAsync());
        Assert.Contains($"{status}", error.Message, StringComparison.Ordinal);
        Assert.Contains(Wheel, error.Message, StringComparison.Ordinal);
        Assert.Contains(Index.Url, Assert.Single(error.Diagnostic.Notes), StringComparison.Ordinal);
        Assert.InRange(Index.Requests.Count, 2, 4);
    }

    [Fact]
    public async Task A_deleted_file_discards_the_candidate()
    {
        Index.Add(Large("a", "1.0"));
        Index.On(FakeIndex.FilePath(Wheel), _ => new FakeReply(404));
        Index.On(FakeIndex.FilePath(Wheel) + ".metadata", _ => new FakeReply(404));
        var answer = Assert.IsType<MetadataResponse.Unavailable>(await GetMetadataAsync());
        Assert.Contains(Wheel, answer.Reason.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"sha256\":\"beef\"")]
    [InlineData("\"blake9\":\"beef\"")]
    public async Task A_hash_of_the_metadata_that_cannot_be_read_is_an_error(string hash)
    {
        Index.Add(Large("a", "1.0"));
        var page =
            $$$"""{"meta":{"api-version":"1.0"},"files":[{"filename":"{{{Wheel}}}","url":"/files/{{{Wheel}}}","hashes":{},"core-metadata":{ {{{hash}}} } }]}""";
        Index.On("/simple/a/", _ => new FakeReply(200, page, ("Content-Type", "application/vnd.pypi.simple.v1+json")));
        var error = await Assert.ThrowsAsync<KraitException>(() => GetMetadataAsync());
        Assert.Equal("invalid-hash", error.Diagnostic.Code);
        Assert.Contains("beef", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plus_in_a_file_name_is_escaped()
    {
        const string Local = "a-1.0+cu128-py3-none-any.whl";
        Index.Add(new WheelBuilder("a", "1.0+cu128"));
        Index.HasMetadataFiles = false;
        await FindMetadataAsync();
        Assert.Equal(FakeIndex.FilePath(Local).Replace("+", "%2B", StringComparison.Ordinal), Index.Requests[1].Path);
    }

    [Theory]
    [InlineData("bytes 0-65535/1000000")]
    [InlineData("bytes 1-65536/65537")]
    [InlineData("bytes */5")]
    [InlineData("items 0-1/2")]
    [InlineData("nonsense")]
    public async Task Ranges_that_lie_lead_to_the_whole_file(string contentRange)
    {
        Index.HasMetadataFiles = false;
        Index.Add(Large("a", "1.0"));
        Index.On(
            FakeIndex.FilePath(Wheel),
            r => r["Range"] is "" ? null : new FakeReply(206, new byte[65536], ("Content-Range", contentRange))
        );
        Assert.Equal("b>=2", Requirements(await FindMetadataAsync()));
    }

    [Theory]
    [InlineData(416)]
    [InlineData(501)]
    [InlineData(400)]
    public async Task A_server_that_refuses_ranges_is_asked_for_the_whole_file(int status)
    {
        Index.HasMetadataFiles = false;
        Index.Add(Large("a", "1.0"));
        Index.On(FakeIndex.FilePath(Wheel), r => r["Range"] is "" ? null : new FakeReply(status));
        Assert.Equal("b>=2", Requirements(await FindMetadataAsync()));
    }

    [Fact]
    public async Task Metadata_with_another_hash_than_promised_is_an_error_with_both()
    {
        Index.Add("a", "1.0");
        Index.On(FakeIndex.FilePath(Wheel) + ".metadata", _ => new FakeReply(200, "Name: a\nVersion: 1.0\n\n"));
        var error = await Assert.ThrowsAsync<KraitException>(() => FindMetadataAsync());
        Assert.Equal("hash-mismatch", error.Diagnostic.Code);
        Assert.Equal(2, error.Diagnostic.Notes.Length);
        Assert.DoesNotContain(FakeIndex.FilePath(Wheel), Index.Paths);
    }

    [Theory]
    [InlineData("Metadata-Version: 2.1\nVersion: 1.0\n\n", "cannot be read")]
    [InlineData("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n\n", "about `other`")]
    [InlineData("Metadata-Version: 2.1\nName: a\nVersion: 2.0\n\n", "about version 2.0")]
    public async Task Metadata_that_does_not_fit_discards_the_candidate_with_a_reason(string text, string reason)
    {
        Index.HasMetadataHashes = false;
        Index.Add("a", "1.0");
        Index.On(FakeIndex.FilePath(Wheel) + ".metadata", _ => new FakeReply(200, text));
        var answer = Assert.IsType<MetadataResponse.Unavailable>(await GetMetadataAsync());
        Assert.Contains(reason, answer.Reason.Message, StringComparison.Ordinal);
        Assert.Contains(Wheel, answer.Reason.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_corrupt_wheel_discards_the_candidate_and_names_it()
    {
        Index.HasMetadataFiles = false;
        Index.AddFile("a", Wheel, Noise(100_000));
        var answer = Assert.IsType<MetadataResponse.Unavailable>(await GetMetadataAsync());
        Assert.Contains(Wheel, answer.Reason.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x7fff_ff00u)]
    [InlineData(uint.MaxValue)]
    public async Task A_directory_that_points_beyond_the_archive_discards_the_candidate(uint offset)
    {
        Index.HasMetadataFiles = false;
        var content = Large("a", "1.0").Build();
        for (var at = 0; content.AsSpan(at).IndexOf("PK\x01\x02"u8) is >= 0 and var next; at += next + 4)
            BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(at + next + 42), offset);
        Index.AddFile("a", Wheel, content);
        var answer = Assert.IsType<MetadataResponse.Unavailable>(await GetMetadataAsync());
        Assert.Contains(Wheel, answer.Reason.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_damaged_byte_of_the_metadata_is_noticed()
    {
        var wheel = Large("a", "1.0");
        var good = wheel.Build();
        var end = ZipTail.Find(good, 0);
        var member = MetadataEntry.Find(end, good.AsSpan((int)end.DirectoryOffset, (int)end.DirectorySize));
        Assert.Equal(wheel.Metadata, member.Read(good.AsMemory((int)member.Start), MetadataEntry.LargestSize));
        const int Header = 30;
        var name = "a-1.0.dist-info/METADATA".Length;
        var size = BinaryPrimitives.ReadInt32LittleEndian(good.AsSpan((int)member.Start + 18));
        for (var i = 0; i < size; i++)
        {
            var bad = good.AsSpan((int)member.Start).ToArray();
            bad[Header + name + i] ^= 0x10;
            Assert.Throws<UnsafeArchiveException>(() => member.Read(bad, MetadataEntry.LargestSize));
        }

        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_source_distribution_needs_a_build_and_no_request()
    {
        Index.AddFile("a", "a-1.0.tar.gz", [1, 2, 3]);
        Assert.IsType<MetadataResponse.NeedsBuild>(await GetMetadataAsync());
        Assert.Single(Index.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_cached_needs_no_request_and_no_task(bool hasMetadataFiles)
    {
        Index.HasMetadataFiles = hasMetadataFiles;
        Index.Add(Large("a", "1.0"));
        await FindMetadataAsync();
        Index.ClearLog();
        await RunAsync(client =>
        {
            Assert.True(client.TryGetFreshPage(Location, Name("a"), out var page));
            var file = ((PageResponse.Found)page).Page.FileAt(0);
            Assert.True(client.TryGetCachedMetadata(file, Location, out var metadata));
            Assert.Equal("b>=2", Requirements(((MetadataResponse.Found)metadata).Metadata));
            Assert.Equal(1, client.Counters.MetadataHits);
            return Task.FromResult(0);
        });
        Assert.Empty(Index.Requests);
    }

    [Fact]
    public async Task A_file_that_was_replaced_is_not_answered_from_the_cache()
    {
        Index.CacheControl = "no-cache";
        Index.Add("a", "1.0", "b>=2");
        await FindMetadataAsync();
        Index.Add("a", "1.0", "c");
        Assert.Equal("c", Requirements(await FindMetadataAsync()));
        Assert.Equal("c", Requirements(await FindMetadataAsync()));
        Assert.Equal(2, Index.Paths.Count(p => p.EndsWith(".metadata", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_damaged_pack_costs_what_is_damaged_and_is_mended()
    {
        for (var i = 0; i < 5; i++)
            Index.Add("a", $"1.{i}", $"b>={i}");
        var all = await FindAllAsync();
        var path = Assert.Single(
            Directory.GetFiles(Folder.At("cache", "metadata-v1"), "*.pack", SearchOption.AllDirectories)
        );
        var good = await File.ReadAllBytesAsync(path, Token);
        var random = new Random(1);
        for (var i = 0; i < 60; i++)
        {
            var bad = i < 20 ? good[..(i * good.Length / 20)] : good.ToArray();
            if (i >= 20)
                bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(path, bad, Token);
            Assert.Equal(all, await FindAllAsync());
            Index.ClearLog();
            Assert.Equal(all, await FindAllAsync());
            Assert.Empty(Index.Requests);
        }
    }

    [Fact]
    public async Task A_hundred_askers_make_one_request()
    {
        Index.Add("a", "1.0");
        Index.Latency = TimeSpan.FromMilliseconds(20);
        await RunAsync(async client =>
            await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => FindMetadataAsync(client)))
        );
        Assert.Equal(2, Index.Requests.Count);
    }

    [Fact]
    public async Task Offline_only_the_cache_answers()
    {
        Index.Add("a", "1.0").Add("b", "1.0");
        await FindMetadataAsync();
        await FindAsync("b");
        var offline = new IndexClientOptions { IsOffline = true };
        Assert.IsType<MetadataResponse.Found>(await GetMetadataAsync(offline));
        var answer = await RunAsync(
            async client =>
            {
                var page = (PageResponse.Found)await client.GetPageAsync(Location, Name("b"), Token);
                return await client.GetMetadataAsync(page.Page.FileAt(0), Location, Token);
            },
            offline
        );
        Assert.IsType<MetadataResponse.Offline>(answer);
    }

    [Fact]
    public async Task A_wheel_on_disk_is_read_in_place()
    {
        await File.WriteAllBytesAsync(Folder.At(Wheel), Large("a", "1.0").Build(), Token);
        var links = new IndexLocation(SafeUrl.FromPath(Folder.Path), kind: IndexKind.FindLinks);
        var answer = await RunAsync(async client =>
        {
            var page = (PageResponse.Found)await client.GetPageAsync(links, Name("a"), Token);
            return await client.GetMetadataAsync(page.Page.FileAt(0), links, Token);
        });
        Assert.Equal("b>=2", Requirements(Assert.IsType<MetadataResponse.Found>(answer).Metadata));
        Assert.True(File.Exists(Folder.At(Wheel)));
    }

    [Fact]
    public async Task Forty_packages_cost_forty_pages_and_forty_metadata_files()
    {
        for (var i = 0; i < 40; i++)
            Index.Add($"p{i}", "1.0").Add($"p{i}", "2.0");
        await RunAsync(async client =>
        {
            await Task.WhenAll(Enumerable.Range(0, 40).Select(i => FindMetadataAsync(client, $"p{i}")));
            return 0;
        });
        Assert.Equal(80, Index.Requests.Count);
        Assert.All(Index.Requests, r => Assert.Equal(("GET", ""), (r.Method, r["Range"])));
    }

    private static WheelBuilder Large(string name, string version) =>
        new WheelBuilder(name, version) { Description = new string('x', 3000) }
            .Requires("b>=2")
            .File($"{name}/data.bin", Noise(1_000_000));

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    private static string Requirements(CoreMetadata metadata) => string.Join(' ', metadata.RequiresDist);

    private async Task<MetadataResponse> GetMetadataAsync(IndexClientOptions? options = null) =>
        await RunAsync(
            async client =>
            {
                var page = Assert.IsType<PageResponse.Found>(await client.GetPageAsync(Location, Name("a"), Token));
                return await client.GetMetadataAsync(page.Page.FileAt(0), Location, Token);
            },
            options
        );

    private async Task<CoreMetadata> FindMetadataAsync() => await RunAsync(client => FindMetadataAsync(client));

    private async Task<CoreMetadata> FindMetadataAsync(IndexClient client, string name = "a")
    {
        var page = Assert.IsType<PageResponse.Found>(await client.GetPageAsync(Location, Name(name), Token)).Page;
        var file = page.FileAt(page.FilesOf(page.VersionCount - 1).Start);
        return Assert.IsType<MetadataResponse.Found>(await client.GetMetadataAsync(file, Location, Token)).Metadata;
    }

    private async Task<string> FindAllAsync() =>
        await RunAsync(async client =>
        {
            var page = Assert.IsType<PageResponse.Found>(await client.GetPageAsync(Location, Name("a"), Token)).Page;
            var all = new List<string>();
            for (var i = 0; i < page.FileCount; i++)
            {
                var answer = await client.GetMetadataAsync(page.FileAt(i), Location, Token);
                all.Add(Requirements(Assert.IsType<MetadataResponse.Found>(answer).Metadata));
            }

            return string.Join(' ', all);
        });
}
