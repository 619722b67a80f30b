using System.Collections.Immutable;
using System.Text;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Concurrency;
using Krait.Protocol.Batches;
using Krait.Protocol.Content;
using Krait.Protocol.Resolving;
using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Server.Caching;
using Krait.Server.Views;

namespace Krait.Server.Resolving;

/// <summary>
/// Resolves with what a view has, and remembers the answers. A remembered answer holds exactly as long as none of the shards that were
/// looked at has changed.
/// </summary>
/// <param name="renderer">Makes pages.</param>
/// <param name="shards">Makes shards.</param>
/// <param name="shared">Where other servers find the answers, too; null for nowhere.</param>
/// <param name="clock">The time.</param>
internal sealed class ResolveService(PageRenderer renderer, ShardService shards, IMemoStore? shared, TimeProvider clock)
    : IDisposable
{
    private const long MemoCapacity = 32 * 1024 * 1024;
    private const int LongestQueue = 32;

    /// <summary>An index that changes all the time is answered from all the same, and the answer is not kept.</summary>
    private const int MostAttempts = 3;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(60);

    private readonly BoundedCache<string, Memo> memos = new(MemoCapacity, memo => memo.Size);

    private readonly SingleFlight<string, Answered> flights = new(comparer: StringComparer.Ordinal);
    private readonly SemaphoreSlim turns = new(Environment.ProcessorCount);
    private int waiting;
    private long hits;
    private long solves;

    /// <summary>How often a remembered answer held.</summary>
    public long Hits => Interlocked.Read(ref hits);

    /// <summary>How often something was resolved.</summary>
    public long Solves => Interlocked.Read(ref solves);

    /// <summary>Answers a question: once for all who ask the same at the same time.</summary>
    /// <exception cref="KraitException">Too many are waiting already.</exception>
    public Task<Answered> AnswerAsync(View view, ResolveQuery query, CancellationToken cancellationToken)
    {
        var digest = query.Digest;
        return flights.RunAsync(
            KeyOf(view, digest),
            (key, token) => AnswerAsync(view, query.Request, digest, key, token),
            cancellationToken
        );
    }

    /// <summary>The remembered answer to a question, as it was when it was worked out, if it still holds; null where there is none.</summary>
    public async Task<Answered?> RecallAsync(View view, ContentDigest question, CancellationToken cancellationToken)
    {
        if (await FindMemoAsync(view, KeyOf(view, question), cancellationToken) is not { } memo)
            return null;
        Interlocked.Increment(ref hits);
        return new Answered(memo, memo.Answer.Time);
    }

    /// <summary>Under what an answer is remembered: views have different packages.</summary>
    private static string KeyOf(View view, ContentDigest question) => $"{view.Name} {question.Hex}";

    private async Task<Answered> AnswerAsync(
        View view,
        ResolutionRequest request,
        ContentDigest digest,
        string key,
        CancellationToken cancellationToken
    )
    {
        if (await FindMemoAsync(view, key, cancellationToken) is { } known)
        {
            Interlocked.Increment(ref hits);
            return new Answered(known, clock.GetUtcNow());
        }

        for (var attempts = 1; ; attempts++)
        {
            var (outcome, source, problem) = await SolveAsync(view, request, cancellationToken);
            var (consulted, areThoseUsed) = await ShardsOfAsync(view, source, cancellationToken);
            // A page that has changed since it was looked at would be named as the reason of an answer that it is not.
            if (!areThoseUsed && attempts < MostAttempts)
                continue;
            var answer = Compose(digest, outcome, problem, view) with
            {
                Consulted = consulted,
                Snapshot = SnapshotOf(consulted),
                Serial = view.Members.Sum(member => member.Projects.Serial),
                Time = clock.GetUtcNow(),
            };
            var memo = new Memo(answer, [.. source.Absent]);
            if (areThoseUsed && answer.Outcome is (AnswerOutcome.Solved or AnswerOutcome.Unsatisfiable))
                await KeepAsync(key, memo, cancellationToken);
            return new Answered(memo, answer.Time);
        }
    }

    /// <summary>A remembered answer that still holds.</summary>
    private async Task<Memo?> FindMemoAsync(View view, string key, CancellationToken cancellationToken)
    {
        if (memos.TryGet(key, out var own) && await StillHoldsAsync(view, own, cancellationToken))
            return own;
        if (shared is null || await shared.TryReadAsync(key, cancellationToken) is not { } other)
            return null;
        if (!await StillHoldsAsync(view, other, cancellationToken))
            return null;
        memos.Set(key, other);
        return other;
    }

    private async Task KeepAsync(string key, Memo memo, CancellationToken cancellationToken)
    {
        memos.Set(key, memo);
        if (shared is not null)
            await shared.WriteAsync(key, memo, cancellationToken);
    }

    /// <summary>The projects that requirements are likely to need: all that resolving them looks at, or has looked at if it is remembered.</summary>
    public async Task<ImmutableArray<PackageName>> PredictAsync(
        View view,
        AskedClosure closure,
        CancellationToken cancellationToken
    )
    {
        if (closure.Target is not { } target)
            return [.. closure.Requirements.Select(requirement => requirement.Name).Distinct()];
        var request = new ResolutionRequest
        {
            Requirements =
            [
                .. closure
                    .Requirements.Where(requirement => requirement.Url is null)
                    .Select(requirement => new RootRequirement(requirement)),
            ],
            Target = target,
        };
        var answered = await AnswerAsync(view, new ResolveQuery(request), cancellationToken);
        return [.. answered.Memo.Answer.Consulted.Select(consulted => consulted.Project)];
    }

    /// <inheritdoc/>
    public void Dispose() => turns.Dispose();

    private async Task<(ResolutionOutcome? Outcome, ViewSource Source, Exception? Problem)> SolveAsync(
        View view,
        ResolutionRequest request,
        CancellationToken cancellationToken
    )
    {
        var source = new ViewSource(view, renderer);
        if (Interlocked.Increment(ref waiting) > LongestQueue + Environment.ProcessorCount)
        {
            Interlocked.Decrement(ref waiting);
            throw new KraitException(new Diagnostic("busy", "too many resolutions are waiting"))
            {
                Kind = FailureKind.Unavailable,
            };
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Budget);
        try
        {
            await turns.WaitAsync(limit.Token);
            try
            {
                Interlocked.Increment(ref solves);
                var outcome = await Task.Run(
                    () => new PythonResolver(source).ResolveAsync(request, limit.Token),
                    limit.Token
                );
                return (outcome, source, null);
            }
            finally
            {
                turns.Release();
            }
        }
        catch (Exception e)
            when (e is UnresolvableException or KraitException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return (null, source, e);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    private static ResolutionAnswer Compose(
        ContentDigest digest,
        ResolutionOutcome? outcome,
        Exception? problem,
        View view
    ) =>
        (outcome, problem) switch
        {
            (ResolutionOutcome.Solved { Resolution: var resolution }, _) => new ResolutionAnswer(
                digest,
                AnswerOutcome.Solved
            )
            {
                Packages =
                [
                    .. resolution
                        .Packages.Select(package => AnswerPackage.Of(package, resolution, view.Name))
                        .OrderBy(package => package.Name)
                        .ThenBy(package => package.Version),
                ],
            },
            (not null, _) => new ResolutionAnswer(digest, AnswerOutcome.Unsatisfiable)
            {
                Reason = "no versions satisfy all requirements",
            },
            (_, UnresolvableException { Sdist: { } sdist } needed) => new ResolutionAnswer(
                digest,
                AnswerOutcome.NeedsBuild
            )
            {
                Builds = ContentDigest.TryParse(sdist.Hash?.Hex, out var hash) ? [(needed.Project, hash)] : [],
            },
            _ => new ResolutionAnswer(digest, AnswerOutcome.OverBudget)
            {
                Reason = problem is KraitException or UnresolvableException ? problem.Message : "it took too long",
            },
        };

    private async Task<bool> StillHoldsAsync(View view, Memo memo, CancellationToken cancellationToken)
    {
        foreach (var project in memo.Absent)
        {
            if (await view.FindAsync(project, cancellationToken) is not null)
                return false;
        }

        foreach (var (project, digest) in memo.Answer.Consulted)
        {
            var listing = await view.FindAsync(project, cancellationToken);
            if (listing is null || (await shards.MakeAsync(view, listing, cancellationToken))?.Digest != digest)
                return false;
        }

        return true;
    }

    /// <summary>The shards of what was looked at, and whether they are still about the same files.</summary>
    private async Task<(ImmutableArray<(PackageName, ContentDigest)> Shards, bool AreThoseUsed)> ShardsOfAsync(
        View view,
        ViewSource source,
        CancellationToken cancellationToken
    )
    {
        var found = ImmutableArray.CreateBuilder<(PackageName, ContentDigest)>();
        var areThoseUsed = true;
        foreach (var (project, used) in source.Consulted.OrderBy(pair => pair.Key))
        {
            var listing = await view.FindAsync(project, cancellationToken);
            areThoseUsed &= listing?.OffersTheSameAs(used) is true;
            if (listing is not null && await shards.MakeAsync(view, listing, cancellationToken) is { } shard)
                found.Add((project, shard.Digest));
        }

        return (found.ToImmutable(), areThoseUsed);
    }

    private static ContentDigest SnapshotOf(ImmutableArray<(PackageName Project, ContentDigest Shard)> consulted)
    {
        var lines = consulted.Select(pair => $"{pair.Project} {pair.Shard.Hex}\n");
        return ContentDigest.Of(Encoding.UTF8.GetBytes(string.Concat(lines)));
    }
}
