using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Protocol.Batches;
using Krait.Protocol.Content;
using Krait.Protocol.Frames;
using Krait.Protocol.Resolving;
using Krait.Protocol.Shards;
using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Testing;

namespace Krait.Server.Tests.Resolving;

/// <summary>A client comes to the same result with pages, with single shards, with a batch of them, and with a resolution of the server.</summary>
public sealed class LevelTests : ServerTest
{
    private const int Sets = 200;
    private const int Projects = 40;
    private const string Base = "/-/krait/v1/";

    private readonly Random chance = new(20261130);
    private readonly ConcurrentDictionary<string, Task<byte[]?>> metadata = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<PackageName, Task<LevelSource.Known?>> pages = [];
    private readonly ConcurrentDictionary<PackageName, Task<LevelSource.Known?>> shards = [];

    public override async ValueTask InitializeAsync()
    {
        for (var project = 0; project < Projects; project++)
        {
            for (var version = 1; version <= chance.Next(1, 5); version++)
            {
                var wheel = new WheelBuilder($"p{project}", $"{version}.{chance.Next(3)}")
                {
                    RequiresPython = chance.Next(6) == 0 ? ">=3.10" : null,
                };
                if (chance.Next(3) == 0)
                    wheel.Header("Provides-Extra: more").Requires($"{Need(project)} ; extra == 'more'");
                for (var i = chance.Next(4); i > 0; i--)
                    wheel.Requires(Need(project) + Pick("", "", "", " ; sys_platform == 'win32'"));
                Upstream.Add(wheel, yanked: chance.Next(12) == 0 ? "broken" : null);
            }
        }

        await base.InitializeAsync();
    }

    [Fact]
    public async Task All_levels_come_to_the_same_result()
    {
        var solved = 0;
        for (var set = 0; set < Sets; set++)
        {
            var requirements = Enumerable.Range(0, chance.Next(1, 5)).Select(_ => Need(-1)).ToArray();
            foreach (
                var target in (ResolutionTarget[])
                    [Questions.Linux, Questions.OldLinux, Questions.Windows, Questions.Everything]
            )
            {
                var request = Questions.Request(target, requirements);
                var alone = await ResolveAsync(request, name => pages.GetOrAdd(name, ReadPageAsync));
                var single = await ResolveAsync(request, name => shards.GetOrAdd(name, ReadShardAsync));
                var batch = await ReadBatchAsync(request);
                var together = await ResolveAsync(request, name => FromBatchAsync(batch, name));
                var answer = await AskAsync(request);

                var what = $"{set}: {string.Join(", ", requirements)} for {target.GetType().Name}";
                Assert.True(alone == single, $"single shards, {what}\n{alone}\n{single}");
                Assert.True(alone == together, $"batch, {what}\n{alone}\n{together}");
                Assert.True(alone == answer, $"resolution, {what}\n{alone}\n{answer}");
                solved += alone.Length > 0 ? 1 : 0;
            }
        }

        // Neither all nor none: the requirements are worth something.
        Assert.InRange(solved, Sets, (Sets * 4) - 1);
    }

    /// <summary>A requirement of a later project, of the first again, or of a name that nobody has.</summary>
    private string Need(int after)
    {
        var name = chance.Next(40) == 0 ? "nobody" : $"p{chance.Next(after + 1, Projects + 1) % Projects}";
        return name + Pick("", "", "[more]") + Pick("", "", "", ">=2", "<3", "!=1.1", ">=2,<4", "==1.*");
    }

    private string Pick(params string[] texts) => texts[chance.Next(texts.Length)];

    private static async Task<string> ResolveAsync(
        ResolutionRequest request,
        Func<PackageName, Task<LevelSource.Known?>> findAsync
    ) =>
        await new PythonResolver(new LevelSource(findAsync)).ResolveAsync(request, Token)
            is ResolutionOutcome.Solved { Resolution: var resolution }
            ? TextOf(resolution.Packages.Select(package => AnswerPackage.Of(package, resolution, "default")))
            : "";

    private async Task<string> AskAsync(ResolutionRequest request)
    {
        using var response = await SendAsync(
            HttpMethod.Post,
            Base + "resolve",
            new ByteArrayContent(new ResolveQuery(request).ToBytes())
        );
        var content = await response.Content.ReadAsByteArrayAsync(Token);
        Assert.True(ResolutionAnswer.TryRead(content, out var answer, out _));
        Assert.Contains(answer.Outcome, (AnswerOutcome[])[AnswerOutcome.Solved, AnswerOutcome.Unsatisfiable]);
        return TextOf(answer.Packages);
    }

    private static string TextOf(IEnumerable<AnswerPackage> packages)
    {
        var text = new StringBuilder();
        foreach (var package in packages.OrderBy(package => package.Name).ThenBy(package => package.Version))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{package.Name}=={package.Version} {package.Index} ; {package.Marker.ToText()} [{string.Join(',', package.Extras)}]"
            );
            text.Append(
                CultureInfo.InvariantCulture,
                $" <- {string.Join(',', package.Depends)}\n{package.Metadata}{Encoding.UTF8.GetString(package.Files.Span)}\n"
            );
        }

        return text.ToString();
    }

    private async Task<LevelSource.Known?> ReadPageAsync(PackageName project)
    {
        using var response = await GetAsync($"/simple/{project}/", ("Accept", Json));
        if ((int)response.StatusCode == 404)
            return null;
        var body = await response.Content.ReadAsByteArrayAsync(Token);
        Assert.True(ProjectPage.TryParseJson(body, PageOf(project), project, out var page, out _));
        return new LevelSource.Known(page, file => ReadMetadataAsync(project, file));
    }

    private async Task<LevelSource.Known?> ReadShardAsync(PackageName project)
    {
        var request = new ProjectsRequest { Projects = [new AskedProject(project, Have: null)] };
        var documents = await PostAsync(request);
        return documents.Count == 0 ? null : Read(documents.Single());
    }

    /// <summary>What was not predicted is asked for by itself.</summary>
    private Task<LevelSource.Known?> FromBatchAsync(
        Dictionary<PackageName, LevelSource.Known> batch,
        PackageName project
    ) =>
        batch.TryGetValue(project, out var known)
            ? Task.FromResult<LevelSource.Known?>(known)
            : shards.GetOrAdd(project, ReadShardAsync);

    private async Task<Dictionary<PackageName, LevelSource.Known>> ReadBatchAsync(ResolutionRequest request)
    {
        var requirements = request.Requirements.Select(root => root.Requirement);
        var closure = new AskedClosure([.. requirements]) { Target = request.Target };
        var documents = await PostAsync(new ProjectsRequest { Closure = closure });
        return documents.ToDictionary(
            content => Shard.TryRead(content, out var shard, out _) ? shard.Project : PackageName.Parse("none"),
            Read
        );
    }

    /// <summary>A shard. Metadata that the server did not have when it made it is asked for as ever.</summary>
    private LevelSource.Known Read(byte[] content)
    {
        Assert.True(Shard.TryRead(content, out var shard, out _));
        Assert.True(shard.TryReadPage(PageOf(shard.Project), out var page, out _));
        var numbers = shard.ReadMetadataNumbers();
        return new LevelSource.Known(
            page,
            file =>
                numbers.TryGetValue(file.FileName, out var number)
                    ? Task.FromResult<byte[]?>(shard.MetadataOf(number, file.Version))
                    : ReadMetadataAsync(shard.Project, file)
        );
    }

    private Task<byte[]?> ReadMetadataAsync(PackageName project, IndexFile file) =>
        metadata.GetOrAdd(file.FileName, name => DownloadAsync(FilePath(project.Value, name) + ".metadata"));

    private async Task<List<byte[]>> PostAsync(ProjectsRequest request)
    {
        using var response = await SendAsync(
            HttpMethod.Post,
            Base + "projects",
            new ByteArrayContent(request.ToBytes()),
            ("Accept", ProtocolNames.FramesType)
        );
        var reader = new FrameReader();
        reader.Append(await response.Content.ReadAsByteArrayAsync(Token));
        var documents = new List<byte[]>();
        while (reader.TryRead(out var document, out _))
            documents.Add(document);
        Assert.True(reader.IsComplete);
        return documents;
    }

    private static string PageOf(PackageName project) => $"http://index/simple/{project}/";
}
