using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Protocol.Shards;
using Krait.Resolver.Candidates;

namespace Krait.Protocol.Tests.Fakes;

/// <summary>Projects in memory, as pages and METADATA, and as a source for the resolver.</summary>
internal sealed class World : IPackageSource
{
    private readonly SortedDictionary<string, List<WorldFile>> files = new(StringComparer.Ordinal);
    private readonly Dictionary<PackageName, IndexedPage> pages = [];

    public IEnumerable<PackageName> Projects => files.Keys.Select(PackageName.Parse);

    /// <summary>Adds a version with one wheel.</summary>
    public World Add(string name, string version, params string[] requires) =>
        Add(new WorldFile(name, version) { Requires = requires });

    public World Add(WorldFile file)
    {
        if (!files.TryGetValue(file.Name, out var list))
            files.Add(file.Name, list = []);
        list.Add(file);
        return this;
    }

    public byte[] PageOf(PackageName project) =>
        Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["files"] = new JsonArray([.. files[project.Value].Select(file => file.ToJson())]),
                ["meta"] = new JsonObject { ["api-version"] = "1.4" },
                ["name"] = project.Value,
            }.ToJsonString()
        );

    public ReadOnlyMemory<byte>? MetadataOf(PackageName project, string fileName) =>
        files[project.Value].Find(file => file.FileName == fileName)?.Metadata();

    public byte[] ShardOf(PackageName project) =>
        ShardWriter.TryWrite(project, PageOf(project), name => MetadataOf(project, name), out var shard, out var error)
            ? shard
            : throw new InvalidDataException(error.Message);

    public IndexedPage ReadPage(PackageName project)
    {
        if (!pages.TryGetValue(project, out var page))
        {
            var isRead = ProjectPage.TryParseJson(
                PageOf(project),
                $"https://index.test/simple/{project}/",
                project,
                out var parsed,
                out var error
            );
            pages.Add(
                project,
                page = new IndexedPage("public", isRead ? parsed! : throw new InvalidDataException(error!.Message))
            );
        }

        return page;
    }

    public CoreMetadata ReadMetadata(IndexFile file) =>
        CoreMetadata.TryParse(
            MetadataOf(PackageName.Parse(file.Page.ProjectName), file.FileName)!.Value.Span,
            out var metadata,
            out _
        )
            ? metadata
            : throw new InvalidDataException();

    public ValueTask<VersionsResponse> GetVersionsAsync(
        PackageName name,
        string? index,
        CancellationToken cancellationToken
    ) =>
        ValueTask.FromResult<VersionsResponse>(
            files.ContainsKey(name.Value)
                ? new VersionsResponse.Found([ReadPage(name)])
                : new VersionsResponse.NotFound(["public"])
        );

    public ValueTask<DependenciesResponse> GetDependenciesAsync(
        Candidate candidate,
        CancellationToken cancellationToken
    ) =>
        ValueTask.FromResult<DependenciesResponse>(
            (candidate.Wheel ?? candidate.Sdist) is { } file
                ? new DependenciesResponse.Found(ReadMetadata(file))
                : new DependenciesResponse.Unavailable(new Diagnostic("none", "there is no file"))
        );

    public VersionsResponse.Found? Recall(PackageName name, string? index) => null;

    public CoreMetadata? Recall(Candidate candidate) => null;

    public ValueTask<DirectResponse> GetDirectAsync(DirectReference reference, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public void Expect(PackageName name, string? index, VersionRanges range) { }
}

/// <summary>A wheel of a <see cref="World"/>.</summary>
internal sealed record WorldFile(string Name, string Version)
{
    public IReadOnlyList<string> Requires { get; init; } = [];

    public IReadOnlyList<string> Extras { get; init; } = [];

    public string Tags { get; init; } = "py3-none-any";

    public string? Python { get; init; }

    public bool IsYanked { get; init; }

    public string UploadTime { get; init; } = "2024-03-24T00:00:00.123456Z";

    public string FileName => $"{Name.Replace('-', '_')}-{Version}-{Tags}.whl";

    public byte[] Metadata()
    {
        var text = new StringBuilder(
            $"Metadata-Version: 2.3\nName: {Name}\nVersion: {Version}\nSummary: of {Version}\n"
        );
        if (Python is not null)
            text.Append($"Requires-Python: {Python}\n");
        foreach (var extra in Extras)
            text.Append($"Provides-Extra: {extra}\n");
        foreach (var requirement in Requires)
            text.Append($"Requires-Dist: {requirement}\n");
        return Encoding.UTF8.GetBytes(text.Append("\nA description.\nVersion: 9\n").ToString());
    }

    public JsonObject ToJson()
    {
        var file = new JsonObject
        {
            ["filename"] = FileName,
            ["url"] = $"../../files/{FileName}",
            ["hashes"] = new JsonObject { ["sha256"] = Hex(Encoding.UTF8.GetBytes(FileName)) },
            ["size"] = 1234,
            ["upload-time"] = UploadTime,
            ["core-metadata"] = new JsonObject { ["sha256"] = Hex(Metadata()) },
            ["yanked"] = IsYanked,
        };
        if (Python is not null)
            file["requires-python"] = Python;
        return file;
    }

    private static string Hex(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
