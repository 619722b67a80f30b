using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Krait.Index;
using Krait.Index.Metadata;
using Krait.Index.SimpleApi;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Platform.Concurrency;
using Krait.Resolver.Candidates;
using Krait.Sources.Prediction;
using Krait.Sources.Services;

namespace Krait.Sources;

/// <summary>
/// What the resolver asks, answered by indexes. Each name and each file is asked for once; what is expected to be asked is fetched
/// ahead, and a failure of that is nobody's error until somebody needs the answer.
/// </summary>
/// <param name="client">The connection to the indexes.</param>
/// <param name="settings">Which indexes there are.</param>
/// <param name="direct">What stands behind URLs and paths.</param>
/// <param name="run">The run's token: work that nobody waits for ends with it.</param>
public sealed class IndexPackageSource(
    IndexClient client,
    IndexSettings settings,
    IDirectSource direct,
    CancellationToken run
) : IPackageSource
{
    private readonly SingleFlight<Question, VersionsResponse> versions = new(keepResults: true);
    private readonly ConcurrentDictionary<ProjectPage, IndexLocation> locations = new(
        ReferenceEqualityComparer.Instance
    );

    /// <summary>Called with each name that indexes are asked about, from any thread.</summary>
    public Action<PackageName>? Asking { get; init; }

    /// <summary>What is in source distributions; null where nothing is built.</summary>
    public ISourceDistributions? Sdists { get; init; }

    /// <summary>The help of an index that sends many projects in one answer; null where none is asked.</summary>
    public IndexServices? Services { get; init; }

    /// <summary>The digests that the user allows, by name; null where none are checked.</summary>
    public ImmutableDictionary<PackageName, ImmutableArray<FileHash>>? Allowed { get; init; }

    /// <summary>Called with each page on which entries were skipped, from any thread.</summary>
    public Action<IndexedPage>? Skipping { get; init; }

    /// <summary>The place that a page came from.</summary>
    /// <exception cref="KeyNotFoundException">The page is not of this source.</exception>
    public IndexLocation LocationOf(ProjectPage page) => locations[page];

    /// <summary>What the index said of a file that a resolution asked about; null where it did not ask.</summary>
    public PromisedMetadata? PromisedBy(IndexFile file, ProjectPage page) =>
        client.TryGetCachedMetadata(file, LocationOf(page), out var answer) && answer is MetadataResponse.Found found
            ? new PromisedMetadata(file, LocationOf(page), found.Metadata)
            : null;

    /// <inheritdoc/>
    public ValueTask<VersionsResponse> GetVersionsAsync(
        PackageName name,
        string? index,
        CancellationToken cancellationToken
    ) =>
        TryAnswer(new Question(name, index), out var known)
            ? ValueTask.FromResult(known)
            : new ValueTask<VersionsResponse>(
                versions.RunAsync(
                    new Question(name, index),
                    (question, _) => FindVersionsAsync(question),
                    cancellationToken
                )
            );

    /// <inheritdoc/>
    public void Expect(PackageName name, string? index, VersionRanges range)
    {
        var asked = new Question(name, index);
        if (!TryAnswer(asked, out _))
            _ = ObserveAsync(versions.RunAsync(asked, (question, _) => FindVersionsAsync(question), run));
    }

    /// <inheritdoc/>
    public ValueTask<DependenciesResponse> GetDependenciesAsync(
        Candidate candidate,
        CancellationToken cancellationToken
    )
    {
        if (candidate.Page is not { } indexed || (candidate.Wheel ?? candidate.Sdist) is not { } file)
        {
            return ValueTask.FromResult<DependenciesResponse>(
                new DependenciesResponse.Unavailable(NeedsBuild(candidate))
            );
        }

        var location = locations[indexed.Page];
        if (!file.IsWheel)
        {
            return new ValueTask<DependenciesResponse>(
                DescribeSdistAsync(candidate, file, location, cancellationToken)
            );
        }

        return client.TryGetCachedMetadata(file, location, out var known)
            ? ValueTask.FromResult(ToResponse(candidate, known))
            : new ValueTask<DependenciesResponse>(FetchDependenciesAsync(candidate, file, location, cancellationToken));
    }

    /// <inheritdoc/>
    public VersionsResponse.Found? Recall(PackageName name, string? index)
    {
        foreach (var location in settings.Of(name, index).Locations)
        {
            if (!client.TryRecallPage(location, name, out var page))
                continue;
            locations[page] = location;
            return new VersionsResponse.Found([new IndexedPage(location.ToString(), page)]);
        }

        return null;
    }

    /// <inheritdoc/>
    public CoreMetadata? Recall(Candidate candidate)
    {
        if (candidate is { Page: { } page, Wheel: null, Sdist: { } sdist })
            return Sdists?.Recall(sdist, locations[page.Page]);
        return
            candidate is { Page: { } indexed, Wheel: { } file }
            && client.TryGetCachedMetadata(file, locations[indexed.Page], out var known)
            && known is MetadataResponse.Found found
            ? found.Metadata
            : null;
    }

    /// <inheritdoc/>
    public IEnumerable<Requirement> Presume(PackageName name, ExtraName? extra) =>
        KnownPackages.Default.RequirementsOf(name, extra);

    /// <inheritdoc/>
    public ValueTask<DirectResponse> GetDirectAsync(DirectReference reference, CancellationToken cancellationToken) =>
        new(direct.DescribeAsync(reference, cancellationToken));

    private async Task<DependenciesResponse> FetchDependenciesAsync(
        Candidate candidate,
        IndexFile file,
        IndexLocation location,
        CancellationToken cancellationToken
    )
    {
        await ReadyAsync(location, candidate.Name, cancellationToken);
        return ToResponse(candidate, await client.GetMetadataAsync(file, location, cancellationToken));
    }

    private Task ReadyAsync(IndexLocation location, PackageName name, CancellationToken cancellationToken) =>
        Services is { } services ? services.ReadyAsync(location, name, cancellationToken) : Task.CompletedTask;

    /// <summary>What an index states of a source distribution counts where building it could not say anything else; else it is built.</summary>
    private async Task<DependenciesResponse> DescribeSdistAsync(
        Candidate candidate,
        IndexFile file,
        IndexLocation location,
        CancellationToken cancellationToken
    )
    {
        if (file.HasMetadataFile)
            await ReadyAsync(location, candidate.Name, cancellationToken);
        if (
            file.HasMetadataFile
            && await client.GetMetadataAsync(file, location, cancellationToken)
                is MetadataResponse.Found { Metadata.IsStatic: true } stated
        )
        {
            return new DependenciesResponse.Found(stated.Metadata);
        }

        if (Sdists is null)
            return new DependenciesResponse.Unavailable(NeedsBuild(candidate));
        var allowed = Allowed?.GetValueOrDefault(candidate.Name, []) ?? [];
        return await Sdists.DescribeAsync(file, location, allowed, cancellationToken);
    }

    private static DependenciesResponse ToResponse(Candidate candidate, MetadataResponse answer) =>
        answer switch
        {
            MetadataResponse.Found found => new DependenciesResponse.Found(found.Metadata),
            MetadataResponse.Unavailable unavailable => new DependenciesResponse.Unavailable(unavailable.Reason),
            MetadataResponse.Offline => new DependenciesResponse.Offline(),
            _ => new DependenciesResponse.Unavailable(NeedsBuild(candidate)),
        };

    private static Diagnostic NeedsBuild(Candidate candidate) =>
        WheelsOnly.Refuse($"`{candidate}`, a source distribution,");

    /// <summary>
    /// The warm path: a name that was asked about before, or whose page of the only index is in the cache, costs neither a task nor
    /// another thread.
    /// </summary>
    private bool TryAnswer(Question question, [NotNullWhen(true)] out VersionsResponse? answer)
    {
        if (versions.TryGet(question, out answer))
            return true;
        var indexes = settings.Of(question.Name, question.Index);
        var isSimple = settings.FindLinks.IsEmpty && indexes.Locations.Length == 1;
        if (!isSimple || !client.TryGetFreshPage(indexes.Locations[0], question.Name, out var page))
            return false;
        answer = ToResponse(question, indexes, [(indexes.Locations[0], page)]);
        versions.TryAdd(question, answer);
        return true;
    }

    private async Task<VersionsResponse> FindVersionsAsync(Question question)
    {
        Asking?.Invoke(question.Name);
        var indexes = settings.Of(question.Name, question.Index);
        var links = settings.FindLinks.Select(location => AskAsync(location, question)).ToList();
        var answers =
            indexes.Strategy == IndexStrategy.FirstIndex
                ? await AskInTurnAsync(indexes, question)
                : [.. await Task.WhenAll(indexes.Locations.Select(location => AskAsync(location, question)))];
        answers.InsertRange(0, await Task.WhenAll(links));
        return ToResponse(question, indexes, answers);
    }

    private async Task<(IndexLocation Location, PageResponse Page)> AskAsync(IndexLocation location, Question question)
    {
        await ReadyAsync(location, question.Name, run);
        return (location, await client.GetPageAsync(location, question.Name, run));
    }

    /// <summary>Asks one index after the other: a later one must not even learn the name of a private package.</summary>
    private async Task<List<(IndexLocation Location, PageResponse Page)>> AskInTurnAsync(
        PackageIndexes indexes,
        Question question
    )
    {
        var answers = new List<(IndexLocation Location, PageResponse Page)>();
        foreach (var location in indexes.Locations)
        {
            answers.Add(await AskAsync(location, question));
            if (answers[^1].Page is not PageResponse.NotFound)
                break;
        }

        return answers;
    }

    private VersionsResponse ToResponse(
        Question question,
        PackageIndexes indexes,
        List<(IndexLocation Location, PageResponse Page)> answers
    )
    {
        var pages = ImmutableArray.CreateBuilder<IndexedPage>();
        VersionsResponse? refusal = null;
        foreach (var (location, answer) in answers)
        {
            switch (answer)
            {
                case PageResponse.Found found:
                    locations[found.Page] = location;
                    var indexed = new IndexedPage(location.ToString(), found.Page)
                    {
                        Address = location.Url.ToString(),
                        Needs = indexes.NeedOf(location),
                        IsShared = location.Kind is IndexKind.FindLinks,
                    };
                    if (indexed.Page.SkippedCount > 0)
                        Skipping?.Invoke(indexed);
                    pages.Add(indexed);
                    break;
                case PageResponse.Unauthorized:
                    refusal = new VersionsResponse.Denied(location.ToString(), 401);
                    break;
                case PageResponse.Forbidden:
                    refusal = new VersionsResponse.Denied(location.ToString(), 403);
                    break;
                case PageResponse.Offline:
                    refusal ??= new VersionsResponse.Offline();
                    break;
            }
        }

        // Who is refused by one place does not take what another one has: it may be another project's.
        if (pages.Count > 0 && refusal is not VersionsResponse.Denied)
            return Found(indexes, pages.ToImmutable(), answers.Count);
        if (refusal is not null)
            return refusal;
        return settings.Indexes.IsEmpty && settings.FindLinks.IsEmpty
            ? new VersionsResponse.NoIndex()
            : new VersionsResponse.NotFound([.. answers.Select(answer => answer.Location.ToString())]);
    }

    private VersionsResponse.Found Found(PackageIndexes indexes, ImmutableArray<IndexedPage> pages, int asked) =>
        new(pages)
        {
            IsFirstMatch = indexes.Strategy == IndexStrategy.UnsafeFirstMatch,
            HiddenIndexes =
                indexes.Strategy == IndexStrategy.FirstIndex
                    ?
                    [
                        .. indexes
                            .Locations.Skip(asked - settings.FindLinks.Length)
                            .Select(location => location.ToString()),
                    ]
                    : [],
        };

    /// <summary>Nobody may ever await a fetch that was made ahead; whoever needs its answer gets its failure then.</summary>
    private static async Task ObserveAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception failure) when (failure is KraitException or OperationCanceledException)
        {
            // Told to those who ask.
        }
    }

    /// <summary>A project, and the one index that is asked about it where it is not those that the strategy says.</summary>
    private readonly record struct Question(PackageName Name, string? Index);
}
