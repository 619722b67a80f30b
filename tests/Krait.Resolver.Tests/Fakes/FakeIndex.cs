using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Resolver.Candidates;

namespace Krait.Resolver.Tests.Fakes;

/// <summary>
/// An index in memory: <c>new FakeIndex().Add("a", "1.0", "b&lt;2")</c>. Answers at once, or in a shuffled order, and remembers
/// what it was asked.
/// </summary>
internal sealed class FakeIndex : IPackageSource
{
    private readonly Dictionary<string, List<FakeVersion>> versions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FakeIndex> named = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<PackageName, VersionsResponse> pages = [];
    private readonly List<FakeIndex> others = [];
    private string label = "fake";
    private readonly Dictionary<string, FakeVersion> direct = new(StringComparer.Ordinal);

    public FakeIndex() { }

    /// <summary>The same versions.</summary>
    public FakeIndex(FakeIndex other) => (versions, named) = (other.versions, other.named);

    /// <summary>Pages that were asked for, in order.</summary>
    public ConcurrentQueue<string> PagesAsked { get; } = [];

    /// <summary>Metadata that was asked for, in order.</summary>
    public ConcurrentQueue<string> MetadataAsked { get; } = [];

    /// <summary>Before each answer; the default does not wait.</summary>
    public Func<Task>? Delay { get; init; }

    /// <summary>Before each page; the default does not wait.</summary>
    public Func<PackageName, Task>? PageDelay { get; init; }

    /// <summary>What this index was the last time; null where nothing is remembered.</summary>
    public FakeIndex? Earlier { get; init; }

    /// <summary>What packages (`a`, `a[extra]`) are known to require.</summary>
    public Dictionary<string, string[]> Presumed { get; } = new(StringComparer.Ordinal);

    /// <summary>What all versions here need of the machine.</summary>
    public SystemNeed? Needs { get; init; }

    /// <summary>What is said of names that are not here.</summary>
    public Func<PackageName, VersionsResponse> Unknown { get; init; } = _ => new VersionsResponse.NotFound(["fake"]);

    public FakeIndex Add(string name, string version, params string[] requires) =>
        Add(new FakeVersion(name, version) { Requires = requires });

    public FakeIndex Add(FakeVersion version)
    {
        var name = PackageName.Parse(version.Name).Value;
        if (!versions.TryGetValue(name, out var list))
            versions.Add(name, list = []);
        list.Add(version);
        return this;
    }

    /// <summary>Whether the indexes beside this one are one pool with it; else the first that has a version decides.</summary>
    public bool IsPooled { get; init; }

    /// <summary>Another index beside this one, for what is pinned to it.</summary>
    public FakeIndex With(string name, FakeIndex other)
    {
        other.label = name;
        named.Add(name, other);
        return this;
    }

    /// <summary>Another index that is asked beside this one, after it, about everything.</summary>
    public FakeIndex Beside(string name, FakeIndex other)
    {
        others.Add(other);
        return With(name, other);
    }

    public FakeIndex AddDirect(string url, string name, string version, params string[] requires) =>
        AddDirect(url, new FakeVersion(name, version) { Requires = requires });

    public FakeIndex AddDirect(string url, FakeVersion version)
    {
        direct.Add(url, version);
        return this;
    }

    public async ValueTask<VersionsResponse> GetVersionsAsync(
        PackageName name,
        string? index,
        CancellationToken cancellationToken
    )
    {
        if (index is not null)
            return await named[index].GetVersionsAsync(name, index: null, cancellationToken);
        PagesAsked.Enqueue(name.Value);
        if (Delay is not null)
            await Delay();
        if (PageDelay is not null)
            await PageDelay(name);
        return pages.GetOrAdd(name, PageOf);
    }

    public async ValueTask<DependenciesResponse> GetDependenciesAsync(
        Candidate candidate,
        CancellationToken cancellationToken
    )
    {
        if (named.GetValueOrDefault(candidate.Page?.Index ?? "") is { } other)
            return await other.GetDependenciesAsync(candidate, cancellationToken);
        MetadataAsked.Enqueue(candidate.ToString());
        if (Delay is not null)
            await Delay();
        var version = versions[candidate.Name.Value].Find(IsOf(candidate))!;
        if (version.Problem is { } problem)
            return new DependenciesResponse.Unavailable(new Diagnostic("fake-problem", problem));
        return new DependenciesResponse.Found(MetadataOf(version));
    }

    public VersionsResponse.Found? Recall(PackageName name, string? index) =>
        Earlier?.PageOf(name) as VersionsResponse.Found;

    public CoreMetadata? Recall(Candidate candidate) =>
        Earlier?.versions.GetValueOrDefault(candidate.Name.Value)?.Find(IsOf(candidate)) is { } version
            ? MetadataOf(version)
            : null;

    public IEnumerable<Requirement> Presume(PackageName name, ExtraName? extra) =>
        Presumed.GetValueOrDefault(extra is null ? name.Value : $"{name}[{extra}]", []).Select(Requirement.Parse);

    public ValueTask<DirectResponse> GetDirectAsync(DirectReference reference, CancellationToken cancellationToken)
    {
        if (!direct.TryGetValue(reference.Url, out var version))
        {
            var reason = new Diagnostic("fake-missing", $"`{reference.Url}` does not exist");
            return ValueTask.FromResult<DirectResponse>(new DirectResponse.Unavailable(reason));
        }

        return ValueTask.FromResult<DirectResponse>(
            new DirectResponse.Found(Version.Parse(version.Version), MetadataOf(version))
        );
    }

    public void Expect(PackageName name, string? index, VersionRanges range) { }

    private static Predicate<FakeVersion> IsOf(Candidate candidate) =>
        version => Version.Parse(version.Version).Equals(candidate.Version);

    private VersionsResponse PageOf(PackageName name)
    {
        ImmutableArray<IndexedPage> all =
        [
            .. OwnPageOf(name) is { } own ? [own] : Array.Empty<IndexedPage>(),
            .. others.Select(other => other.OwnPageOf(name)).OfType<IndexedPage>(),
        ];
        return all.IsEmpty
            ? Unknown(name)
            : new VersionsResponse.Found(all) { IsFirstMatch = others.Count > 0 && !IsPooled };
    }

    private IndexedPage? OwnPageOf(PackageName name)
    {
        if (!versions.TryGetValue(name.Value, out var list))
            return null;
        var files = new JsonArray();
        foreach (var version in list)
        {
            foreach (var file in version.Files())
                files.Add(file);
        }

        var page = new JsonObject
        {
            ["meta"] = new JsonObject { ["api-version"] = "1.1" },
            ["name"] = name.Value,
            ["files"] = files,
        };
        var body = Encoding.UTF8.GetBytes(page.ToJsonString(new JsonSerializerOptions { MaxDepth = 16 }));
        return ProjectPage.TryParseJson(body, $"http://fake/simple/{name}/", name, out var parsed, out var error)
            ? new IndexedPage(label, parsed) { Needs = Needs }
            : throw new InvalidDataException(error.Message);
    }

    private static CoreMetadata MetadataOf(FakeVersion version) =>
        CoreMetadata.TryParse(Encoding.UTF8.GetBytes(version.MetadataText()), out var metadata, out var error)
            ? metadata
            : throw new InvalidDataException(error.Message);
}
