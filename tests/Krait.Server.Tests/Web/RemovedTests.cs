using System.Text.Json;
using Krait.Testing;

namespace Krait.Server.Tests.Web;

/// <summary>The list of files that were removed.</summary>
public class RemovedTests : CompanyTest
{
    private const string Path = "/-/krait/v1/removed";

    private static readonly WheelBuilder Own = new("acme_tool", "1.0");

    [Fact]
    public async Task Nothing_is_listed_where_nothing_was_removed()
    {
        Upstream.Add("demo", "1.0");
        await FilesAsync("demo");

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task What_an_upstream_or_a_maintainer_removes_is_listed_in_order()
    {
        Upstream.Add("demo", "1.0").Add("demo", "2.0");
        await FilesAsync("demo");
        var token = CreateToken("admin:team");
        await UploadAsync(token, Own);
        // Reading everything once is the start; changes come on top.
        Assert.Empty(await ListAsync());
        Upstream.Remove("demo", "1.0");
        Clock.Advance(TimeSpan.FromMinutes(11));
        await FilesAsync("demo");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await RemoveOwnAsync(token);

        var listed = await ListAsync();

        Assert.Equal(
            ["public demo demo-1.0-py3-none-any.whl", $"team acme-tool {Own.FileName}"],
            listed.Select(TextOf)
        );
        Assert.All(listed, file => Assert.Equal(64, file.GetProperty("sha256").GetString()?.Length));
        await RestartAsync();
        Assert.Equal(listed.Select(file => file.GetRawText()), (await ListAsync()).Select(file => file.GetRawText()));
    }

    [Fact]
    public async Task Whoever_asks_from_the_end_of_the_last_answer_misses_nothing()
    {
        Upstream.Add("demo", "1.0").Add("demo", "2.0").Add("demo", "3.0");
        await FilesAsync("demo");
        var seen = new HashSet<string>();
        var since = "2020-01-01";
        foreach (var version in (string[])["1.0", "2.0", "3.0"])
        {
            Upstream.Remove("demo", version);
            Clock.Advance(TimeSpan.FromMinutes(11));
            await FilesAsync("demo");
            using var answer = JsonDocument.Parse(await TextAsync($"{Path}?since={since}"));
            foreach (var file in answer.RootElement.GetProperty("removed").EnumerateArray())
                seen.Add(TextOf(file));
            since = answer.RootElement.GetProperty("until").GetString();
            Assert.False(answer.RootElement.GetProperty("more").GetBoolean());
        }

        Assert.Equal(3, seen.Count);
        Assert.Single(await ListAsync($"?since={since}"));
        Assert.Empty(await ListAsync("?since=2100-01-01T00:00:00Z"));
    }

    [Fact]
    public async Task A_file_that_comes_back_is_not_listed_any_more()
    {
        var wheel = new WheelBuilder("demo", "1.0");
        Upstream.Add(wheel).Add("demo", "2.0");
        await FilesAsync("demo");
        Upstream.Remove("demo", "1.0");
        Clock.Advance(TimeSpan.FromMinutes(11));
        await FilesAsync("demo");
        Assert.Single(await ListAsync());

        Upstream.Add(wheel);
        Clock.Advance(TimeSpan.FromMinutes(11));
        await FilesAsync("demo");

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task What_was_hidden_by_a_name_of_our_own_is_not_listed()
    {
        Upstream.Add("acme-lib", "9.0").Add("tool", "1.0");
        await FilesAsync("tool");
        Upstream.Remove("tool", "1.0");
        Clock.Advance(TimeSpan.FromMinutes(11));
        await FilesAsync("tool");
        Assert.Single(await ListAsync());

        await UploadAsync(CreateToken("upload:team"), new WheelBuilder("tool", "5.0"));

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_view_lists_what_is_its_own_to_those_who_may_read_it()
    {
        Upstream.Add("demo", "1.0");
        await FilesAsync("demo");
        Upstream.Remove("demo", "1.0");
        Clock.Advance(TimeSpan.FromMinutes(11));
        await FilesAsync("demo");
        var token = CreateToken("admin:*");
        await UploadAsync(token, Own);
        await RemoveOwnAsync(token);

        Assert.Equal(401, await StatusAsync("/inside" + Path));
        using var response = await GetAsync("/inside" + Path, ("Authorization", Basic(token)));
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        Assert.True(response.Headers.CacheControl?.Private);
        Assert.Equal(
            [$"team acme-tool {Own.FileName}"],
            answer.RootElement.GetProperty("removed").EnumerateArray().Select(TextOf)
        );
    }

    [Fact]
    public async Task It_is_the_same_until_something_else_is_removed()
    {
        Upstream.Add("demo", "1.0").Add("demo", "2.0");
        await FilesAsync("demo");
        using var first = await GetAsync(Path);
        var tag = first.Headers.ETag!.Tag; // there is one
        Clock.Advance(TimeSpan.FromHours(1));
        using var same = await GetAsync(Path, ("If-None-Match", tag));
        Assert.Equal(304, (int)same.StatusCode);

        Upstream.Remove("demo", "1.0");
        await FilesAsync("demo");
        using var other = await GetAsync(Path, ("If-None-Match", tag));

        Assert.Equal(200, (int)other.StatusCode);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("7")]
    [InlineData("2026-13-01")]
    [InlineData("11/30/2026")]
    public async Task A_time_that_cannot_be_read_is_refused(string since) =>
        Assert.Equal(400, await StatusAsync($"{Path}?since={since}"));

    private async Task RemoveOwnAsync(string token)
    {
        using var response = await SendAsync(
            HttpMethod.Delete,
            FilePath("acme-tool", Own.FileName, "team"),
            ("Authorization", Basic(token))
        );
        Assert.True(response.IsSuccessStatusCode);
    }

    private async Task<JsonElement[]> ListAsync(string query = "")
    {
        using var answer = JsonDocument.Parse(await TextAsync(Path + query));
        return [.. answer.RootElement.GetProperty("removed").EnumerateArray().Select(file => file.Clone())];
    }

    private static string TextOf(JsonElement file) =>
        $"{file.GetProperty("space")} {file.GetProperty("project")} {file.GetProperty("file")}";
}
