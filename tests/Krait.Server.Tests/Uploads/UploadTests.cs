using System.Text;
using Krait.Testing;

namespace Krait.Server.Tests.Uploads;

/// <summary>Uploads as twine and `uv publish` send them.</summary>
public class UploadTests : CompanyTest
{
    private static readonly WheelBuilder Wheel = new WheelBuilder("acme_tool", "1.0") { RequiresPython = ">=3.8" };

    [Fact]
    public async Task An_uploaded_wheel_is_offered_with_its_metadata_and_time()
    {
        var token = CreateToken("upload:team");

        Assert.Equal(200, await UploadAsync(token, Wheel));
        await RestartAsync();

        var entry = await EntryAsync("acme-tool", Wheel.FileName);
        Assert.Equal(">=3.8", entry.GetProperty("requires-python").GetString());
        Assert.Equal(Wheel.Build().Length, entry.GetProperty("size").GetInt64());
        Assert.Equal(
            Clock.GetUtcNow().UtcDateTime,
            entry.GetProperty("upload-time").GetDateTime(),
            TimeSpan.FromSeconds(1)
        );
        var path = FilePath("acme-tool", Wheel.FileName, "team");
        Assert.Equal(Wheel.Build(), await DownloadAsync(path));
        Assert.Equal(Wheel.Metadata, await DownloadAsync(path + ".metadata"));
        Assert.Equal(404, await StatusAsync(FilePath("acme-tool", Wheel.FileName)));
    }

    [Fact]
    public async Task The_same_content_again_is_fine_and_another_is_a_conflict()
    {
        var token = CreateToken("upload:team");
        await UploadAsync(token, Wheel);

        Assert.Equal(200, await UploadAsync(token, Wheel));
        var other = new WheelBuilder("acme_tool", "1.0").File("acme_tool/other.py");
        Assert.Equal(409, await UploadAsync(token, other));
        Assert.Equal(Wheel.Build(), await DownloadAsync(FilePath("acme-tool", Wheel.FileName, "team")));
    }

    [Theory]
    [InlineData("/upload/")]
    [InlineData("/upload")]
    [InlineData("/legacy/")]
    [InlineData("/upload/team")]
    public async Task The_only_namespace_that_takes_uploads_needs_no_name(string path)
    {
        var token = CreateToken("upload:team");

        Assert.Equal(200, await UploadAsync(token, Wheel.Name, Wheel.FileName, Wheel.Build(), path));
        Assert.Single(await FilesAsync("acme-tool"));
    }

    [Fact]
    public async Task A_namespace_that_stands_in_for_an_index_takes_nothing()
    {
        var token = CreateToken("admin:*");

        Assert.Equal(404, await UploadAsync(token, "demo", Wheel.FileName, Wheel.Build(), "/upload/public/"));
        Assert.Equal(404, await UploadAsync(token, "demo", Wheel.FileName, Wheel.Build(), "/upload/nowhere/"));
    }

    [Fact]
    public async Task A_source_distribution_is_offered()
    {
        var token = CreateToken("upload:team");
        var sdist = Sdist("acme_tool-1.0", "acme-tool", "1.0");

        Assert.Equal(200, await UploadAsync(token, "acme-tool", "acme_tool-1.0.tar.gz", sdist));
        Assert.Equal(["acme_tool-1.0.tar.gz"], await FilesAsync("acme-tool"));
    }

    [Fact]
    public async Task A_removed_file_is_gone_and_its_name_stays_taken()
    {
        var token = CreateToken("admin:team");
        await UploadAsync(token, Wheel);
        var path = FilePath("acme-tool", Wheel.FileName, "team");

        using (var response = await SendAsync(HttpMethod.Delete, path, ("Authorization", Basic(token))))
            Assert.Equal(200, (int)response.StatusCode);
        Assert.Empty(await FilesAsync("acme-tool"));
        Assert.Equal(410, await StatusAsync(path));
        Assert.Equal(409, await UploadAsync(token, Wheel));
        var other = new WheelBuilder("acme_tool", "1.0").File("acme_tool/other.py");
        using var refused = await UploadRawAsync(token, other.Name, other.FileName, other.Build());
        Assert.Equal(409, (int)refused.StatusCode);
        // All that twine shows.
        Assert.Equal($"`{Wheel.FileName}` was removed, and its name cannot be reused", refused.ReasonPhrase);
        using var again = await SendAsync(HttpMethod.Delete, path, ("Authorization", Basic(token)));
        Assert.Equal(404, (int)again.StatusCode);
    }

    [Fact]
    public async Task A_yanked_file_is_marked_and_can_be_offered_again()
    {
        var token = CreateToken("admin:team");
        await UploadAsync(token, Wheel);
        var path = FilePath("acme-tool", Wheel.FileName, "team");

        using (
            var response = await SendAsync(
                HttpMethod.Post,
                path + "?yanked=too%20slow",
                ("Authorization", Basic(token))
            )
        )
        {
            Assert.Equal(200, (int)response.StatusCode);
        }

        Assert.Equal("too slow", (await EntryAsync("acme-tool", Wheel.FileName)).GetProperty("yanked").GetString());
        using (var response = await SendAsync(HttpMethod.Post, path, ("Authorization", Basic(token))))
            Assert.Equal(200, (int)response.StatusCode);
        Assert.False((await EntryAsync("acme-tool", Wheel.FileName)).GetProperty("yanked").GetBoolean());
    }

    public static TheoryData<string, string, string> Refusals() =>
        new()
        {
            { "wrong digest", "acme_tool", Wheel.FileName },
            { "other project", "other", Wheel.FileName },
            { "other version", "acme_tool", "acme_tool-2.0-py3-none-any.whl" },
            { "other name", "acme_other", "acme_other-1.0-py3-none-any.whl" },
            { "no name", "acme_tool", "acme_tool.whl" },
            { "hostile name", "acme_tool", "../../acme_tool-1.0-py3-none-any.whl" },
            { "egg", "acme_tool", "acme_tool-1.0.egg" },
            { "zip", "acme_tool", "acme_tool-1.0.zip" },
            { "no archive", "acme_tool", Wheel.FileName },
            { "empty", "acme_tool", Wheel.FileName },
            { "cut", "acme_tool", Wheel.FileName },
            { "flipped", "acme_tool", Wheel.FileName },
            { "record misses a file", "acme_tool", Wheel.FileName },
            { "sdist as wheel", "acme_tool", Wheel.FileName },
            { "wheel as sdist", "acme_tool", "acme_tool-1.0.tar.gz" },
            { "sdist of another version", "acme_tool", "acme_tool-1.0.tar.gz" },
            { "sdist without PKG-INFO", "acme_tool", "acme_tool-1.0.tar.gz" },
            { "sdist with two tops", "acme_tool", "acme_tool-1.0.tar.gz" },
        };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_could_not_be_installed_is_not_taken(string kind, string project, string fileName)
    {
        var token = CreateToken("upload:team");
        var wheel = Wheel.Build();
        var content = kind switch
        {
            "no archive" => "hello"u8.ToArray(),
            "empty" => [],
            "cut" => wheel[..^30],
            "flipped" => Flip(wheel, 54),
            "record misses a file" => WithExtraFile(wheel),
            "sdist as wheel" => Sdist("acme_tool-1.0", "acme-tool", "1.0"),
            "sdist of another version" => Sdist("acme_tool-1.0", "acme-tool", "2.0"),
            "sdist without PKG-INFO" => Sdist("acme_tool-1.0", "acme-tool", "1.0", "README"),
            "sdist with two tops" => Sdist("acme_tool-1.0", "acme-tool", "1.0", extra: "elsewhere/x"),
            _ => wheel,
        };

        var digest = kind == "wrong digest" ? new string('0', 64) : null;
        using var response = await UploadRawAsync(token, project, fileName, content, sha256: digest);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Empty(await FilesAsync("acme-tool"));
        Assert.Empty(Directory.GetFiles(Folder.At("store", "tmp")));
        Assert.Empty(Directory.GetDirectories(Folder.At("store", "tmp")));
    }

    [Theory]
    [InlineData("text/plain", "hello")]
    [InlineData("multipart/form-data", "hello")]
    [InlineData("multipart/form-data; boundary=x", "hello")]
    [InlineData(
        "multipart/form-data; boundary=x",
        "--x\r\nContent-Disposition: form-data; name=\":action\"\r\n\r\nfile_upload\r\n--x--\r\n"
    )]
    [InlineData(
        "multipart/form-data; boundary=x",
        "--x\r\nContent-Disposition: form-data; name=\":action\"\r\n\r\nremove\r\n--x--\r\n"
    )]
    [InlineData("multipart/form-data; boundary=x", "--x\r\n\r\nno name\r\n--x--\r\n")]
    [InlineData(
        "multipart/form-data; boundary=x",
        "--x\r\nContent-Disposition: form-data; name=\"content\"; filename=\"a\"\r\n\r\ncut"
    )]
    public async Task Forms_that_are_none_are_refused(string type, string body)
    {
        var token = CreateToken("upload:team");
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var response = await SendAsync(
            HttpMethod.Post,
            "/upload/team/",
            content,
            ("Authorization", Basic(token))
        );

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Empty(Directory.GetFiles(Folder.At("store", "tmp")));
    }

    private static byte[] Flip(byte[] content, int at)
    {
        var flipped = content.ToArray();
        flipped[at] ^= 0x10;
        return flipped;
    }

    private static byte[] WithExtraFile(byte[] wheel)
    {
        using var buffer = new MemoryStream();
        buffer.Write(wheel);
        using (
            var zip = new System.IO.Compression.ZipArchive(
                buffer,
                System.IO.Compression.ZipArchiveMode.Update,
                leaveOpen: true
            )
        )
        {
            using var stream = zip.CreateEntry("acme_tool/extra.py").Open();
            stream.Write("x"u8);
        }

        return buffer.ToArray();
    }

    private static byte[] Sdist(
        string top,
        string name,
        string version,
        string infoName = "PKG-INFO",
        string? extra = null
    )
    {
        using var buffer = new MemoryStream();
        using (
            var gzip = new System.IO.Compression.GZipStream(
                buffer,
                System.IO.Compression.CompressionLevel.Fastest,
                leaveOpen: true
            )
        )
        using (var tar = new System.Formats.Tar.TarWriter(gzip))
        {
            Add($"{top}/{infoName}", $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
            if (extra is not null)
                Add(extra, "x");

            void Add(string path, string text) =>
                tar.WriteEntry(
                    new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, path)
                    {
                        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                    }
                );
        }

        return buffer.ToArray();
    }
}
