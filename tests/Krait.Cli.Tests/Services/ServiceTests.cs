using System.Text;
using Krait.Protocol.Content;
using Krait.Protocol.Resolving;
using Krait.Testing;

namespace Krait.Cli.Tests.Services;

/// <summary>With the help of an index or without, and whatever the index does wrong, the same bytes come out.</summary>
public sealed class ServiceTests
{
    private const string Json = "application/vnd.pypi.simple.v1+json";
    private const string Compile = "pip compile in.txt --python-version 3.12 --generate-hashes -o -";

    private static CommandLine Make()
    {
        var line = new CommandLine();
        line.Write("in.txt", "app\nextra[fast]\n");
        line.Index.Add("app", "1.0", "mid<2")
            .Add("app", "2.0", "mid", "nothing-of-this ; sys_platform == 'win32'")
            .Add("app", "3.0", "mid", "clash<1")
            .Add("mid", "1.0", "low")
            .Add("mid", "1.5", "low>=1", "clash>=1")
            .Add("low", "1.0")
            .Add("low", "1.1", "deep")
            .Add("deep", "1.0", "deeper")
            .Add("deeper", "1.0", "deepest")
            .Add("deepest", "1.0")
            .Add("clash", "0.5")
            .Add("clash", "1.0")
            .Add(
                new WheelBuilder("extra", "1.0")
                    .Header("Provides-Extra: fast")
                    .Requires("low", "speed ; extra == 'fast'")
            )
            .Add("speed", "1.0", "deep");
        return line;
    }

    /// <summary>What the command prints when nobody helps.</summary>
    private static async Task<Answer> AloneAsync(string command = Compile)
    {
        using var line = Make();
        return await line.TypeAsync($"{command} --resolver local");
    }

    [Theory]
    [InlineData("flask\nclick\n", "")]
    [InlineData("flask\napp\n", "resolve")]
    public async Task Nobody_is_asked_about_packages_that_are_known_beforehand(string requirements, string asked)
    {
        using var line = Make();
        line.Index.Add("flask", "1.0", "click").Add("click", "1.0");
        line.Write("in.txt", requirements);
        var service = new FakeService(line.Index, "krait-resolver/1");
        (await line.TypeAsync($"{Compile} --resolver auto")).Succeeded();
        Assert.Equal(asked.Split(' ', StringSplitOptions.RemoveEmptyEntries), service.Asked);
    }

    [Theory]
    [InlineData("auto", "krait-resolver/1", "resolve")]
    [InlineData("server", "krait-resolver/1", "resolve")]
    [InlineData("auto", "other/1", "projects")]
    [InlineData("server", "other/1", "resolve projects")]
    public async Task The_same_bytes_come_out_with_fewer_requests(string choice, string engine, string asked)
    {
        using var line = Make();
        var service = new FakeService(line.Index, engine);
        var answer = await line.TypeAsync($"{Compile} --resolver {choice} --no-header");
        Assert.Equal((await AloneAsync($"{Compile} --no-header")).Output, answer.Output);
        Assert.Equal(0, answer.Code);
        Assert.Equal(asked.Split(' '), service.Asked);
        if (choice == "server")
            Assert.DoesNotContain(line.Index.Paths, path => path.Contains("deepest", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_sent_at_once_is_in_the_cache_afterwards()
    {
        using var line = Make();
        _ = new FakeService(line.Index);
        var answer = await line.TypeAsync($"{Compile} --resolver server --no-header");
        foreach (var more in (string[])["--offline", "--offline --resolver server", "--resolver server", ""])
        {
            line.Index.ClearLog();
            var again = await line.TypeAsync($"{Compile} --no-header {more}");
            Assert.Equal(answer.Output, again.Output);
            Assert.Empty(line.Index.Requests);
        }
    }

    [Theory]
    [InlineData("", "resolve")]
    [InlineData("--find-links nothing", "projects")]
    public async Task Where_the_user_says_that_it_can_an_index_is_asked_in_one_round_trip(string more, string asked)
    {
        using var line = Make();
        Directory.CreateDirectory(line.At("nothing"));
        var service = new FakeService(line.Index);
        // The page does not come before the service was asked: whoever waits for it to ask waits in vain.
        line.Index.On(
            "/simple/app/",
            _ =>
                SpinWait.SpinUntil(() => service.Asked.Any(), TimeSpan.FromSeconds(20))
                    ? new FakeReply(200, line.Index.Page("app"), ("Content-Type", Json), ("Cache-Control", "max-age=9"))
                    : new FakeReply(400, "in vain")
        );
        var answer = await line.TypeAsync($"{Compile} --resolver server --no-header {more}");
        Assert.Equal((await AloneAsync($"{Compile} --no-header")).Output, answer.Output);
        Assert.Equal(["/-/krait/v1/" + asked, "/simple/app/"], line.Index.Paths.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_service_at_another_place_is_found_by_the_page()
    {
        using var line = Make();
        var service = new FakeService(line.Index, place: "elsewhere/");
        var answer = await line.TypeAsync($"{Compile} --resolver server --no-header");
        Assert.Equal((await AloneAsync($"{Compile} --no-header")).Output, answer.Output);
        Assert.Equal(["resolve"], service.Asked);
        Assert.DoesNotContain(line.Index.Paths, path => path.Contains("deepest", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_index_that_helps_nobody_is_asked_once()
    {
        using var line = Make();
        var answer = await line.TypeAsync($"{Compile} --resolver server --no-header");
        Assert.Equal((await AloneAsync($"{Compile} --no-header")).Output, answer.Output);
        var unusual = line.Index.Paths.Where(path => !path.StartsWith("/simple/", StringComparison.Ordinal));
        Assert.Equal(
            ["/-/krait/v1/resolve"],
            unusual.Where(path => !path.EndsWith(".metadata", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task Nobody_is_asked_where_that_is_switched_off()
    {
        using var line = Make();
        var service = new FakeService(line.Index);
        line["KRAIT_RESOLVER"] = "local";
        await line.TypeAsync(Compile);
        Assert.Empty(service.Asked);
    }

    [Fact]
    public async Task A_universal_resolution_is_the_same()
    {
        const string Universal = "pip compile in.txt --universal --python-version 3.9 --no-header -o -";
        using var line = Make();
        var service = new FakeService(line.Index);
        var answer = await line.TypeAsync($"{Universal} --resolver server");
        Assert.Equal((await AloneAsync(Universal)).Output, answer.Output);
        Assert.Equal(["resolve"], service.Asked);
    }

    [Fact]
    public async Task Why_there_is_no_solution_is_said_as_ever()
    {
        using var alone = Make();
        alone.Write("in.txt", "app>=3\nmid>=1.5\n");
        var right = await alone.TypeAsync($"{Compile} --resolver local");
        using var line = Make();
        line.Write("in.txt", "app>=3\nmid>=1.5\n");
        var service = new FakeService(line.Index);
        var answer = await line.TypeAsync($"{Compile} --resolver server");
        Assert.Equal(["resolve"], service.Asked);
        Assert.Equal(1, answer.Code);
        Assert.Equal((right.Code, Masked(right, alone)), (answer.Code, Masked(answer, line)));
    }

    [Fact]
    public async Task A_later_index_is_asked_for_nothing()
    {
        using var line = Make();
        using var other = new FakeIndex();
        var service = new FakeService(other);
        other.Add("app", "9.0");
        await line.TypeAsync($"{Compile} --resolver server --extra-index-url {line.Index.Url} --index-url {other.Url}");
        Assert.Empty(service.Asked);
    }

    [Fact]
    public async Task Of_120_damaged_answers_none_changes_the_result()
    {
        using var line = Make();
        var right = (await AloneAsync($"{Compile} --no-header")).Output;
        foreach (var engine in (string[])[ProtocolNames.Engine, "other/1"])
        {
            var service = new FakeService(line.Index, engine);
            for (var seed = 0; seed < 60; seed++)
            {
                var random = new Random(seed);
                if (seed % 3 == 0)
                    service.Frames = frames => Damage(frames, random);
                else
                    service.Frames = frames => frames;
                // Documents are damaged before they are framed, so that their digests are right: resolutions in any way, shards by their ends.
                service.Documents = documents =>
                    seed % 3 == 0
                        ? documents
                        :
                        [
                            .. documents.Select(
                                (one, i) =>
                                    random.Next(3) > 0 ? one
                                    : i == 0 && engine == ProtocolNames.Engine ? Damage(one, random)
                                    : one[..random.Next(one.Length)]
                            ),
                        ];
                var answer = await line.TypeAsync($"{Compile} --no-header --no-cache --resolver server");
                Assert.True(right == answer.Output, $"{engine} {seed}\n{answer.Output}\n{answer.Error}");
            }
        }
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        var changed = bytes.ToArray();
        switch (random.Next(3))
        {
            case 0:
                return changed[..random.Next(changed.Length + 1)];
            case 1 when changed.Length > 0:
                changed[random.Next(changed.Length)] ^= 1;
                return changed;
            default:
                random.NextBytes(changed.AsSpan(random.Next(changed.Length + 1)));
                return changed;
        }
    }

    public static TheoryData<string> Faults => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Whatever_an_index_does_wrong_the_same_bytes_come_out(string fault) => CompareAsync(fault, "");

    public static TheoryData<string> QuickFaults => [.. Wrong.Keys.Except(["slow", "L2 slow", "dripping"])];

    [Theory]
    [MemberData(nameof(QuickFaults))]
    public Task Whatever_it_does_wrong_when_it_is_asked_at_once_the_same_bytes_come_out(string fault) =>
        CompareAsync(fault, "--resolver server");

    private static async Task CompareAsync(string fault, string more)
    {
        using var line = Make();
        var service = new FakeService(
            line.Index,
            fault.StartsWith("L2", StringComparison.Ordinal) ? "other/1" : ProtocolNames.Engine
        );
        Wrong[fault](service, line.Index);
        var answer = await line.TypeAsync($"{Compile} --no-header {more}");
        Assert.Equal((await AloneAsync($"{Compile} --no-header")).Output, answer.Output);
        Assert.Equal(0, answer.Code);
    }

    private static readonly Dictionary<string, Action<FakeService, FakeIndex>> Wrong = new(StringComparer.Ordinal)
    {
        ["not found"] = (service, _) => service.Reply = _ => new FakeReply(404, "no"),
        ["not allowed"] = (service, _) => service.Reply = _ => new FakeReply(405, "no"),
        ["wrong type"] = (service, _) => service.Reply = _ => new FakeReply(415, "no"),
        ["not made"] = (service, _) => service.Reply = _ => new FakeReply(501, "no"),
        ["broken"] = (service, _) => service.Reply = _ => new FakeReply(500, "no"),
        ["busy"] = (service, _) => service.Reply = _ => new FakeReply(503, "no", ("Retry-After", "600")),
        ["too many"] = (service, _) => service.Reply = _ => new FakeReply(429, "no", ("Retry-After", "600")),
        ["redirected"] = (service, _) => service.Reply = _ => new FakeReply(307, ("Location", "http://127.0.0.1:1/")),
        ["HTML"] = (service, _) => service.Reply = _ => new FakeReply(200, "<html>", ("Content-Type", "text/html")),
        ["empty"] = (service, _) => service.Frames = _ => [],
        ["HTML as frames"] = (service, _) => service.Frames = _ => Encoding.UTF8.GetBytes("<html>Sign in</html>"),
        ["no end"] = (service, _) => service.Frames = frames => frames[..^24],
        ["half"] = (service, _) => service.Frames = frames => frames[..(frames.Length / 2)],
        ["cut"] = (service, _) => service.Reply = reply => reply with { CutAt = reply.Body.Length / 2 },
        ["cut at once"] = (service, _) => service.Reply = reply => reply with { CutAt = 0 },
        ["damaged"] = (service, _) =>
            service.Frames = frames => [.. frames.Select((b, i) => i % 97 == 96 ? (byte)~b : b)],
        ["not gzip"] = (service, _) =>
            service.Reply = reply => new FakeReply(200, reply.Body, [.. reply.Headers, ("Content-Encoding", "gzip")]),
        ["unknown encoding"] = (service, _) =>
            service.Reply = reply => new FakeReply(200, reply.Body, [.. reply.Headers, ("Content-Encoding", "x")]),
        ["slow"] = (service, _) => service.Reply = reply => reply with { Delay = TimeSpan.FromSeconds(20) },
        ["dripping"] = (service, _) => service.Reply = reply => reply with { DelayPerByte = TimeSpan.FromSeconds(3) },
        ["nothing"] = (service, _) => service.Documents = _ => [],
        ["another question"] = (service, _) =>
            service.Resolution = answer => answer with { Request = ContentDigest.Of([1]) },
        ["another engine"] = (service, _) => service.Resolution = answer => answer with { Engine = "x" },
        ["long ago"] = (service, _) => service.Resolution = answer => answer with { Time = DateTimeOffset.UnixEpoch },
        ["no solution"] = (service, _) =>
            service.Resolution = answer => answer with { Outcome = AnswerOutcome.Unsatisfiable, Packages = [] },
        ["denied"] = (service, _) =>
            service.Resolution = answer => answer with { Outcome = AnswerOutcome.Denied, Packages = [] },
        ["lower versions"] = (service, _) =>
            service.Resolution = answer =>
                answer with
                {
                    Packages = [.. answer.Packages.Select(package => package with { Version = Version.Parse("1.0") })],
                },
        ["no packages"] = (service, _) => service.Resolution = answer => answer with { Packages = [] },
        ["shards without a resolution"] = (service, _) => service.Documents = documents => documents[1..],
        ["a resolution without shards"] = (service, _) => service.Documents = documents => documents[..1],
        ["half of the shards"] = (service, _) =>
            service.Documents = documents => [.. documents.Where((_, i) => i % 2 == 0)],
        ["shards in another order"] = (service, _) =>
            service.Documents = documents => [documents[0], .. documents.Skip(1).Reverse()],
        ["rubbish between shards"] = (service, _) =>
            service.Documents = documents =>
                [.. documents.SelectMany(one => (byte[][])[one, [1, 2, 3], [], "{}"u8.ToArray()])],
        ["another page for what is known"] = (service, index) =>
            service.Documents = documents =>
            {
                index.Add("app", "9.0");
                var other = service.ShardOf("app");
                index.Remove("app", "9.0");
                return [documents[0], other, .. documents.Skip(1)];
            },
        ["L2 broken"] = (service, _) => service.Reply = _ => new FakeReply(500, "no"),
        ["L2 cut"] = (service, _) => service.Reply = reply => reply with { CutAt = reply.Body.Length / 3 },
        ["L2 half of the shards"] = (service, _) =>
            service.Documents = documents => [.. documents.Where((_, i) => i % 2 == 0)],
        ["L2 slow"] = (service, _) => service.Reply = reply => reply with { Delay = TimeSpan.FromSeconds(20) },
        ["L2 shards without metadata"] = (service, index) =>
            service.Documents = _ => [.. index.Projects.Select(name => WithoutMetadata(index, name))],
        ["elsewhere"] = (_, index) =>
            index.Service = """{"base":"http://127.0.0.1:1/x/","engine":"krait-resolver/1","v":1}""",
        ["another protocol"] = (_, index) =>
            index.Service = """{"base":"../../-/krait/v1/","engine":"krait-resolver/1","v":2}""",
        ["not a description"] = (_, index) => index.Service = """["base"]""",
        ["a base that is none"] = (_, index) =>
            index.Service = """{"base":"http://[","engine":"krait-resolver/1","v":1}""",
    };

    private static byte[] WithoutMetadata(FakeIndex index, string name) =>
        Protocol.Shards.ShardWriter.TryWrite(
            Packaging.Names.PackageName.Parse(name),
            index.Page(name),
            _ => null,
            out var shard,
            out _
        )
            ? shard
            : [];

    private static string Masked(Answer answer, CommandLine line) =>
        answer.Error.Replace(line.Index.Address, "INDEX", StringComparison.Ordinal);
}
