using System.Collections.Concurrent;
using System.Threading.Channels;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Versions;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Candidates;

/// <summary>
/// What was asked of the source, so that nothing is asked twice, and what is asked ahead of time: the page of every name that
/// becomes known, and the metadata of the version that would be chosen for it now. Guesses never fail and never decide. They are
/// made for the whole target, <paramref name="everything"/>: what one fork passes over, another takes.
/// </summary>
internal sealed class SourceMemory(
    IPackageSource source,
    CandidateSelector selector,
    PreferenceList preferences,
    PythonSupports supports,
    InstalledVersions installed,
    ForkEnvironment everything,
    LookaheadOptions lookahead,
    CancellationToken cancellationToken
)
{
    private readonly Dictionary<(PackageName Name, string? Index), Task<KnownVersions>> pages = [];
    private readonly ConcurrentDictionary<(PackageName Name, string? Index), KnownVersions> loaded = [];
    private readonly Dictionary<DirectReference, Task<DirectResponse>> direct = [];

    /// <summary>Made when something is waited for: a filled cache needs none.</summary>
    private readonly Lazy<Channel<(Candidate Candidate, CoreMetadata Metadata)>> arrivals = new(
        Channel.CreateUnbounded<(Candidate, CoreMetadata)>
    );
    private int metadataCount;

    /// <summary>Pages asked for.</summary>
    public int PageCount => pages.Count;

    /// <summary>Metadata asked for.</summary>
    public int MetadataCount => Volatile.Read(ref metadataCount);

    /// <summary>The metadata of versions that will probably be chosen, as it arrives.</summary>
    public ChannelReader<(Candidate Candidate, CoreMetadata Metadata)> Arrivals => arrivals.Value.Reader;

    /// <summary>The versions of a name that a fork may use.</summary>
    public Task<KnownVersions> VersionsOf(PackageName name, ForkEnvironment environment)
    {
        var key = (name, environment.IndexOf(name));
        if (!pages.TryGetValue(key, out var page))
            pages.Add(key, page = LoadAsync(key));
        return page;
    }

    /// <summary>The versions of a name that a fork may use, if they were asked for and are there.</summary>
    public KnownVersions? Peek(PackageName name, ForkEnvironment environment) =>
        loaded.GetValueOrDefault((name, environment.IndexOf(name)));

    /// <summary>The metadata of a version.</summary>
    public Task<DependenciesResponse> DependenciesOf(KnownVersions known, int index, Candidate candidate)
    {
        if (known.DependenciesAt(index) is { } asked)
            return asked;
        lock (known)
        {
            if (known.DependenciesAt(index) is { } askedMeanwhile)
                return askedMeanwhile;
            Interlocked.Increment(ref metadataCount);
            var task = source.GetDependenciesAsync(candidate, cancellationToken).AsTask();
            known.SetDependencies(index, task);
            return task;
        }
    }

    /// <summary>The answer of a request that is complete.</summary>
    public static T? ResultOf<T>(Task<T> task)
        where T : class
    {
        // Awaiting what is complete does not wait.
        var awaiter = task.ConfigureAwait(ConfigureAwaitOptions.None).GetAwaiter();
        return task.IsCompletedSuccessfully ? awaiter.GetResult() : null;
    }

    /// <summary>What stands behind a URL or path.</summary>
    public Task<DirectResponse> DirectOf(DirectReference reference)
    {
        if (!direct.TryGetValue(reference, out var response))
            direct.Add(reference, response = source.GetDirectAsync(reference, cancellationToken).AsTask());
        return response;
    }

    /// <summary>
    /// A name will be decided soon, within a range: asks for its page, and for the metadata of its best version. What is installed and
    /// fits is asked about nowhere.
    /// </summary>
    public void Expect(PackageName name, VersionRanges range, ForkEnvironment environment)
    {
        if (!lookahead.AsksEarly || installed.Find(name, range) is not null)
            return;
        source.Expect(name, environment.IndexOf(name), range);
        var page = VersionsOf(name, environment);
        var order = selector.OrderFor(name, environment, preferences);
        if (Peek(name, environment) is { } known)
            Guess(known, range, order);
        else if (!page.IsCompleted)
            _ = GuessAsync(page, range, order);
    }

    /// <summary>
    /// The version that suits all Pythons, as far as pages tell, or -1: what the target is too old for is passed over.
    /// </summary>
    public int Likely(KnownVersions known, VersionRanges range, SelectionOrder order)
    {
        foreach (var (index, suitsAll, _) in Choices(known, range, order))
        {
            if (suitsAll)
                return index;
        }

        return -1;
    }

    /// <summary>Asks for the metadata of the given version, if it was not asked for.</summary>
    public void Guess(KnownVersions known, int index)
    {
        if (known.DependenciesAt(index) is null && known.CandidateAt(index) is { Wheel: not null } candidate)
            _ = DependenciesOf(known, index, candidate);
    }

    private async Task<KnownVersions> LoadAsync((PackageName Name, string? Index) key)
    {
        var response = await source.GetVersionsAsync(key.Name, key.Index, cancellationToken);
        var known = new KnownVersions(key.Name, response);
        loaded[key] = known;
        return known;
    }

    /// <summary>
    /// One environment takes the first version that its Python is new enough for. A resolution for all Pythons may fork at each
    /// version that runs on older ones than those before it, and use them all.
    /// </summary>
    private void Guess(KnownVersions known, VersionRanges range, SelectionOrder order)
    {
        Version? oldest = null;
        var left = lookahead.MetadataDepth;
        if (left == 0)
            return;
        foreach (var (index, suitsAll, python) in Choices(known, range, order))
        {
            var isStep = everything.IsUniversal && (oldest is null || python?.CompareTo(oldest) < 0);
            if (suitsAll || isStep)
            {
                Guess(known, index);
                if (lookahead.FollowsArrivals && known.DependenciesAt(index) is { IsCompleted: false } request)
                    _ = AnnounceAsync(known.CandidateAt(index)!, request); // what is asked about has a candidate
            }

            if (suitsAll && --left == 0)
                return;
            if (isStep)
                oldest = python;
        }
    }

    /// <summary>
    /// The versions of a range in the order in which they would be tried, whether each suits all Pythons, and the lowest that it suits.
    /// </summary>
    private IEnumerable<(int Index, bool SuitsAll, Version? Python)> Choices(
        KnownVersions known,
        VersionRanges range,
        SelectionOrder order
    )
    {
        while (selector.Select(known, range, order) is >= 0 and var index)
        {
            var support = known.CandidateAt(index) is { } candidate ? supports.Of(candidate) : null;
            yield return (index, support?.Allows(everything) != false, support?.Lower);
            range = range.Except(known.CellOf(index));
        }
    }

    private async Task AnnounceAsync(Candidate candidate, Task<DependenciesResponse> request)
    {
        await ((Task)request).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
        );
        if (ResultOf(request) is DependenciesResponse.Found found)
            arrivals.Value.Writer.TryWrite((candidate, found.Metadata));
    }

    private async Task GuessAsync(Task<KnownVersions> page, VersionRanges range, SelectionOrder order)
    {
        // A page that cannot be obtained is an error for whoever needs it, which a guess does not.
        await ((Task)page).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
        );
        if (page.IsCompletedSuccessfully)
            Guess(await page, range, order);
    }
}
