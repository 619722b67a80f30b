using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Krait.Index;
using Krait.Server.Access;
using Krait.Server.Databases;
using Krait.Server.Policy;
using Krait.Server.Settings;
using Krait.Server.Storage;
using Krait.Testing;

namespace Krait.Server.Tests;

/// <summary>A server with a namespace of its own, `team`, before the upstream: `default` shows both, `inside` only those who have a token.</summary>
public abstract class CompanyTest : ServerTest
{
    private protected virtual FilePolicy Policy => FilePolicy.Usual;

    private protected override ServerSettings Settings =>
        base.Settings with
        {
            Spaces =
            [
                new SpaceSettings("team") { ReservedNames = ["acme-*"] },
                new SpaceSettings("public") { Upstream = SafeUrl.Parse(Upstream.Url) },
            ],
            Views =
            [
                new ViewSettings("default", ["team", "public"]) { Policy = Policy },
                new ViewSettings("inside", ["team"]) { IsPublic = false },
            ],
            WritesAccessLog = true,
        };

    /// <summary>Makes a token as `krait-server token create` does, beside the running server.</summary>
    protected string CreateToken(params string[] scopes) => CreateToken(expires: null, scopes);

    protected string CreateToken(DateTimeOffset? expires, params string[] scopes)
    {
        var parsed = scopes.Select(scope => scope.Split(':')).Select(parts => new Scope(parts[0], parts[1]));
        var token = Krait.Server.Access.Token.Create([.. parsed], "test", Clock.GetUtcNow(), expires, out var text);
        ChangeTokens(tokens => tokens.AddAsync(token, Token));
        return text;
    }

    protected void RevokeToken(string text)
    {
        ChangeTokens(async tokens => await tokens.RemoveAsync(text.Split('_')[1], Token));
        // The database notifies the server within milliseconds; nothing tells this process when that has happened.
        if (IsShared)
            Thread.Sleep(500);
    }

    [SuppressMessage("Usage", "VSTHRD002", Justification = "No other thread waits for this one.")]
    private void ChangeTokens(Func<ITokenStore, ValueTask> change) =>
        Task.Run(
                async () =>
                {
                    if (Database is { } shared)
                    {
                        await using var database = new Databases.Database(shared, TimeProvider.System);
                        await change(new DatabaseTokens(database));
                        return;
                    }

                    using var folder = StoreFolder.Open(StorePath);
                    await change(new TokenFile(folder));
                },
                Token
            )
            .GetAwaiter()
            .GetResult();

    protected async Task<int> UploadAsync(
        string token,
        string project,
        string fileName,
        byte[] content,
        string path = "/upload/team/",
        string? sha256 = null
    )
    {
        using var response = await UploadRawAsync(token, project, fileName, content, path, sha256);
        return (int)response.StatusCode;
    }

    protected Task<int> UploadAsync(string token, WheelBuilder wheel) =>
        UploadAsync(token, wheel.Name, wheel.FileName, wheel.Build());

    protected Task<HttpResponseMessage> UploadRawAsync(
        string token,
        string project,
        string fileName,
        byte[] content,
        string path = "/upload/team/",
        string? sha256 = null
    )
    {
        // As twine does it: the fields first, then the file.
        var form = new MultipartFormDataContent
        {
            { new StringContent("file_upload"), ":action" },
            { new StringContent("1"), "protocol_version" },
            { new StringContent(project), "name" },
            { new StringContent("Programming Language :: Python"), "classifiers" },
            { new StringContent("Typing :: Typed"), "classifiers" },
            { new StringContent(sha256 ?? Convert.ToHexStringLower(SHA256.HashData(content))), "sha256_digest" },
        };
        form.Add(new ByteArrayContent(content), "content", fileName);
        return SendAsync(HttpMethod.Post, path, form, ("Authorization", Basic(token)));
    }

    protected static string Basic(string token) =>
        "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("__token__:" + token));
}
