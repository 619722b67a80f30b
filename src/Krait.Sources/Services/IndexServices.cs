using System.Diagnostics;
using Krait.Index;
using Krait.Index.Services;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Protocol.Batches;
using Krait.Protocol.Checking;
using Krait.Protocol.Content;
using Krait.Protocol.Discovery;
using Krait.Protocol.Frames;
using Krait.Protocol.Resolving;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Sources.Prediction;

namespace Krait.Sources.Services;

/// <summary>
/// The help of an index that can send many projects, or all that a resolution needs, in one answer. The index says in its pages that it can;
/// then it is asked, once, while pages are requested as usual. Where the user says that it can, it is asked at once, together with a single
/// page. What it sends takes the place of pages and metadata, from the same index, so that the resolver here comes to the same result with it
/// as without. Whatever goes wrong is as if the index had not offered anything.
/// </summary>
/// <param name="client">The connection to the indexes.</param>
/// <param name="settings">Which indexes there are. The first is asked: a later one must not learn what the first may have.</param>
/// <param name="choice">Whether anybody is asked.</param>
/// <param name="clock">The clock by which answers age.</param>
public sealed class IndexServices(IndexClient client, IndexSettings settings, ResolverChoice choice, TimeProvider clock)
{
    /// <summary>A slower index than this is not waited for.</summary>
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ShortestPatience = TimeSpan.FromMilliseconds(50);

    private readonly IndexLocation? index =
        choice is ResolverChoice.Local ? null : settings.Indexes.FirstOrDefault(IsPaged);

    private readonly Lock gate = new();
    private ResolutionRequest? request;
    private Lazy<bool>? isForeseen;
    private CancellationToken run;
    private long began;
    private bool wasAsked;
    private bool hasAll;
    private volatile Offer? announced;
    private Delivery? delivery;
    private ResolutionAnswer? answer;

    /// <summary>Receives what is requested and the outcome, in words; null if nobody reads it.</summary>
    public Action<string>? Watch { get; init; }

    /// <summary>
    /// Notes what is about to be resolved. From now on the index is asked as soon as it says that it can be; where the user says so, it is asked
    /// now, and has answered when this ends.
    /// </summary>
    /// <param name="resolving">The request.</param>
    /// <param name="cancellationToken">Ends what is asked.</param>
    /// <returns>The request to resolve: the same, without guesses where nothing is left to guess.</returns>
    public async ValueTask<ResolutionRequest> BeginAsync(
        ResolutionRequest resolving,
        CancellationToken cancellationToken
    )
    {
        Begin(resolving, cancellationToken);
        if (choice is not ResolverChoice.Server)
            return resolving;
        if (TryAskAtOnce(resolving) is { } coming)
            await coming.Over.WaitAsync(cancellationToken);
        return hasAll
            ? resolving with
            {
                Expected = [],
                Lookahead = resolving.Lookahead with { Predicts = false },
            }
            : resolving;
    }

    private void Begin(ResolutionRequest resolving, CancellationToken cancellationToken)
    {
        if (index is null)
            return;
        bool isFirst;
        lock (gate)
        {
            // What failed or was sent in this run is not asked for again.
            if (wasAsked || client.HasLostService(index))
                return;
            isFirst = request is null;
            (request, run, began) = (resolving, cancellationToken, Stopwatch.GetTimestamp());
            // Each page of an index that can help leads to this question, and no page of others does.
            isForeseen = new Lazy<bool>(() => IsForeseen(resolving));
        }

        if (isFirst)
            client.Watch(Observe);
    }

    /// <summary>Asks nothing more: the connection outlives a resolution, and its pages are no longer of interest.</summary>
    public void End()
    {
        if (index is not null)
            client.Unwatch(Observe);
    }

    /// <summary>Waits for what may be on its way, before a page or the metadata of a project is asked for.</summary>
    internal Task ReadyAsync(IndexLocation location, PackageName project, CancellationToken cancellationToken) =>
        delivery is { } coming && ReferenceEquals(location, index)
            ? coming.WaitAsync(project, cancellationToken)
            : Task.CompletedTask;

    /// <summary>Compares the answer of the index, if there was one, with the result. The result counts; a difference is worth a note.</summary>
    /// <param name="resolved">The request; the answer may be to an earlier one of the same step.</param>
    /// <param name="outcome">The result.</param>
    public void Compare(ResolutionRequest resolved, ResolutionOutcome outcome)
    {
        if (
            answer is not { Outcome: AnswerOutcome.Solved } solved
            || outcome is not ResolutionOutcome.Solved own
            || !ReferenceEquals(resolved, request)
        )
        {
            return;
        }

        Watch?.Invoke(
            ResolutionCheck.FindDifference(solved, own.Resolution) is { } difference
                ? $"The answer of {index} was not used: {difference}"
                : $"The answer of {index} was confirmed"
        );
    }

    private static bool IsPaged(IndexLocation location) => location.Kind is IndexKind.Simple && !location.Url.IsFile;

    /// <summary>Starts asking when a page says that the index can be asked.</summary>
    private void Observe(IndexLocation location, SafeUrl url, ReadOnlySpan<byte> page)
    {
        if (announced is not null || !ReferenceEquals(location, index))
            return;
        if (ServiceDescription.FindInPage(page) is not { } description)
            return;
        if (choice is ResolverChoice.Auto && isForeseen?.Value is true)
            return;
        // An index speaks for itself only.
        if (!url.TryResolve(description.Base, out var address, out _) || address.Origin != location.Url.Origin)
            return;
        var offer = announced = new Offer(location, address, description);
        if (TryClaim(choice is ResolverChoice.Server ? null : Patience()) is not { } coming || request is null)
            return;
        client.Unwatch(Observe);
        _ = AskAsync(offer, request, coming);
    }

    /// <summary>
    /// Whether all packages are in the table of well-known ones: then pages and metadata come in as many round trips as the answer of a service
    /// would, and cost less to read.
    /// </summary>
    private bool IsForeseen(ResolutionRequest resolving) =>
        resolving.Lookahead is { AsksEarly: true, Predicts: true }
        && Wanted(resolving).All(root => KnownPackages.Default.Knows(root.Name));

    /// <summary>Makes sure that whoever asks is the only one.</summary>
    private Delivery? TryClaim(TimeSpan? patience)
    {
        lock (gate)
        {
            if (wasAsked || request is null)
                return null;
            wasAsked = true;
            return delivery = new Delivery(patience);
        }
    }

    /// <summary>
    /// Asks at the usual place, without waiting for a page that says so. One page is requested with it: it says for how long pages may be kept,
    /// and where the service is if it is elsewhere. Where the cache has the pages to begin with, nobody is asked.
    /// </summary>
    private Delivery? TryAskAtOnce(ResolutionRequest resolving)
    {
        if (index is null || client.IsOffline || client.HasLostService(index))
            return null;
        var wanted = Wanted(resolving)
            .Select(requirement => requirement.Name)
            .FirstOrDefault(name => !client.TryGetFreshPage(index, name, out _));
        if (wanted is null)
            return null;
        var place = index.Url.Below(wanted.Value);
        if (!place.TryResolve("../../" + ProtocolNames.BasePath, out var address, out _))
            return null;
        if (TryClaim(patience: null) is not { } coming)
            return null;
        var usual = new Offer(index, address, new ServiceDescription(address.Canonical, ProtocolNames.Engine));
        _ = AskAtOnceAsync(usual, wanted, resolving, coming);
        return coming;
    }

    private async Task AskAtOnceAsync(Offer usual, PackageName wanted, ResolutionRequest resolving, Delivery coming)
    {
        var page = client.GetPageAsync(usual.Location, wanted, run);
        await HelpAsync(
            usual.Location,
            coming,
            async () =>
            {
                var isWhole = AllowsWhole(usual, resolving);
                var isEnough = isWhole
                    ? await TryResolveAsync(usual, resolving, coming)
                    : await FetchAsync(usual, resolving, coming);
                if (isEnough)
                    return true;
                await page;
                if (announced is not { } there)
                    return false;
                var isElsewhere = !string.Equals(
                    there.Address.Canonical,
                    usual.Address.Canonical,
                    StringComparison.Ordinal
                );
                return (isElsewhere && await TryResolveAsync(there, resolving, coming))
                    || ((isElsewhere || isWhole) && await FetchAsync(there, resolving, coming));
            }
        );
        client.Unwatch(Observe);
        // Whoever needs the page is told what is wrong with it.
        await ((Task)page).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private TimeSpan Patience()
    {
        var elapsed = Stopwatch.GetElapsedTime(began);
        return elapsed < ShortestPatience ? ShortestPatience
            : elapsed > LongestPatience ? LongestPatience
            : elapsed;
    }

    private async Task AskAsync(Offer offer, ResolutionRequest resolving, Delivery coming)
    {
        // Whoever waits for the page goes on first.
        await Task.Yield();
        await HelpAsync(
            offer.Location,
            coming,
            async () => await TryResolveAsync(offer, resolving, coming) || await FetchAsync(offer, resolving, coming)
        );
    }

    /// <summary>Asks, and notes what becomes of it.</summary>
    private async Task HelpAsync(IndexLocation location, Delivery coming, Func<Task<bool>> askAsync)
    {
        try
        {
            if (!await askAsync())
                client.LoseService(location);
        }
        catch (Exception e) when (e is KraitException or OperationCanceledException)
        {
            client.LoseService(location);
            Watch?.Invoke($"{location} offered to help, but failed: {Words(e)}");
        }
        finally
        {
            coming.End();
        }
    }

    private static string Words(Exception failure) =>
        failure is KraitException { Diagnostic.Message: var message } ? message : "the result was no longer needed";

    /// <summary>Whether an index may be asked for a whole resolution: what it resolves, it resolves with its own packages only.</summary>
    private bool AllowsWhole(Offer offer, ResolutionRequest resolving) =>
        offer.Description.CanResolve
        && settings is { Indexes.Length: 1, FindLinks.IsEmpty: true, Pinned.IsEmpty: true }
        && ResolveQuery.UnsupportedPart(resolving) is null;

    /// <summary>The requirements that this index has the packages of, as far as is known.</summary>
    private IEnumerable<Requirement> Wanted(ResolutionRequest resolving)
    {
        // A package that comes from another index is no business of this one.
        var elsewhere = Elsewhere(resolving);
        return resolving
            .Requirements.Where(root => root.Requirement.Url is null && !elsewhere.Contains(root.Requirement.Name))
            .Select(root => root.Requirement);
    }

    private HashSet<PackageName> Elsewhere(ResolutionRequest resolving) =>
        resolving.IndexPins.Select(pin => pin.Name).Concat(settings.Pinned.Keys).ToHashSet();

    /// <summary>Asks for the whole resolution, and for all that is needed to come to it here.</summary>
    private async Task<bool> TryResolveAsync(Offer offer, ResolutionRequest resolving, Delivery coming)
    {
        if (!AllowsWhole(offer, resolving))
            return false;
        var (location, address) = (offer.Location, offer.Address);
        var query = new ResolveQuery(resolving);
        var body = query.ToBytes();
        if (body.Length > ProtocolLimits.RequestBytes || !address.TryResolve("resolve", out var url, out _))
            return false;
        var asked = new ServiceRequest(url, location.Url, ProtocolNames.ResolveType, body, ProtocolNames.FramesType);
        var check = new ResolutionCheck(query, NothingKnown.Instance) { Now = clock.GetUtcNow() };
        return await ReadAsync(location, asked, coming, document => TakeAnswer(document, check));
    }

    /// <summary>Asks for the shards that the requirements are likely to need.</summary>
    private async Task<bool> FetchAsync(Offer offer, ResolutionRequest resolving, Delivery coming)
    {
        var (location, address) = (offer.Location, offer.Address);
        var elsewhere = Elsewhere(resolving);
        var expected = resolving.Expected.Where(name => !elsewhere.Contains(name)).Distinct();
        var asked = new ProjectsRequest
        {
            Projects = [.. expected.Select(name => new AskedProject(name, Have: null))],
            Closure = new AskedClosure([.. Wanted(resolving)]) { Target = resolving.Target },
        };
        var body = asked.ToBytes();
        if (body.Length > ProtocolLimits.RequestBytes || !address.TryResolve("projects", out var url, out _))
            return false;
        coming.NoteProgress();
        return await ReadAsync(
            location,
            new ServiceRequest(url, location.Url, ProtocolNames.ProjectsType, body, ProtocolNames.FramesType),
            coming,
            first: null
        );
    }

    /// <summary>Reads the frames of an answer as they arrive; what is no shard is left out.</summary>
    /// <param name="location">The index.</param>
    /// <param name="asked">The request.</param>
    /// <param name="coming">Told of what arrives.</param>
    /// <param name="first">Takes the first frame where that is not a shard, and says whether the others are wanted.</param>
    /// <returns>Whether something was of use.</returns>
    private async Task<bool> ReadAsync(
        IndexLocation location,
        ServiceRequest asked,
        Delivery coming,
        Func<byte[], bool>? first
    )
    {
        var reader = new FrameReader();
        await using var shards = new ShardReaders(client, location, coming);
        var status = await client.AskServiceAsync(
            asked,
            received =>
            {
                coming.NoteProgress();
                reader.Append(received.Span);
                while (reader.TryRead(out var document, out _))
                {
                    if (first is not null)
                    {
                        if (!first(document))
                            return false;
                        first = null;
                    }
                    else if (!shards.Read(document))
                    {
                        return false;
                    }
                }

                return reader.Error is null;
            },
            run
        );
        var frames = await shards.FinishAsync();
        hasAll = reader.IsComplete;
        Watch?.Invoke(
            hasAll
                ? $"{location} sent {frames} projects in one answer"
                : $"{location} offered to help, but sent only {frames} projects (status {status}): {reader.Error?.Message ?? "the response was cut short"}"
        );
        return status == 200 && frames > 0;
    }

    /// <summary>Whether an answer is to the question: then its shards are what the question needs.</summary>
    private bool TakeAnswer(byte[] document, ResolutionCheck check)
    {
        if (!ResolutionAnswer.TryRead(document, out var read, out _))
            return false;
        // Of an answer without a solution the shards are as useful: the resolver here finds out why there is none.
        if (read.Outcome is AnswerOutcome.Solved && check.FindProblem(read) is not null)
            return false;
        answer = read;
        return true;
    }

    /// <summary>A service, and where it is.</summary>
    private sealed record Offer(IndexLocation Location, SafeUrl Address, ServiceDescription Description);
}
