using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Protocol.Batches;
using Krait.Protocol.Content;
using Krait.Protocol.Discovery;
using Krait.Protocol.Frames;
using Krait.Protocol.Resolving;
using Krait.Protocol.Shards;
using Krait.Testing;

namespace Krait.Server.Tests.Resolving;

/// <summary>Shards, batches and resolutions.</summary>
public class ServiceTests : CompanyTest
{
    private const string Base = "/-/krait/v1/";

    public override async ValueTask InitializeAsync()
    {
        Upstream.Add("app", "1.0", "lib>=1", "windows-only; sys_platform == 'win32'");
        Upstream.Add("lib", "1.0").Add("lib", "2.0", "base").Add("base", "1.0").Add("windows-only", "1.0");
        await base.InitializeAsync();
    }

    [Fact]
    public async Task Every_page_says_where_the_service_is()
    {
        var page = Encoding.UTF8.GetBytes(await TextAsync("/simple/app/", ("Accept", Json)));

        var description = ServiceDescription.FindInPage(page);

        Assert.NotNull(description);
        Assert.True(description.CanResolve);
        var address = new Uri(new Uri(Server.Address + "/simple/app/"), description.Base);
        Assert.Equal(Base, address.AbsolutePath);
        using var info = await GetAsync(Base + "info");
        Assert.True(ServiceDescription.TryRead(await info.Content.ReadAsByteArrayAsync(Token), out _, out _));
    }

    [Fact]
    public async Task Many_projects_come_in_one_answer()
    {
        var request = new ProjectsRequest { Projects = [Asked("app"), Asked("lib"), Asked("nowhere")] };

        var (shards, end) = await PostAsync("projects", request.ToBytes());

        Assert.Equal(["app", "lib"], shards.Select(NameOf));
        Assert.Equal((0, 1), (end.Unchanged, end.Unknown));
        var have = ContentDigest.Of(shards[0]);
        request = new ProjectsRequest { Projects = [new AskedProject(PackageName.Parse("app"), have), Asked("lib")] };
        (shards, end) = await PostAsync("projects", request.ToBytes());
        Assert.Equal(["lib"], shards.Select(NameOf));
        Assert.Equal(1, end.Unchanged);
    }

    [Fact]
    public async Task Metadata_that_is_not_here_is_not_taken_for_metadata_without_requirements()
    {
        var request = new ProjectsRequest { Projects = [Asked("lib")] };

        var (shards, _) = await PostAsync("projects", request.ToBytes());
        Assert.True(Shard.TryRead(shards[0], out var nothing, out _));
        Assert.Empty(nothing.ReadMetadataNumbers());

        await DownloadAsync(FilePath("lib", "lib-2.0-py3-none-any.whl") + ".metadata");
        (shards, _) = await PostAsync("projects", request.ToBytes());
        Assert.True(Shard.TryRead(shards[0], out var one, out _));
        Assert.Equal(["lib-2.0-py3-none-any.whl"], one.ReadMetadataNumbers().Keys);
    }

    [Fact]
    public async Task What_requirements_need_comes_with_its_metadata_in_one_answer()
    {
        var request = new ProjectsRequest
        {
            Closure = new AskedClosure([Requirement.Parse("app")]) { Target = Questions.Linux },
        };

        var (shards, _) = await PostAsync("projects", request.ToBytes());

        Assert.Equal(["app", "base", "lib"], shards.Select(NameOf));
        foreach (var content in shards)
        {
            Assert.True(Shard.TryRead(content, out var shard, out _));
            Assert.True(shard.TryReadPage(Server.Address + "/simple/x/", out var page, out _));
            var newest = page.FileAt(page.FilesOf(page.VersionCount - 1).Start);
            Assert.True(shard.ReadMetadataNumbers().TryGetValue(newest.FileName, out var number));
            Assert.NotNull(shard.MetadataOf(number, newest.Version));
            Assert.StartsWith(Server.Address + "/files/public/", newest.Url, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task Compressed_in_parts_it_is_the_same_however_it_is_read(int step)
    {
        var request = new ProjectsRequest { Projects = [Asked("app"), Asked("lib"), Asked("base"), Asked("nowhere")] };
        var plain = await BytesAsync("identity");
        foreach (var _ in (int[])[1, 2])
        {
            // The second time the parts have been compressed already.
            await using var packed = new GZipStream(
                new MemoryStream(await BytesAsync("gzip")),
                CompressionMode.Decompress
            );
            var read = new List<byte>();
            var buffer = new byte[step];
            while (await packed.ReadAsync(buffer, Token) is > 0 and var length)
                read.AddRange(buffer.AsSpan(0, length));
            Assert.Equal(plain, read);
        }

        async Task<byte[]> BytesAsync(string coding)
        {
            using var answer = await SendAsync(
                HttpMethod.Post,
                Base + "projects",
                new ByteArrayContent(request.ToBytes()),
                ("Accept-Encoding", coding)
            );
            var bytes = await answer.Content.ReadAsByteArrayAsync(Token);
            Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
            return bytes;
        }
    }

    [Fact]
    public async Task A_shard_has_an_address_of_its_own()
    {
        var (shards, _) = await PostAsync("projects", new ProjectsRequest { Projects = [Asked("app")] }.ToBytes());
        var digest = ContentDigest.Of(shards[0]);

        Assert.Equal(shards[0], await DownloadAsync($"{Base}shards/{digest.Hex}"));
        Assert.Equal(404, await StatusAsync($"{Base}shards/{new string('0', 64)}"));
        Assert.Equal(404, await StatusAsync($"{Base}shards/x"));
        Assert.Equal(401, await StatusAsync($"/inside{Base}shards/{digest.Hex}"));
    }

    [Fact]
    public async Task A_resolution_comes_in_one_answer_with_all_that_it_was_made_of()
    {
        var query = Query("app");

        var (frames, _) = await PostAsync("resolve", query.ToBytes());

        Assert.True(ResolutionAnswer.TryRead(frames[0], out var answer, out _));
        Assert.Equal((AnswerOutcome.Solved, query.Digest), (answer.Outcome, answer.Request));
        Assert.Equal(["app==1.0", "base==1.0", "lib==2.0"], answer.Packages.Select(p => $"{p.Name}=={p.Version}"));
        Assert.Equal(["app", "base", "lib"], frames.Skip(1).Select(NameOf));
        Assert.Equal(
            answer.Consulted.Select(pair => pair.Shard),
            frames.Skip(1).Select(frame => ContentDigest.Of(frame))
        );
    }

    [Fact]
    public async Task Whoever_accepts_no_frames_gets_the_resolution_alone()
    {
        var content = new ByteArrayContent(Query("app").ToBytes());

        using var response = await SendAsync(HttpMethod.Post, Base + "resolve", content);

        Assert.Equal(ProtocolNames.ResolutionType, response.Content.Headers.ContentType?.ToString());
        Assert.True(ResolutionAnswer.TryRead(await response.Content.ReadAsByteArrayAsync(Token), out _, out _));
    }

    [Fact]
    public async Task The_same_question_is_worked_out_once_until_something_changes()
    {
        for (var i = 0; i < 3; i++)
            await PostAsync("resolve", Query("app").ToBytes());
        Assert.Equal((1, 2), await CountsAsync());

        Upstream.Add("unrelated", "1.0");
        await FilesAsync("unrelated");
        await PostAsync("resolve", Query("app").ToBytes());
        Assert.Equal((1, 3), await CountsAsync());

        Upstream.Add("lib", "3.0");
        Clock.Advance(TimeSpan.FromMinutes(11));
        var (frames, _) = await PostAsync("resolve", Query("app").ToBytes());
        Assert.True(ResolutionAnswer.TryRead(frames[0], out var answer, out _));
        Assert.Equal(["app==1.0", "lib==3.0"], answer.Packages.Select(p => $"{p.Name}=={p.Version}"));
        Assert.Equal((2, 3), await CountsAsync());
    }

    [Fact]
    public async Task Who_asks_the_same_at_the_same_time_shares_the_work()
    {
        var gate = new TaskCompletionSource();
        Upstream.Hold("/simple/lib/", gate.Task);
        var asking = Enumerable.Range(0, 8).Select(_ => PostAsync("resolve", Query("app").ToBytes())).ToList();
        await WaitForAsync(() => Upstream.Paths.Contains("/simple/lib/"));
        await Task.Delay(200, Token);
        gate.SetResult();

        foreach (var (frames, _) in await Task.WhenAll(asking))
        {
            Assert.True(ResolutionAnswer.TryRead(frames[0], out var answer, out _));
            Assert.Equal(AnswerOutcome.Solved, answer.Outcome);
        }

        Assert.Equal(1, await MetricAsync("krait_resolutions_total"));
    }

    [Fact]
    public async Task A_page_that_changes_while_it_is_used_is_looked_at_again()
    {
        var gate = new TaskCompletionSource();
        Upstream.Hold("/simple/lib/", gate.Task);
        var asking = PostAsync("resolve", Query("app").ToBytes());
        await WaitForAsync(() => Upstream.Paths.Contains("/simple/lib/"));
        Upstream.Add("app", "2.0");
        Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, (await FilesAsync("app")).Length);
        gate.SetResult();

        var (frames, _) = await asking;

        Assert.True(ResolutionAnswer.TryRead(frames[0], out var answer, out _));
        Assert.Equal(["app==2.0"], answer.Packages.Select(p => $"{p.Name}=={p.Version}"));
    }

    [Fact]
    public async Task Several_projects_are_asked_for_at_once()
    {
        var gate = new TaskCompletionSource();
        Upstream.Hold("/simple/app/", gate.Task);
        Upstream.Hold("/simple/lib/", gate.Task);
        var asking = PostAsync("projects", new ProjectsRequest { Projects = [Asked("app"), Asked("lib")] }.ToBytes());
        await WaitForAsync(() => Upstream.Paths.Count == 2);
        gate.SetResult();

        Assert.Equal(["app", "lib"], (await asking).Documents.Select(NameOf));
    }

    [Fact]
    public async Task Requirements_that_contradict_each_other_have_no_solution()
    {
        var (frames, _) = await PostAsync("resolve", Query("app", "lib<1").ToBytes());

        Assert.True(ResolutionAnswer.TryRead(frames[0], out var answer, out _));
        Assert.Equal(AnswerOutcome.Unsatisfiable, answer.Outcome);
    }

    [Fact]
    public async Task An_answer_holds_only_as_long_as_what_was_missing_is_missing()
    {
        Upstream.Add("broken", "1.0", "missing");
        var (frames, _) = await PostAsync("resolve", Query("broken").ToBytes());
        Assert.True(ResolutionAnswer.TryRead(frames[0], out var answer, out _));
        Assert.Equal(AnswerOutcome.Unsatisfiable, answer.Outcome);

        Upstream.Add("missing", "1.0");
        Clock.Advance(TimeSpan.FromMinutes(2));
        (frames, _) = await PostAsync("resolve", Query("broken").ToBytes());
        Assert.True(ResolutionAnswer.TryRead(frames[0], out answer, out _));
        Assert.Equal(AnswerOutcome.Solved, answer.Outcome);
    }

    [Fact]
    public async Task Nothing_is_built_to_learn_what_it_requires()
    {
        Upstream.AddFile("source", "source-1.0.tar.gz", [1, 2, 3]);

        var (frames, _) = await PostAsync("resolve", Query("source").ToBytes());

        Assert.True(ResolutionAnswer.TryRead(frames[0], out var answer, out _));
        Assert.Equal(AnswerOutcome.NeedsBuild, answer.Outcome);
        Assert.Equal("source", answer.Builds.Single().Project.Value);
    }

    [Fact]
    public async Task An_upstream_that_fails_is_no_answer()
    {
        Upstream.On("/simple/lib/", _ => new FakeReply(500, "away"));

        var (frames, _) = await PostAsync("resolve", Query("app").ToBytes());

        Assert.True(ResolutionAnswer.TryRead(frames[0], out var answer, out _));
        Assert.Equal(AnswerOutcome.OverBudget, answer.Outcome);
    }

    [Fact]
    public async Task A_resolution_knows_the_names_that_are_ours()
    {
        Upstream.Add("lib", "9.0");
        await UploadAsync(CreateToken("upload:team"), new WheelBuilder("lib", "1.5"));

        var (frames, _) = await PostAsync("resolve", Query("app").ToBytes());

        Assert.True(ResolutionAnswer.TryRead(frames[0], out var answer, out _));
        Assert.Equal(["app==1.0", "lib==1.5"], answer.Packages.Select(p => $"{p.Name}=={p.Version}"));
        Assert.DoesNotContain("/simple/lib/", Upstream.Paths);
    }

    [Theory]
    [InlineData("projects")]
    [InlineData("resolve")]
    public async Task Requests_that_are_none_are_refused(string resource)
    {
        foreach (var body in (string[])["", "{", "[]", "{\"v\":2}", "null", "{\"v\":1,\"names\":7}"])
        {
            using var response = await SendAsync(HttpMethod.Post, Base + resource, new StringContent(body));
            Assert.Equal(400, (int)response.StatusCode);
        }

        using var large = await SendAsync(HttpMethod.Post, Base + resource, new ByteArrayContent(new byte[2_000_000]));
        Assert.Equal(413, (int)large.StatusCode);
        Assert.Equal(405, await StatusAsync(Base + resource));
        using var hidden = await SendAsync(HttpMethod.Post, "/inside" + Base + resource, new StringContent("{}"));
        Assert.Equal(401, (int)hidden.StatusCode);
    }

    internal static byte[] QueryFor(string requirement) => Query(requirement).ToBytes();

    private static ResolveQuery Query(params string[] requirements) => Questions.Query(requirements);

    private static AskedProject Asked(string name) => new(PackageName.Parse(name), Have: null);

    private static string NameOf(byte[] shard)
    {
        using var document = JsonDocument.Parse(shard);
        return document.RootElement.GetProperty("name").GetString() ?? "";
    }

    private async Task<(int Solves, int Hits)> CountsAsync() =>
        (await MetricAsync("krait_resolutions_total"), await MetricAsync("krait_resolution_memo_hits_total"));

    private async Task<(byte[][] Documents, FrameCounts End)> PostAsync(string resource, byte[] body)
    {
        using var response = await SendAsync(
            HttpMethod.Post,
            Base + resource,
            new ByteArrayContent(body),
            ("Accept", ProtocolNames.FramesType)
        );
        Assert.Equal(200, (int)response.StatusCode);
        var reader = new FrameReader();
        reader.Append(await response.Content.ReadAsByteArrayAsync(Token));
        var documents = new List<byte[]>();
        while (reader.TryRead(out var document, out _))
            documents.Add(document);
        Assert.True(reader.IsComplete);
        return ([.. documents], reader.End!); // it is complete
    }
}
