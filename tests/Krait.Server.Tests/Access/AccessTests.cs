using Krait.Testing;

namespace Krait.Server.Tests.Access;

/// <summary>Who may do what.</summary>
public class AccessTests : CompanyTest
{
    private static readonly WheelBuilder Wheel = new("acme_tool", "1.0");

    private static string InsidePath => "/inside" + FilePath("acme-tool", Wheel.FileName, "team");

    [Theory]
    [InlineData("read:inside", 200, 403, 403)]
    [InlineData("read:*", 200, 403, 403)]
    [InlineData("read:team", 404, 403, 403)]
    [InlineData("upload:team", 404, 200, 403)]
    [InlineData("upload:inside", 200, 403, 403)]
    [InlineData("upload:*", 200, 200, 403)]
    [InlineData("admin:team", 404, 200, 200)]
    [InlineData("admin:inside", 200, 403, 403)]
    [InlineData("admin:*", 200, 200, 200)]
    [InlineData("admin:tea", 404, 403, 403)]
    [InlineData("admin:teams", 404, 403, 403)]
    public async Task A_token_allows_what_its_scope_says(string scope, int read, int upload, int remove)
    {
        await UploadAsync(CreateToken("admin:*"), Wheel);
        var token = CreateToken(scope);
        var header = ("Authorization", Basic(token));

        foreach (
            var path in (string[])["/inside/simple/acme-tool/", "/inside/simple/", InsidePath, InsidePath + ".metadata"]
        )
        {
            using var response = await GetAsync(path, header);
            Assert.Equal(read, (int)response.StatusCode);
        }

        Assert.Equal(upload, await UploadAsync(token, Wheel));
        using var removal = await SendAsync(HttpMethod.Delete, FilePath("acme-tool", Wheel.FileName, "team"), header);
        Assert.Equal(remove, (int)removal.StatusCode);
    }

    public static TheoryData<string> WrongHeaders()
    {
        var zeros = new string('0', 64);
        return
        [
            "",
            "Basic",
            "Basic ",
            "Basic ###",
            "Basic " + Convert.ToBase64String("nocolon"u8),
            "Bearer",
            "Bearer ",
            "Bearer krt_",
            $"Bearer krt_000000000000_{zeros}",
            $"Bearer krt_ID_{zeros}",
            "Bearer krt_ID_SECRE",
            "Bearer krt_ID_SECRET0",
            "Bearer KRT_ID_SECRET",
            "Token krt_ID_SECRET",
            "krt_ID_SECRET",
            "Bearer krt_ID_UPPER",
            "Digest username=\"x\"",
        ];
    }

    [Theory]
    [MemberData(nameof(WrongHeaders))]
    public async Task Whoever_has_no_valid_token_is_asked_for_one(string header)
    {
        var parts = CreateToken("admin:*").Split('_');
        // In a secret without letters, upper case would be no other one.
        while (parts[2].All(char.IsAsciiDigit))
            parts = CreateToken("admin:*").Split('_');
        header = header
            .Replace("SECRET", parts[2], StringComparison.Ordinal)
            .Replace("SECRE", parts[2][..^1], StringComparison.Ordinal)
            .Replace("UPPER", parts[2].ToUpperInvariant() + "", StringComparison.Ordinal)
            .Replace("ID", parts[1], StringComparison.Ordinal);
        foreach (
            var (method, path) in ((HttpMethod, string)[])
                [
                    (HttpMethod.Get, "/inside/simple/acme-tool/"),
                    (HttpMethod.Get, "/inside/simple/nowhere/"),
                    (HttpMethod.Get, InsidePath),
                    (HttpMethod.Post, "/upload/team/"),
                    (HttpMethod.Post, "/upload/nowhere/"),
                    (HttpMethod.Delete, FilePath("acme-tool", Wheel.FileName, "team")),
                    (HttpMethod.Post, FilePath("acme-tool", Wheel.FileName, "team")),
                ]
        )
        {
            using var response = await SendAsync(method, path, ("Authorization", header));
            Assert.Equal(401, (int)response.StatusCode);
            Assert.StartsWith("Basic realm", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
            Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        }
    }

    [Fact]
    public async Task A_token_ends_when_it_expires_and_when_it_is_revoked()
    {
        var expiring = CreateToken(Clock.GetUtcNow() + TimeSpan.FromDays(1), "read:inside");
        var revoked = CreateToken("read:inside");
        Assert.Equal((404, 404), (await InsideAsync(expiring), await InsideAsync(revoked)));

        RevokeToken(revoked);
        Assert.Equal((404, 401), (await InsideAsync(expiring), await InsideAsync(revoked)));
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal((401, 401), (await InsideAsync(expiring), await InsideAsync(revoked)));

        async Task<int> InsideAsync(string token)
        {
            using var response = await GetAsync("/inside/simple/nowhere/", ("Authorization", "Bearer " + token));
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task Two_credentials_are_none()
    {
        var token = CreateToken("read:inside");

        using var response = await GetAsync(
            "/inside/simple/acme-tool/",
            ("Authorization", "Bearer " + token),
            ("Authorization", "Bearer " + token)
        );

        Assert.Equal(401, (int)response.StatusCode);
    }

    [Fact]
    public async Task Private_pages_are_not_for_shared_caches()
    {
        var token = CreateToken("admin:*");
        await UploadAsync(token, Wheel);
        foreach (var path in (string[])["/inside/simple/acme-tool/", InsidePath, InsidePath + ".metadata"])
        {
            using var response = await GetAsync(path, ("Authorization", Basic(token)));
            Assert.True(response.Headers.CacheControl?.Private);
        }
    }

    [Fact]
    public async Task No_secret_is_kept_or_logged()
    {
        var token = CreateToken("admin:*");
        var secret = token.Split('_')[2];
        await UploadAsync(token, Wheel);
        await GetAsync("/inside/simple/acme-tool/?token=" + token, ("Authorization", Basic(token)));

        var files = Directory.GetFiles(StorePath, "*", SearchOption.AllDirectories);
        foreach (var file in files.Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
            Assert.DoesNotContain(secret, await File.ReadAllTextAsync(file, Token), StringComparison.Ordinal);
        Assert.NotEmpty(LogLines);
        Assert.DoesNotContain(LogLines, line => line.Contains(secret, StringComparison.Ordinal));
        Assert.Contains(
            LogLines,
            line => line.Contains("\"token\":\"" + token.Split('_')[1], StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_file_of_tokens_is_for_its_owner_alone()
    {
        Assert.SkipWhen(IsShared, "it is about the directory");
        CreateToken("admin:*");

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Folder.At("store", "tokens.json"))
        );
    }
}
