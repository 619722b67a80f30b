using System.Globalization;
using Krait.Packaging.Requirements;
using Krait.Protocol.Batches;
using Krait.Protocol.Frames;
using Krait.Protocol.Resolving;
using Krait.Resolver.Requests;
using Krait.Testing;

namespace Krait.Server.Tests.Resolving;

/// <summary>A remembered answer is given as long as it is the right one, and no longer.</summary>
public sealed class MemoTests : ServerTest
{
    private const int Edits = 1000;
    private const int Projects = 10;

    private readonly Random chance = new(20261130);
    private readonly Dictionary<string, List<string>> versions = new(StringComparer.Ordinal);
    private int lastVersion = 1000;

    [Fact]
    public async Task Through_1000_changes_no_answer_is_outdated_and_none_is_worked_out_in_vain()
    {
        for (var i = 0; i < Projects; i++)
            AddVersion($"p{i}");
        var last = new Dictionary<int, ResolutionAnswer>();
        var kept = 0;
        for (var edit = 0; edit < Edits; edit++)
        {
            Change();
            Clock.Advance(TimeSpan.FromMinutes(11));
            var root = chance.Next(4);
            var before = await MetricAsync("krait_resolutions_total");
            var answer = await AskAsync(root);
            var wasKept = await MetricAsync("krait_resolutions_total") == before;
            // The same question in other words is another one, which nobody has an answer to.
            var fresh = await AskAsync(root, $"unrelated<{edit + 1}");

            Assert.Equal(fresh.Outcome, answer.Outcome);
            Assert.Equal<AnswerPackage>(fresh.Packages, answer.Packages);
            if (!wasKept && last.TryGetValue(root, out var old))
                Assert.True(await HasChangedAsync(old), $"change {edit}: nothing that was looked at has changed");
            last[root] = answer;
            kept += wasKept ? 1 : 0;
        }

        Assert.InRange(kept, Edits / 20, Edits * 19 / 20);
    }

    /// <summary>One change to the index: a version more, one less, one withdrawn, or a project that nothing needs.</summary>
    private void Change()
    {
        var project = $"p{chance.Next(Projects)}";
        var known = versions.GetValueOrDefault(project) ?? [];
        switch (chance.Next(5))
        {
            case 0 or 1 when known.Count < 5:
                AddVersion(project);
                break;
            case 2 when known.Count > 0:
                Upstream.Remove(project, known[0]);
                known.RemoveAt(0);
                break;
            case 3:
                AddVersion(project, yanked: "broken");
                break;
            default:
                Upstream.Add("other", $"1.{++lastVersion}");
                break;
        }
    }

    private void AddVersion(string project, string? yanked = null)
    {
        var version = string.Create(CultureInfo.InvariantCulture, $"1.{++lastVersion}");
        var wheel = new WheelBuilder(project, version);
        var own = int.Parse(project[1..], CultureInfo.InvariantCulture);
        for (var i = chance.Next(3); i > 0 && own + 1 < Projects; i--)
            wheel.Requires($"p{chance.Next(own + 1, Projects)}{(chance.Next(5) == 0 ? "<1.1005" : "")}");
        Upstream.Add(wheel, yanked);
        if (!versions.TryGetValue(project, out var known))
            versions[project] = known = [];
        known.Add(version);
    }

    /// <summary>Whether a shard that an answer depends on is another one now.</summary>
    private async Task<bool> HasChangedAsync(ResolutionAnswer answer)
    {
        var request = new ProjectsRequest
        {
            Projects = [.. answer.Consulted.Select(pair => new AskedProject(pair.Project, pair.Shard))],
        };
        using var response = await SendAsync(
            HttpMethod.Post,
            "/-/krait/v1/projects",
            new ByteArrayContent(request.ToBytes())
        );
        var reader = new FrameReader();
        reader.Append(await response.Content.ReadAsByteArrayAsync(Token));
        while (reader.TryRead(out _, out _))
            continue;
        Assert.True(reader.IsComplete);
        return reader.End?.Unchanged < answer.Consulted.Length;
    }

    private async Task<ResolutionAnswer> AskAsync(int root, string? constraint = null)
    {
        var request = Questions.Request(Questions.Linux, $"p{root}");
        if (constraint is not null)
            request = request with { Constraints = [new UserLimit(Requirement.Parse(constraint))] };
        using var response = await SendAsync(
            HttpMethod.Post,
            "/-/krait/v1/resolve",
            new ByteArrayContent(new ResolveQuery(request).ToBytes())
        );
        Assert.True(
            ResolutionAnswer.TryRead(await response.Content.ReadAsByteArrayAsync(Token), out var answer, out _)
        );
        return answer;
    }
}
