using System.Diagnostics;
using System.Security.Cryptography;
using Krait.Index.Downloads;
using Krait.Packaging.Distributions;
using Krait.Packaging.Text;
using Krait.Testing;
using HashAlgorithm = Krait.Packaging.Distributions.HashAlgorithm;

namespace Krait.Index.Tests.Downloads;

public sealed class DownloadTests : IndexTest
{
    private const string Wheel = "a-1.0-py3-none-any.whl";

    [Theory]
    [InlineData(100, false)]
    [InlineData(300_000, false)]
    [InlineData(DownloadSink.LargestInMemory, false)]
    [InlineData(DownloadSink.LargestInMemory + 1, true)]
    [InlineData(9_000_000, true)]
    public async Task Small_files_stay_in_memory_and_large_ones_go_to_disk(int size, bool isOnDisk)
    {
        var content = Put(size);
        await RunAsync(async client =>
        {
            var log = new EventLog<DownloadEvent>();
            string? path;
            using (var file = await client.DownloadAsync(Request(content), log, Token))
            {
                Assert.Equal(content, ContentOf(file));
                Assert.Equal(Sha256(content), file.Sha256);
                Assert.Equal((size, isOnDisk), (file.Size, file.Path is not null));
                path = file.Path;
                Assert.Equal(isOnDisk, File.Exists(path));
            }

            Assert.False(File.Exists(path));
            Assert.IsType<DownloadEvent.Started>(log.Events[0]);
            Assert.Equal(new DownloadEvent.Finished(Wheel, size), log.Events[^1]);
            return 0;
        });
        Assert.Equal("identity", Assert.Single(Index.Requests)["Accept-Encoding"]);
    }

    [Fact]
    public async Task A_taken_file_is_the_callers()
    {
        var content = Put(5_000_000);
        await RunAsync(async client =>
        {
            string path;
            using (var file = await client.DownloadAsync(Request(content), null, Token))
                path = file.TakePath();
            Assert.Equal(5_000_000, new FileInfo(path).Length);
            return 0;
        });
    }

    [Fact]
    public async Task A_transfer_that_breaks_goes_on_where_it_stopped()
    {
        var content = Put(3_000_000);
        var cut = 1_234_567;
        Index.Then(Path, Whole(content) with { CutAt = cut });
        await RunAsync(async client =>
        {
            var log = new EventLog<DownloadEvent>();
            using var file = await client.DownloadAsync(Request(content), log, Token);
            Assert.Equal(content, ContentOf(file));
            Assert.Single(log.Events.OfType<DownloadEvent.Repeated>());
            Assert.Equal(3_000_000, client.Counters.Bytes);
            return 0;
        });
        Assert.Equal($"bytes={cut}-", Index.Requests[1]["Range"]);
        Assert.Equal(Tag(content), Index.Requests[1]["If-Range"]);
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task Cut_at_every_byte_it_ends_whole()
    {
        var content = Put(2048);
        for (var cut = 0; cut < content.Length; cut += 7)
        {
            Index.Then(Path, Whole(content) with { CutAt = cut });
            Assert.Equal(content, await FetchAsync(content));
        }
    }

    [Fact]
    public async Task Many_breaks_that_bring_something_each_do_not_count_as_failures()
    {
        var content = Put(1_000_000);
        Index.On(Path, r => Partial(content, r, 100_000));
        Assert.Equal(content, await FetchAsync(content));
        Assert.InRange(Index.Requests.Count, 10, 12);
    }

    [Theory]
    [InlineData("bytes 5-999999/1000000")]
    [InlineData("bytes 400001-999999/1000000")]
    [InlineData("items 400000-999999/1000000")]
    [InlineData("bytes 400000-999998/1000000")]
    [InlineData("junk")]
    public async Task A_server_that_goes_on_elsewhere_is_asked_for_the_whole(string range)
    {
        var content = Put(1_000_000);
        Index.Then(
            Path,
            Whole(content) with
            {
                CutAt = 400_000,
            },
            new FakeReply(206, content[400_000..], ("Content-Range", range))
        );
        Assert.Equal(content, await FetchAsync(content));
    }

    [Fact]
    public async Task A_file_that_changed_meanwhile_is_fetched_from_its_start()
    {
        var content = Put(1_000_000);
        var old = new byte[1_000_000];
        Index.Then(Path, new FakeReply(200, old, ("ETag", "\"old\"")) { CutAt = 400_000 });
        Assert.Equal(content, await FetchAsync(content));
        Assert.Equal("\"old\"", Index.Requests[1]["If-Range"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("W/\"weak\"")]
    public async Task Without_a_strong_validator_nothing_is_continued(string? tag)
    {
        var content = Put(1_000_000);
        (string, string)[] headers = tag is null ? [] : [("ETag", tag)];
        Index.Then(Path, new FakeReply(200, content, headers) { CutAt = 400_000 });
        Assert.Equal(content, await FetchAsync(content));
        Assert.Equal("", Index.Requests[1]["Range"]);
    }

    [Fact]
    public async Task A_wrong_hash_is_an_error_with_both_and_leaves_nothing()
    {
        var content = Put(5_000_000);
        var expected = Sha256([1]);
        var error = await FailAsync(Request(content) with { Hashes = [expected] });
        Assert.Equal("hash-mismatch", error.Diagnostic.Code);
        Assert.Equal([$"expected {expected}", $"received {Sha256(content)}"], error.Diagnostic.Notes);
        Assert.Empty(Directory.GetFiles(Folder.At("cache", "temporary-v1")));
        Assert.Single(Index.Requests);
    }

    [Fact]
    public async Task Every_hash_that_is_given_must_fit()
    {
        var content = Put(1000);
        var sha384 = FileHash.Create(HashAlgorithm.Sha384, SHA384.HashData(content));
        var sha512 = FileHash.Create(HashAlgorithm.Sha512, SHA512.HashData(content));
        Assert.Equal(
            content,
            await FetchAsync(content, Request(content) with { Hashes = [sha384, sha512, Sha256(content)] })
        );
        var wrong = FileHash.Create(HashAlgorithm.Sha512, SHA512.HashData([1]));
        await FailAsync(Request(content) with { Hashes = [Sha256(content), wrong] });
    }

    [Fact]
    public async Task A_server_that_compresses_unasked_is_named_as_the_cause()
    {
        var content = Put(1000);
        Index.On(Path, _ => new FakeReply(200, FakeIndex.Compress(content, "gzip"), ("Content-Encoding", "gzip")));
        var error = await FailAsync(Request(content) with { Size = null });
        Assert.Contains(error.Diagnostic.Notes, note => note.Contains("`gzip`", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1001)]
    public async Task Another_size_than_told_is_refused(long size)
    {
        var content = Put(1000);
        Assert.Equal(
            "size-mismatch",
            (await FailAsync(Request(content) with { Size = size, Hashes = [] })).Diagnostic.Code
        );
        Index.On(Path, _ => Whole(content) with { IsChunked = true });
        Assert.Equal(
            "size-mismatch",
            (await FailAsync(Request(content) with { Size = size, Hashes = [] })).Diagnostic.Code
        );
    }

    [Fact]
    public async Task A_partial_answer_to_a_whole_question_is_refused()
    {
        var content = Put(1000);
        Index.On(Path, _ => new FakeReply(206, content[..10], ("Content-Range", "bytes 0-9/1000")));
        await FailAsync(Request(content) with { Hashes = [] });
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_refusal_names_the_file_and_the_status(int status)
    {
        var content = Put(1000);
        Index.On(Path, _ => new FakeReply(status));
        var error = await FailAsync(Request(content));
        Assert.Contains($"{status}", error.Message, StringComparison.Ordinal);
        Assert.Single(error.Diagnostic.Hints);
    }

    [Fact]
    public async Task A_hundred_askers_make_one_request()
    {
        var content = Put(1000);
        Index.Latency = TimeSpan.FromMilliseconds(20);
        await RunAsync(async client =>
            await Task.WhenAll(
                Enumerable.Range(0, 100).Select(_ => client.DownloadAsync(Request(content), null, Token))
            )
        );
        Assert.Single(Index.Requests);
    }

    [Fact]
    public async Task Forty_files_are_fetched_side_by_side_and_never_more_than_allowed()
    {
        Index.Latency = TimeSpan.FromMilliseconds(50);
        for (var i = 0; i < 40; i++)
            Index.AddFile("a", $"a-1.{i}-py3-none-any.whl", new byte[500_000]);
        var watch = Stopwatch.StartNew();
        var options = new IndexClientOptions { Http = Quick, DownloadConcurrency = 8 };
        await RunAsync(
            async client =>
            {
                var tasks = Enumerable.Range(0, 40).Select(i => DownloadAsync(client, i)).ToList();
                return await Task.WhenAll(tasks);
            },
            options
        );
        Assert.InRange(Index.MostAtOnce, 2, 8);
        Assert.InRange(watch.ElapsedMilliseconds, 250, 2000);

        async Task<long> DownloadAsync(IndexClient client, int i)
        {
            var name = $"a-1.{i}-py3-none-any.whl";
            using var file = await client.DownloadAsync(
                new DownloadRequest(SafeUrl.Parse(Index.FileUrl(name)), name),
                null,
                Token
            );
            return file.Size;
        }
    }

    [Fact]
    public async Task A_local_file_is_read_once_and_never_removed()
    {
        var path = Folder.Write(Wheel, "content");
        var request = new DownloadRequest(SafeUrl.FromPath(path), Wheel);
        await RunAsync(async client =>
        {
            using (var file = await client.DownloadAsync(request, null, Token))
            {
                Assert.False(file.IsTemporary);
                Assert.Equal("content"u8, ContentOf(file));
                Assert.Equal(Sha256("content"u8.ToArray()), file.Sha256);
            }

            Assert.True(File.Exists(path));
            var wrong = request with { Hashes = [Sha256([])] };
            await Assert.ThrowsAsync<KraitException>(() => client.DownloadAsync(wrong, null, Token));
            return 0;
        });
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task Offline_nothing_is_asked()
    {
        var content = Put(10);
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            RunAsync(c => c.DownloadAsync(Request(content), null, Token), new IndexClientOptions { IsOffline = true })
        );
        Assert.Equal("offline", error.Diagnostic.Code);
        Assert.Empty(Index.Requests);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><title>Sign in</title>")]
    [InlineData("\n  <html><body>down</body></html>")]
    public async Task A_page_in_place_of_a_wheel_is_named_as_one(string page)
    {
        var content = Put(1000);
        Index.On(Path, _ => new FakeReply(302, ("Location", "/login")));
        Index.On("/login", _ => new FakeReply(200, page));
        var error = await FailAsync(Request(content) with { Size = null });
        Assert.Contains("HTML page", error.Message, StringComparison.Ordinal);
        Assert.Contains("/login", Assert.Single(error.Diagnostic.Notes), StringComparison.Ordinal);
        Assert.Equal(2, Index.Requests.Count);
    }

    [Fact]
    public async Task An_empty_file_is_named_as_one()
    {
        var content = Put(1000);
        Index.On(Path, _ => new FakeReply(200, ""));
        var error = await FailAsync(Request(content) with { Size = null });
        Assert.Contains("empty file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_cut_says_how_much_came()
    {
        var content = Put(1000);
        Index.On(Path, _ => new FakeReply(200, content) { CutAt = 400 });
        var broken = await FailAsync(Request(content) with { Size = null });
        Assert.Contains("400 of 1000 bytes", broken.Message, StringComparison.Ordinal);
        Index.On(Path, _ => new FakeReply(200, content[..400]) { IsCloseDelimited = true });
        var cut = await FailAsync(Request(content));
        Assert.Contains("cut short: received 400 of 1000 bytes", cut.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_brings_a_few_bytes_each_time_does_not_go_on_for_ever()
    {
        var content = Put(1_000_000);
        Index.On(Path, r => Partial(content, r, 1000));
        await FailAsync(Request(content));
        Assert.Equal(Quick.Retries + 1, Index.Requests.Count);
    }

    [Fact]
    public async Task A_file_without_end_is_given_up()
    {
        var content = Put(1000);
        Index.On(Path, _ => new FakeReply(200, new byte[9_000_000]) { IsChunked = true });
        var options = new IndexClientOptions { Http = Quick with { UnsizedFileLimit = 5_000_000 } };
        var request = Request(content) with { Size = null };
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            RunAsync(client => client.DownloadAsync(request, null, Token), options)
        );
        Assert.Equal("file-too-large", error.Diagnostic.Code);
        Assert.Empty(Directory.GetFiles(Folder.At("cache", "temporary-v1")));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_refused_file_is_asked_for_once_and_names_its_index(int status)
    {
        var content = Put(1000);
        Index.On(Path, _ => new FakeReply(status));
        var error = await FailAsync(Request(content) with { LinkedFrom = SafeUrl.Parse(Index.Url) });
        Assert.Contains($"{status}", error.Message, StringComparison.Ordinal);
        Assert.Contains(Index.Url, Assert.Single(error.Diagnostic.Notes), StringComparison.Ordinal);
        Assert.Single(Index.Requests);
    }

    [Theory]
    [InlineData("abc", "sha224:23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7")]
    [InlineData("", "sha224:d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f")]
    [InlineData(
        "abc",
        "blake2b:ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"
    )]
    [InlineData("abc", "blake2b:bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")]
    [InlineData("abc", "md5:900150983cd24fb0d6963f7d28e17f72")]
    [InlineData("abc", "sha1:a9993e364706816aba3e25717850c26c9cd0d89d")]
    public void Every_function_that_can_be_stated_is_computed(string text, string expected)
    {
        Assert.True(FileHash.TryParse(expected, out var hash, out _));
        using var hasher = FileHashers.Create(hash.Algorithm, hash.Digest.Length);
        for (var round = 0; round < 2; round++)
        {
            foreach (var letter in text)
                hasher.Append([(byte)letter]);
            Assert.Equal(hash.Hex, Convert.ToHexStringLower(hasher.Finish()));
        }
    }

    [Theory]
    [InlineData(HashAlgorithm.Sha224, 28)]
    [InlineData(HashAlgorithm.Blake2b, 64)]
    public void A_long_text_is_hashed_alike_in_any_parts(HashAlgorithm algorithm, int size)
    {
        var content = new byte[1000];
        new Random(3).NextBytes(content);
        using var whole = FileHashers.Create(algorithm, size);
        whole.Append(content);
        var expected = Convert.ToHexStringLower(whole.Finish());
        foreach (var part in (int[])[1, 63, 64, 65, 127, 128, 129])
        {
            using var parts = FileHashers.Create(algorithm, size);
            for (var at = 0; at < content.Length; at += part)
                parts.Append(content.AsSpan(at, Math.Min(part, content.Length - at)));
            Assert.Equal(expected, Convert.ToHexStringLower(parts.Finish()));
        }
    }

    [Theory]
    [InlineData("\"one\"", "\"one\"", true)]
    [InlineData("\"one\"", "\"other\"", false)]
    public async Task A_known_file_is_confirmed_or_fetched(string tag, string confirmed, bool isUnchanged)
    {
        var content = Put(1000);
        Index.On(
            Path,
            r =>
                r["If-None-Match"] is ""
                    ? new FakeReply(200, content, ("ETag", tag))
                    : new FakeReply(304, ("ETag", confirmed))
        );
        var request = Request(content) with { Hashes = [], Size = null };
        await FetchAsync(content, request);
        await RunAsync(async client =>
        {
            var known = client.RecallFile(request);
            Assert.Equal(Sha256(content), known?.Sha256);
            Assert.False(client.IsFresh(known!));
            using var changed = await client.DownloadIfChangedAsync(request, known!, progress: null, Token);
            Assert.Equal(isUnchanged, changed is null);
            return 0;
        });
        Assert.Equal(isUnchanged ? 2 : 3, Index.Requests.Count);
    }

    [Fact]
    public async Task A_file_that_may_not_be_kept_is_not_remembered()
    {
        var content = Put(1000);
        Index.On(Path, _ => new FakeReply(200, content, ("ETag", "\"x\""), ("Cache-Control", "no-store")));
        var request = Request(content);
        await FetchAsync(content, request);
        Assert.Null(await RunAsync(client => Task.FromResult(client.RecallFile(request))));
    }

    private static string Path => FakeIndex.FilePath(Wheel);

    private static FileHash Sha256(byte[] content) => FileHash.Create(HashAlgorithm.Sha256, SHA256.HashData(content));

    private static string Tag(byte[] content) => $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"";

    private static FakeReply Whole(byte[] content) =>
        new(200, content, ("ETag", Tag(content)), ("Accept-Ranges", "bytes"));

    private static FakeReply Partial(byte[] content, FakeRequest request, int cut)
    {
        var start = request["Range"].Length == 0 ? 0 : int.Parse(request["Range"]["bytes=".Length..^1]);
        var rest = content[start..];
        var range = ("Content-Range", $"bytes {start}-{content.Length - 1}/{content.Length}");
        var reply = new FakeReply(start == 0 ? 200 : 206, rest, ("ETag", Tag(content)), range);
        return rest.Length > cut ? reply with { CutAt = cut } : reply;
    }

    private byte[] Put(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        Index.AddFile("a", Wheel, content);
        return content;
    }

    private DownloadRequest Request(byte[] content) =>
        new(SafeUrl.Parse(Index.FileUrl(Wheel)), Wheel) { Hashes = [Sha256(content)], Size = content.Length };

    private async Task<byte[]> FetchAsync(byte[] content, DownloadRequest? request = null) =>
        await RunAsync(async client =>
        {
            using var file = await client.DownloadAsync(request ?? Request(content), null, Token);
            return ContentOf(file);
        });

    private Task<KraitException> FailAsync(DownloadRequest request) =>
        Assert.ThrowsAsync<KraitException>(() => RunAsync(client => client.DownloadAsync(request, null, Token)));

    private static byte[] ContentOf(DownloadedFile file)
    {
        using var source = file.OpenContent();
        var content = new byte[source.Length];
        Assert.Equal(content.Length, source.Read(0, content));
        return content;
    }
}
