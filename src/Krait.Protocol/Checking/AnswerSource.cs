using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Protocol.Resolving;
using Krait.Resolver.Candidates;

namespace Krait.Protocol.Checking;

/// <summary>
/// A resolver's view of an answer: the versions that it chose and no others, but for projects that the client knows by itself, which have all
/// their versions. A question that neither can answer is a doubt: the answer may be right, and this client cannot tell.
/// </summary>
internal sealed class AnswerSource : IPackageSource
{
    private readonly Dictionary<PackageName, IndexedPage> pages = [];
    private readonly Dictionary<(PackageName, Version), CoreMetadata> metadata = [];
    private readonly IKnownProjects known;

    private AnswerSource(IKnownProjects known) => this.known = known;

    /// <summary>What the resolver asked that nobody can answer here.</summary>
    public string? Doubt { get; private set; }

    /// <summary>Reads the files and the metadata of an answer, and compares them with what is known otherwise.</summary>
    /// <returns>The source, or null and the reason why the answer cannot be right.</returns>
    public static AnswerSource? TryCreate(ResolutionAnswer answer, IKnownProjects known, out string? problem)
    {
        var source = new AnswerSource(known);
        problem = null;
        foreach (var versions in answer.Packages.GroupBy(package => package.Name))
        {
            problem = source.Add(versions.Key, [.. versions]);
            if (problem is not null)
                return null;
        }

        return source;
    }

    /// <inheritdoc/>
    public ValueTask<VersionsResponse> GetVersionsAsync(
        PackageName name,
        string? index,
        CancellationToken cancellationToken
    )
    {
        if (!pages.TryGetValue(name, out var page) && known.PageOf(name) is { } own)
            pages.Add(name, page = new IndexedPage("known", own));
        if (page is not null)
            return ValueTask.FromResult<VersionsResponse>(new VersionsResponse.Found([page]));
        Doubt ??= $"`{name}` is required, and is not in the answer";
        return ValueTask.FromResult<VersionsResponse>(new VersionsResponse.NotFound([]));
    }

    /// <inheritdoc/>
    public ValueTask<DependenciesResponse> GetDependenciesAsync(
        Candidate candidate,
        CancellationToken cancellationToken
    )
    {
        if (metadata.TryGetValue((candidate.Name, candidate.Version), out var stated))
            return ValueTask.FromResult<DependenciesResponse>(new DependenciesResponse.Found(stated));
        if ((candidate.Wheel ?? candidate.Sdist) is { } file && known.MetadataOf(file) is { } own)
            return ValueTask.FromResult<DependenciesResponse>(new DependenciesResponse.Found(own));
        Doubt ??= $"`{candidate}` was skipped, and the answer does not say why";
        var reason = new Diagnostic("not-in-answer", $"`{candidate}` is not in the answer");
        return ValueTask.FromResult<DependenciesResponse>(new DependenciesResponse.Unavailable(reason));
    }

    /// <inheritdoc/>
    public VersionsResponse.Found? Recall(PackageName name, string? index) => null;

    /// <inheritdoc/>
    public CoreMetadata? Recall(Candidate candidate) => null;

    /// <inheritdoc/>
    public ValueTask<DirectResponse> GetDirectAsync(DirectReference reference, CancellationToken cancellationToken)
    {
        Doubt ??= $"`{reference.Url}` is required, and no answer can hold it";
        var reason = new Diagnostic("not-in-answer", $"`{reference.Name}` is not in the answer");
        return ValueTask.FromResult<DirectResponse>(new DirectResponse.Unavailable(reason));
    }

    /// <inheritdoc/>
    public void Expect(PackageName name, string? index, VersionRanges range) { }

    /// <summary>Takes the versions of a project.</summary>
    /// <returns>Why they cannot be right.</returns>
    private string? Add(PackageName name, ImmutableArray<AnswerPackage> versions)
    {
        if (versions.DistinctBy(package => package.Version).Count() < versions.Length)
            return $"`{name}` is in the answer twice with the same version";
        if (Read(name, versions) is not { } page)
            return $"the files of `{name}` cannot be read";
        foreach (var package in versions)
        {
            if (page.IndexOf(package.Version) < 0)
                return $"`{name}` {package.Version} has no files";
            if (MetadataOf(package) is not { } stated)
                return $"the metadata of `{name}` {package.Version} cannot be read";
            metadata.Add((name, package.Version), stated);
        }

        if (page.SkippedCount > 0 || page.VersionCount != versions.Length)
            return $"`{name}` has files that are not those of its version";
        if (Differing(page) is { } problem)
            return problem;
        pages.Add(name, new IndexedPage(versions[0].Index, known.PageOf(name) ?? page));
        return null;
    }

    private static ProjectPage? Read(PackageName name, ImmutableArray<AnswerPackage> versions)
    {
        var json = new ArrayBufferWriter<byte>();
        json.Write("{\"files\":["u8);
        var isFirst = true;
        foreach (var package in versions)
        {
            var inner = package.Files.Span[1..^1];
            if (inner.IsEmpty)
                continue;
            if (!isFirst)
                json.Write(","u8);
            json.Write(inner);
            isFirst = false;
        }

        json.Write("]}"u8);
        return ProjectPage.TryParseJson(json.WrittenSpan, "https://answer.invalid/", name, out var page, out _)
            ? page
            : null;
    }

    private static CoreMetadata? MetadataOf(AnswerPackage package)
    {
        var text = $"Name: {package.Name}\nVersion: {package.Version}\n{package.Metadata}";
        return CoreMetadata.TryParse(Encoding.UTF8.GetBytes(text), out var metadata, out _) ? metadata : null;
    }

    /// <summary>What the client knows otherwise of a file, or would not accept of any.</summary>
    private string? Differing(ProjectPage page)
    {
        var own = known.PageOf(PackageName.Parse(page.ProjectName));
        for (var i = 0; i < page.FileCount; i++)
        {
            var file = page.FileAt(i);
            if (file.Hash is not { IsSecure: true } hash || file.HashProblem is not null)
                return $"`{file}` has no SHA-256 digest";
            if (own is null)
                continue;
            if (Find(own, file) is not { } listed)
                return $"the index does not list `{file}`";
            if (!hash.Equals(listed.Hash) || file.IsYanked != listed.IsYanked || file.UploadTime != listed.UploadTime)
                return $"the index says something else of `{file}`";
            if (!string.Equals(file.RequiresPythonText, listed.RequiresPythonText, StringComparison.Ordinal))
                return $"the index says something else of `{file}`";
            if (known.MetadataOf(listed) is { } right && !IsSame(right, metadata[(right.Name, right.Version)]))
                return $"the metadata of `{file}` says something else";
        }

        return null;
    }

    private static IndexFile? Find(ProjectPage page, IndexFile file)
    {
        var version = page.IndexOf(file.Version);
        if (version < 0)
            return null;
        var (start, count) = page.FilesOf(version);
        for (var i = start; i < start + count; i++)
        {
            if (string.Equals(page.FileAt(i).FileName, file.FileName, StringComparison.Ordinal))
                return page.FileAt(i);
        }

        return null;
    }

    /// <summary>Whether metadata says the same to a resolver.</summary>
    private static bool IsSame(CoreMetadata one, CoreMetadata other) =>
        Equals(one.RequiresPython, other.RequiresPython)
        && one.RequiresDist.ToHashSet().SetEquals(other.RequiresDist)
        && one.ProvidesExtra.ToHashSet().SetEquals(other.ProvidesExtra);
}
