using System.Runtime.CompilerServices;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Resolver.Tests.Fakes;

namespace Krait.Resolver.Tests.Reporting;

/// <summary>
/// What a newcomer reads when there is no solution: the cases of `conflicts.txt`, a line of the request and then the answer.
/// `KRAIT_SNAPSHOTS=overwrite` renews the answers.
/// </summary>
public sealed class ConflictTests
{
    private static readonly string MessagesFile = Path.Combine(Folder(), "conflicts.txt");

    [Fact]
    public async Task Says_why_there_is_no_solution()
    {
        var expected = await ReadBlocksAsync();
        var actual = new List<string>();
        foreach (var block in expected)
        {
            var request = block.Split('\n')[0];
            actual.Add($"{request}\n{await Solve.AnswerAsync(ConflictIndex.Create(), Parse(request[2..]))}");
        }

        if (Environment.GetEnvironmentVariable("KRAIT_SNAPSHOTS") == "overwrite")
        {
            var text = string.Join("\n\n", actual) + "\n";
            await File.WriteAllTextAsync(MessagesFile, text, TestContext.Current.CancellationToken);
        }
        else
        {
            Assert.Equal(expected, actual);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Says_the_same_whatever_arrives_late(int seed)
    {
        var random = new Random(seed);
        foreach (var block in await ReadBlocksAsync())
        {
            var (request, answer) = (block.Split('\n')[0], block[(block.IndexOf('\n') + 1)..]);
            var index = ConflictIndex.Create(() =>
                Task.Delay(random.Next(4) * 3, TestContext.Current.CancellationToken)
            );
            Assert.Equal(answer, await Solve.AnswerAsync(index, Parse(request[2..])));
        }
    }

    private static async Task<string[]> ReadBlocksAsync()
    {
        var text = await File.ReadAllTextAsync(MessagesFile, TestContext.Current.CancellationToken);
        return text.ReplaceLineEndings("\n").Trim().Split("\n\n");
    }

    /// <summary>`app, lib&lt;2 --only-binary`</summary>
    private static ResolutionRequest Parse(string text)
    {
        var words = text.Split(" --");
        var request = Solve.Request(words[0].Split(", "));
        foreach (var option in words.Skip(1))
            request = Apply(request, option.Split(' ', 2));
        return request;
    }

    private static ResolutionRequest Apply(ResolutionRequest request, string[] option) =>
        option[0] switch
        {
            "universal" => request with { Target = Solve.ForAll(option[1]).Target },
            "only-binary" => request with { Files = new FilePolicy { NoBuild = true } },
            "no-binary" => request with { Files = new FilePolicy { NoBinary = true } },
            "no-prereleases" => request with { Prereleases = new PrereleasePolicy(PrereleaseMode.Disallow) },
            "exclude-newer" => request with { Cutoff = new UploadCutoff(DateTimeOffset.Parse(option[1])) },
            "constraint" => request with
            {
                Constraints = [.. request.Constraints, Limit(request.Constraints.Length, option[1])],
            },
            "override" => request with
            {
                Overrides = [.. request.Overrides, Limit(request.Overrides.Length, option[1])],
            },
            "hash-of" => request with { RequiredHashes = Hashes(option[1]) },
            "file" => request with
            {
                Requirements =
                [
                    .. request.Requirements.Select(
                        (root, i) => root with { Origin = new RequirementOrigin.InFile(option[1], i + 1) }
                    ),
                ],
            },
            _ => throw new FormatException(option[0]),
        };

    private static UserLimit Limit(int others, string text) => new(Requirement.Parse(text), $"limits.txt:{others + 1}");

    private static System.Collections.Immutable.ImmutableDictionary<
        PackageName,
        System.Collections.Immutable.ImmutableArray<Packaging.Distributions.FileHash>
    > Hashes(string name)
    {
        var hash = Packaging.Distributions.FileHash.Create(
            Packaging.Distributions.HashAlgorithm.Sha256,
            [.. new byte[31], 1]
        );
        return System.Collections.Immutable.ImmutableDictionary<
            PackageName,
            System.Collections.Immutable.ImmutableArray<Packaging.Distributions.FileHash>
        >.Empty.Add(PackageName.Parse(name), [hash]);
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!; // of this very file
}
