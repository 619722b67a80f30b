using System.Net.Http.Headers;
using Krait.Protocol.Content;
using Krait.Protocol.Frames;
using Krait.Protocol.Resolving;
using Krait.Testing;

namespace Krait.Server.Tests.Resolving;

/// <summary>Remembered resolutions, by the digests of their requests.</summary>
public class RememberedAnswerTests : CompanyTest
{
    private const string Base = "/-/krait/v1/";

    private static readonly ResolveQuery Query = Questions.Query("app");

    private static string Path { get; } = $"{Base}resolutions/{Query.Digest.Hex}";

    public override async ValueTask InitializeAsync()
    {
        Upstream.Add("app", "1.0", "lib").Add("lib", "2.0");
        await base.InitializeAsync();
    }

    [Fact]
    public async Task An_answer_has_an_address_once_it_was_worked_out()
    {
        Assert.Equal(404, await StatusAsync(Path));
        await AskAsync();

        using var response = await GetAsync(Path);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(ProtocolNames.ResolutionType, response.Content.Headers.ContentType?.ToString());
        var cache = response.Headers.CacheControl;
        Assert.True(cache is { Public: true, MaxAge.TotalSeconds: 60 });
        Assert.Contains("stale-while-revalidate=300", cache.ToString(), StringComparison.Ordinal);
        var answer = await ReadAsync(response);
        Assert.Equal((Query.Digest, AnswerOutcome.Solved), (answer.Request, answer.Outcome));
        Assert.Equal(["app==1.0", "lib==2.0"], answer.Packages.Select(p => $"{p.Name}=={p.Version}"));
        Assert.Equal(1, await MetricAsync("krait_resolutions_total"));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("", "gzip")]
    [InlineData(ProtocolNames.FramesType, "")]
    [InlineData(ProtocolNames.FramesType, "gzip")]
    public async Task Whoever_has_it_is_told_that_it_still_holds(string accept, string coding)
    {
        await AskAsync();
        (string, string)[] headers = [("Accept", accept), ("Accept-Encoding", coding)];
        using var first = await GetAsync(Path, headers);
        var tag = first.Headers.ETag!; // there is one
        Assert.False(tag.IsWeak);
        Assert.Equal("Accept, Accept-Encoding", string.Join(", ", first.Headers.Vary));

        // Time goes by, and nothing changes.
        Clock.Advance(TimeSpan.FromHours(1));
        using var again = await GetAsync(Path, [.. headers, ("If-None-Match", tag.Tag)]);
        using var other = await GetAsync(Path, [.. headers, ("If-None-Match", "\"other\"")]);

        Assert.Equal((304, 200), ((int)again.StatusCode, (int)other.StatusCode));
        Assert.Equal((tag, tag), (again.Headers.ETag, other.Headers.ETag));
        Assert.Equal(await first.Content.ReadAsByteArrayAsync(Token), await other.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Each_form_has_a_tag_of_its_own()
    {
        await AskAsync();
        var tags = new HashSet<EntityTagHeaderValue?>();
        foreach (var accept in (string[])["*/*", ProtocolNames.FramesType])
        {
            foreach (var coding in (string[])["identity", "gzip"])
            {
                using var get = await GetAsync(Path, ("Accept", accept), ("Accept-Encoding", coding));
                using var head = await SendAsync(
                    HttpMethod.Head,
                    Path,
                    ("Accept", accept),
                    ("Accept-Encoding", coding)
                );
                Assert.Equal(get.Headers.ETag, head.Headers.ETag);
                Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
                tags.Add(get.Headers.ETag);
            }
        }

        Assert.Equal(4, tags.Count);
    }

    [Fact]
    public async Task With_frames_it_comes_with_the_shards_that_it_was_made_of()
    {
        await AskAsync();

        using var response = await GetAsync(Path, ("Accept", ProtocolNames.FramesType));

        var reader = new FrameReader();
        reader.Append(await response.Content.ReadAsByteArrayAsync(Token));
        Assert.True(reader.TryRead(out var first, out _));
        Assert.True(ResolutionAnswer.TryRead(first, out var answer, out _));
        foreach (var (_, shard) in answer.Consulted)
        {
            Assert.True(reader.TryRead(out var content, out _));
            Assert.Equal(shard, ContentDigest.Of(content));
        }

        Assert.False(reader.TryRead(out _, out _));
        Assert.True(reader.IsComplete);
    }

    [Fact]
    public async Task An_answer_that_does_not_hold_any_more_is_not_given()
    {
        await AskAsync();
        using var first = await GetAsync(Path);
        Upstream.Add("lib", "3.0");
        Clock.Advance(TimeSpan.FromMinutes(11));

        using var outdated = await GetAsync(Path, ("If-None-Match", first.Headers.ETag!.Tag)); // there is one
        Assert.Equal(404, (int)outdated.StatusCode);

        await AskAsync();
        using var renewed = await GetAsync(Path, ("If-None-Match", first.Headers.ETag.Tag));
        Assert.Equal(200, (int)renewed.StatusCode);
        Assert.Equal("3.0", (await ReadAsync(renewed)).Packages[1].Version.ToString());
    }

    [Fact]
    public async Task Only_whoever_may_read_a_view_learns_what_was_resolved_in_it()
    {
        await AskAsync();
        var token = CreateToken("read:inside");

        Assert.Equal(401, await StatusAsync("/inside" + Path));
        using var response = await GetAsync("/inside" + Path, ("Authorization", Basic(token)));
        Assert.Equal(404, (int)response.StatusCode);
        await UploadAsync(CreateToken("upload:team"), new WheelBuilder("app", "5.0"));
        await AskAsync("/inside", token);
        using var known = await GetAsync("/inside" + Path, ("Authorization", Basic(token)));
        Assert.Equal("5.0", (await ReadAsync(known)).Packages.Single().Version.ToString());
        Assert.True(known.Headers.CacheControl?.Private);
    }

    [Theory]
    [InlineData("resolutions")]
    [InlineData("resolutions/")]
    [InlineData("resolutions/x")]
    [InlineData("resolutions/0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task What_nobody_asked_has_no_answer(string path) => Assert.Equal(404, await StatusAsync(Base + path));

    [Fact]
    public async Task An_address_of_an_answer_takes_no_requests()
    {
        using var response = await SendAsync(HttpMethod.Post, Path, new ByteArrayContent(Query.ToBytes()));

        Assert.Equal(404, (int)response.StatusCode);
    }

    private async Task AskAsync(string view = "", string? token = null)
    {
        (string, string)[] headers = token is null ? [] : [("Authorization", Basic(token))];
        using var response = await SendAsync(
            HttpMethod.Post,
            $"{view}{Base}resolve",
            new ByteArrayContent(Query.ToBytes()),
            headers
        );
        Assert.Equal(200, (int)response.StatusCode);
    }

    private static async Task<ResolutionAnswer> ReadAsync(HttpResponseMessage response)
    {
        Assert.True(
            ResolutionAnswer.TryRead(await response.Content.ReadAsByteArrayAsync(Token), out var answer, out _)
        );
        return answer;
    }
}
