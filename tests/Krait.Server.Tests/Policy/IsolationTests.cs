using Krait.Testing;

namespace Krait.Server.Tests.Policy;

/// <summary>A name that belongs to the company is never asked of anyone else.</summary>
public class IsolationTests : CompanyTest
{
    [Theory]
    [InlineData("/simple/acme-tool/")]
    [InlineData("/simple/Acme.Tool/")]
    [InlineData("/simple/ACME_TOOL")]
    [InlineData("/files/public/acme-tool/acme_tool-9.9-py3-none-any.whl")]
    [InlineData("/files/public/acme-tool/acme_tool-9.9-py3-none-any.whl.metadata")]
    [InlineData("/default/simple/acme-tool/")]
    public async Task A_reserved_name_leaves_the_house_in_no_spelling(string path)
    {
        Upstream.Add("acme_tool", "9.9");

        using var response = await GetAsync(path);

        // Its own page, which is empty, or nothing.
        Assert.Contains((int)response.StatusCode, (int[])[200, 301, 404]);
        if (response.IsSuccessStatusCode)
            Assert.DoesNotContain("9.9", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Empty(Upstream.Requests);
    }

    [Fact]
    public async Task An_uploaded_name_is_never_asked_upstream_again()
    {
        Upstream.Add("tool", "9.9");
        await UploadAsync(CreateToken("upload:team"), new WheelBuilder("tool", "1.0"));

        Assert.Equal(["tool-1.0-py3-none-any.whl"], await FilesAsync("tool"));
        Assert.Equal(404, await StatusAsync(FilePath("tool", "tool-9.9-py3-none-any.whl")));
        Assert.Empty(Upstream.Requests);
    }

    [Fact]
    public async Task A_name_that_was_public_becomes_private_with_the_first_upload()
    {
        Upstream.Add("tool", "9.9");
        Assert.Single(await FilesAsync("tool"));
        await UploadAsync(CreateToken("upload:team"), new WheelBuilder("tool", "1.0"));

        Assert.Equal(["tool-1.0-py3-none-any.whl"], await FilesAsync("tool"));
        Assert.Equal(404, await StatusAsync(FilePath("tool", "tool-9.9-py3-none-any.whl")));
    }

    [Fact]
    public async Task A_name_stays_private_when_all_its_files_are_removed()
    {
        var token = CreateToken("admin:team");
        var wheel = new WheelBuilder("tool", "1.0");
        Upstream.Add("tool", "9.9");
        await UploadAsync(token, wheel);
        await SendAsync(HttpMethod.Delete, FilePath("tool", wheel.FileName, "team"), ("Authorization", Basic(token)));
        await RestartAsync();

        Assert.Empty(await FilesAsync("tool"));
        Assert.Empty(Upstream.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    public async Task A_name_stays_private_when_its_reference_is_damaged(string content)
    {
        Assert.SkipWhen(IsShared, "it is about the directory");
        Upstream.Add("tool", "9.9");
        await UploadAsync(CreateToken("upload:team"), new WheelBuilder("tool", "1.0"));
        var reference = Directory
            .GetFiles(Folder.At("store", "refs", "team"), "tool", SearchOption.AllDirectories)
            .Single();
        await File.WriteAllTextAsync(reference, content, Token);
        await RestartAsync();

        Assert.Equal(["tool-1.0-py3-none-any.whl"], await FilesAsync("tool"));
        Assert.Empty(Upstream.Requests);
    }

    [Fact]
    public async Task A_name_stays_private_when_its_reference_is_lost()
    {
        Assert.SkipWhen(IsShared, "it is about the directory");
        Upstream.Add("tool", "9.9");
        await UploadAsync(CreateToken("upload:team"), new WheelBuilder("tool", "1.0"));
        Directory.Delete(Folder.At("store", "refs", "team"), recursive: true);
        await RestartAsync();

        Assert.Equal(["tool-1.0-py3-none-any.whl"], await FilesAsync("tool"));
        Assert.Empty(Upstream.Requests);
    }

    [Fact]
    public async Task A_damaged_page_of_our_own_is_an_error_and_no_reason_to_ask_upstream()
    {
        Assert.SkipWhen(IsShared, "it is about the directory");
        Upstream.Add("tool", "9.9");
        await UploadAsync(CreateToken("upload:team"), new WheelBuilder("tool", "1.0"));
        Directory.Delete(Folder.At("store", "blobs"), recursive: true);
        await RestartAsync();

        Assert.Equal(500, await StatusAsync("/simple/tool/"));
        Assert.Empty(Upstream.Requests);
    }

    [Fact]
    public async Task An_upstream_cannot_hand_out_what_is_ours_by_naming_its_digest()
    {
        var secret = new WheelBuilder("tool", "1.0").File("tool/secret.txt", "secret");
        await UploadAsync(CreateToken("upload:team"), secret);
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(secret.Build()));
        Upstream.On(
            "/simple/evil/",
            _ => new FakeReply(
                200,
                $$$"""{"meta":{"api-version":"1.0"},"name":"evil","files":[{"filename":"evil-1.0-py3-none-any.whl","url":"/none","hashes":{"sha256":"{{{digest}}}"}}]}""",
                ("Content-Type", Json)
            )
        );

        Assert.Equal(404, await StatusAsync(FilePath("evil", "evil-1.0-py3-none-any.whl")));
    }
}
