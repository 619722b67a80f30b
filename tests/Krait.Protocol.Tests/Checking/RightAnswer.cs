using System.Collections.Immutable;
using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Protocol.Checking;
using Krait.Protocol.Content;
using Krait.Protocol.Resolving;
using Krait.Protocol.Tests.Fakes;
using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

namespace Krait.Protocol.Tests.Checking;

/// <summary>A world with one of everything that rules are about, a question, and its right answer.</summary>
internal sealed class RightAnswer(ResolutionTarget target) : IKnownProjects
{
    private static readonly DateTimeOffset Cutoff = DateTimeOffset.UnixEpoch.AddDays(20_000);

    public static DateTimeOffset Now { get; } = Cutoff.AddDays(30);

    /// <summary>Projects that the client knows by itself; all others it takes from the answer.</summary>
    public ImmutableHashSet<PackageName> Known { get; init; } = [];

    public World World { get; } =
        new World()
            .Add(new WorldFile("app", "1.0") { Requires = ["web"] })
            .Add(
                new WorldFile("app", "2.0")
                {
                    Requires =
                    [
                        "web[fast]>=2",
                        "logs<3",
                        "winonly ; sys_platform == 'win32'",
                        "tool ; python_version >= '3.12'",
                    ],
                }
            )
            .Add(new WorldFile("app", "3.0") { Requires = ["web"], UploadTime = "2026-01-01T00:00:00Z" })
            .Add(new WorldFile("web", "1.9"))
            .Add(new WorldFile("web", "2.0") { Extras = ["fast"] })
            .Add(new WorldFile("web", "2.1") { Extras = ["fast"], Requires = ["loop>=1 ; extra == 'fast'", "core"] })
            .Add(new WorldFile("web", "2.2") { Extras = ["fast"], IsYanked = true })
            .Add("logs", "1.0", "core")
            .Add("logs", "2.0", "core<5", "junk")
            .Add("logs", "3.0")
            .Add("core", "3.0")
            .Add("core", "4.0")
            .Add("core", "5.0")
            .Add(new WorldFile("loop", "1.0") { Tags = "cp312-cp312-manylinux_2_17_x86_64" })
            .Add(new WorldFile("loop", "1.1") { Tags = "cp312-cp312-manylinux_2_17_x86_64" })
            .Add(new WorldFile("loop", "1.2") { Tags = "cp312-cp312-win_amd64" })
            .Add(new WorldFile("tool", "1.0") { Python = ">=3.8", Requires = ["pinned"] })
            .Add(new WorldFile("tool", "1.1") { Python = ">=3.8", Requires = ["pinned"] })
            .Add(new WorldFile("tool", "2.0") { Python = ">=3.13" })
            .Add(new WorldFile("pinned", "1.0"))
            .Add(new WorldFile("pinned", "1.1"))
            .Add(new WorldFile("pinned", "2.0a1"))
            .Add("winonly", "1.0")
            .Add("junk", "1.0");

    public ResolveQuery Query { get; } =
        new(
            Questions.Request("app", "pinned") with
            {
                Target = target,
                Constraints = [Requirement.Parse("core<5")],
                Overrides = [Requirement.Parse("pinned<2")],
                Excludes = [PackageName.Parse("junk")],
                Cutoff = new UploadCutoff(Cutoff),
            }
        )
        {
            Indexes = ["public", "team"],
            Pins = ImmutableSortedDictionary<PackageName, string>.Empty.Add(PackageName.Parse("loop"), "team"),
        };

    public ProjectPage? PageOf(PackageName project) => Known.Contains(project) ? World.ReadPage(project).Page : null;

    public CoreMetadata? MetadataOf(IndexFile file) => World.ReadMetadata(file);

    public async Task<ResolutionAnswer> AnswerAsync()
    {
        var outcome = await new PythonResolver(World).ResolveAsync(
            Query.Request,
            TestContext.Current.CancellationToken
        );
        var resolution = Assert.IsType<ResolutionOutcome.Solved>(outcome).Resolution;
        return new ResolutionAnswer(Query.Digest, AnswerOutcome.Solved)
        {
            Serial = 100,
            Time = Now.AddMinutes(-1),
            Packages =
            [
                .. resolution.Packages.Select(package =>
                    AnswerPackage.Of(package, resolution, package.Name.Value == "loop" ? "team" : "public")
                ),
            ],
            Consulted = [.. World.Projects.Select(name => (name, ContentDigest.Of(World.ShardOf(name))))],
        };
    }

    /// <summary>The package of an answer for another version of the same project.</summary>
    public AnswerPackage Package(AnswerPackage like, Version version)
    {
        var page = World.ReadPage(like.Name).Page;
        var (start, _) = page.FilesOf(page.IndexOf(version));
        var file = page.FileAt(start);
        var own = World.ReadMetadata(file);
        var lines = own.RequiresDist.Select(requirement => $"Requires-Dist: {requirement}\n");
        var extras = own.ProvidesExtra.Select(extra => $"Provides-Extra: {extra}\n");
        var python = own.RequiresPython is { } specifiers ? $"Requires-Python: {specifiers}\n" : "";
        return like with
        {
            Version = version,
            Metadata = $"Metadata-Version: 2.3\n{python}{string.Concat(lines)}{string.Concat(extras)}\n",
            Files = CanonicalJson.Write(writer =>
            {
                writer.WriteStartArray();
                Krait.Protocol.Shards.FileEntry.Write(writer, file);
                writer.WriteEndArray();
            }),
        };
    }

    public Task<CheckedAnswer> CheckAsync(ResolutionAnswer answer) =>
        new ResolutionCheck(Query, this) { LastSerial = 90, Now = Now }.RunAsync(
            answer,
            TestContext.Current.CancellationToken
        );
}
