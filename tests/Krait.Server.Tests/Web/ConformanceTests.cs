using System.IO.Compression;
using System.Security.Cryptography;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Testing;

namespace Krait.Server.Tests.Web;

/// <summary>Everything that clients may rely on, for pages of many kinds, in every form; and what the pages list, whole and in parts.</summary>
public sealed class ConformanceTests : ServerTest
{
    private const string Html = "application/vnd.pypi.simple.v1+html";

    private static readonly DateTimeOffset Uploaded = new(2024, 5, 27, 7, 32, 0, TimeSpan.Zero);

    private static readonly string[] Names =
    [
        "plain",
        "python",
        "yanked",
        "yanked-silently",
        "versions",
        "sdist",
        "both",
        "platforms",
        "odd.Name_x",
        "pre",
        "epoch",
        "metadata-less",
    ];

    private int checks;

    public override async ValueTask InitializeAsync()
    {
        Upstream.Add(new WheelBuilder("plain", "1.0"), uploaded: Uploaded);
        Upstream.Add(new WheelBuilder("python", "1.0") { RequiresPython = "<4,>=3.8" });
        Upstream.Add(new WheelBuilder("yanked", "1.0"), yanked: "broken & <bad> \"here\"");
        Upstream.Add(new WheelBuilder("yanked-silently", "1.0"), yanked: "");
        for (var i = 0; i < 30; i++)
            Upstream.Add("versions", $"1.{i}");
        Upstream.AddFile("sdist", "sdist-1.0.tar.gz", [1, 2, 3]);
        Upstream.Add("both", "2.0").AddFile("both", "both-2.0.tar.gz", [4, 5, 6]);
        foreach (var tags in (string[])["cp312-cp312-manylinux_2_17_x86_64", "cp312-cp312-win_amd64", "py3-none-any"])
            Upstream.Add(new WheelBuilder("platforms", "1.0") { Tags = tags });
        Upstream.Add("odd.Name_x", "1.0");
        Upstream.Add("pre", "1.0a1").Add("pre", "1.0rc1").Add("pre", "1.0.dev3").Add("pre", "1.0.post1");
        Upstream.Add("epoch", "1!2.0").Add("epoch", "3.0+local.1");
        Upstream.AddFile("metadata-less", "metadata_less-1.0-py3-none-any.whl", new WheelBuilder("x", "1").Build());
        await base.InitializeAsync();
    }

    [Fact]
    public async Task Pages_in_every_form_say_what_the_upstream_says()
    {
        foreach (var name in Names)
        {
            var project = PackageName.Parse(name);
            Assert.True(
                ProjectPage.TryParseJson(
                    Upstream.Page(project.Value),
                    $"{Upstream.Url}{project}/",
                    project,
                    out var right,
                    out _
                )
            );
            foreach (var accept in (string[])[Json, Html, "text/html"])
            {
                await CheckHeadersAsync($"/simple/{project}/", accept);
                await CheckFilesAsync(project, accept, right);
            }
        }

        Assert.InRange(checks, 400, int.MaxValue);
    }

    [Fact]
    public async Task Files_on_pages_come_whole_and_in_parts()
    {
        foreach (var name in Names)
        {
            var project = PackageName.Parse(name);
            foreach (var file in await FilesAsync(project.Value))
                await CheckFileAsync(FilePath(project.Value, Uri.EscapeDataString(file)), Upstream.Content(file));
        }

        Assert.InRange(checks, 200, int.MaxValue);
    }

    private void Check(bool isRight, string what)
    {
        checks++;
        Assert.True(isRight, what);
    }

    private async Task CheckHeadersAsync(string path, string accept)
    {
        using var plain = await GetAsync(path, ("Accept", accept));
        using var packed = await GetAsync(path, ("Accept", accept), ("Accept-Encoding", "gzip"));
        using var head = await SendAsync(HttpMethod.Head, path, ("Accept", accept));
        var tag = plain.Headers.ETag;
        using var same = await GetAsync(path, ("Accept", accept), ("If-None-Match", tag?.Tag ?? ""));
        using var other = await GetAsync(path, ("Accept", accept), ("If-None-Match", "\"x\""));
        using var refused = await GetAsync(path, ("Accept", "image/png"));
        var body = await plain.Content.ReadAsByteArrayAsync(Token);
        var what = $"{path} as {accept}";

        Check((int)plain.StatusCode == 200, what);
        Check(plain.Content.Headers.ContentType?.MediaType == accept, what);
        Check(string.Join(", ", plain.Headers.Vary) == "Accept, Accept-Encoding", what);
        Check(tag is { IsWeak: false }, what);
        Check(plain.Headers.CacheControl is { Public: true, MaxAge.TotalSeconds: > 0 }, what);
        Check(plain.Headers.Contains("X-PyPI-Last-Serial"), what);
        Check(head.Content.Headers.ContentLength == body.Length, what);
        Check(head.Headers.ETag?.Tag == tag?.Tag && head.StatusCode == plain.StatusCode, what);
        Check((await head.Content.ReadAsByteArrayAsync(Token)).Length == 0, what);
        Check((int)same.StatusCode == 304 && same.Headers.ETag?.Tag == tag?.Tag, what);
        Check((int)other.StatusCode == 200, what);
        Check((int)refused.StatusCode == 406, what);
        // A short page is not worth compressing.
        if (packed.Content.Headers.ContentEncoding.Count > 0)
        {
            await using var stream = new GZipStream(
                await packed.Content.ReadAsStreamAsync(Token),
                CompressionMode.Decompress
            );
            using var unpacked = new MemoryStream();
            await stream.CopyToAsync(unpacked, Token);
            Check(unpacked.ToArray().AsSpan().SequenceEqual(body), what);
            Check(packed.Headers.ETag is { IsWeak: false } another && another.Tag != tag?.Tag, what);
        }
    }

    private async Task CheckFilesAsync(PackageName project, string accept, ProjectPage right)
    {
        using var response = await GetAsync($"/simple/{project}/", ("Accept", accept));
        var body = await response.Content.ReadAsByteArrayAsync(Token);
        var url = $"{Server.Address}/simple/{project}/";
        var isRead =
            accept == Json
                ? ProjectPage.TryParseJson(body, url, project, out var page, out _)
                : ProjectPage.TryParseHtml(body, url, project, out page, out _);
        Check(isRead && page?.FileCount == right.FileCount, $"{project} as {accept}");
        var expected = Enumerable.Range(0, right.FileCount).Select(right.FileAt).ToDictionary(file => file.FileName);
        for (var i = 0; i < page?.FileCount; i++)
        {
            var (file, known) = (page.FileAt(i), expected[page.FileAt(i).FileName]);
            var what = $"{file} as {accept}";
            Check(Equals(file.Hash, known.Hash), what);
            Check(file.RequiresPythonText == known.RequiresPythonText, what);
            Check(file.IsYanked == known.IsYanked && (file.YankedReason ?? "") == (known.YankedReason ?? ""), what);
            Check(file.HasMetadataFile == known.HasMetadataFile, what);
            Check(Equals(file.MetadataHash, known.MetadataHash), what);
            Check(file.Url.StartsWith($"{Server.Address}/files/public/{project}/", StringComparison.Ordinal), what);
            if (accept == Json)
                Check(file.UploadTime == known.UploadTime && file.Size == known.Size, what);
        }
    }

    private async Task CheckFileAsync(string path, byte[] content)
    {
        var whole = await DownloadAsync(path);
        Check(content.AsSpan().SequenceEqual(whole), path);
        foreach (
            var (range, status, part) in ((string, int, byte[])[])
                [
                    ("bytes=0-0", 206, content[..1]),
                    ("bytes=1-", 206, content[1..]),
                    ("bytes=-2", 206, content[^2..]),
                    ("bytes=0-999999999", 206, content),
                    ("bytes=0-0,2-2", 200, content),
                    ("bytes=999999999-", 416, []),
                ]
        )
        {
            using var response = await GetAsync(path, ("Range", range));
            var received = await response.Content.ReadAsByteArrayAsync(Token);
            Check((int)response.StatusCode == status, $"{path} {range}");
            Check(status == 416 || received.AsSpan().SequenceEqual(part), $"{path} {range}");
            Check(response.Headers.AcceptRanges.Contains("bytes") || status == 416, $"{path} {range}");
        }

        using var first = await GetAsync(path);
        Check(
            first.Headers.ETag?.Tag == $"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\"",
            $"{path} {first.Headers.ETag}"
        );
    }
}
