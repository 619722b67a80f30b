using Krait.Index.Mirroring;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Concurrency;
using Krait.Server.Activity;
using Krait.Server.Caching;
using Krait.Server.Pages;
using Krait.Server.Storage;

namespace Krait.Server.Spaces;

/// <summary>Requests pages of an upstream: each one once at a time for all who wait, and to the end even if nobody waits any more.</summary>
internal sealed class PageRefresh(
    UpstreamClient client,
    IProjectStore projects,
    DocumentStore documents,
    StoreParts store,
    ProxyOptions options,
    ActivityLog activity,
    TimeProvider clock,
    CancellationToken stopping
)
{
    private const int RememberedAbsences = 100_000;

    private readonly SingleFlight<PackageName, ProjectState> flights = new();
    private readonly BoundedCache<PackageName, ProjectState> absent = new(RememberedAbsences, _ => 1);
    private readonly BoundedCache<PackageName, DateTimeOffset> failed = new(RememberedAbsences, _ => 1);
    private long conflicts;

    /// <summary>How many files were refused because their digest was not the one first seen.</summary>
    public long Conflicts => Interlocked.Read(ref conflicts);

    /// <summary>What is known of a project, or of its absence.</summary>
    public async ValueTask<ProjectState?> FindAsync(PackageName project, CancellationToken cancellationToken) =>
        await projects.FindAsync(project, cancellationToken) ?? (absent.TryGet(project, out var state) ? state : null);

    /// <summary>Whether the upstream has failed so lately that it is not asked again yet.</summary>
    public bool IsResting(PackageName project) =>
        failed.TryGet(project, out var since) && clock.GetUtcNow() - since < options.RestAfterFailure;

    /// <summary>Asks, or joins who is asking.</summary>
    /// <param name="project">The project.</param>
    /// <param name="seen">What the caller has; where there is news since, that is the answer.</param>
    public Task<ProjectState> RunAsync(PackageName project, ProjectState? seen) =>
        flights.RunAsync(
            project,
            (_, _) => store.Work.RunAsync(() => FetchAsync(project, seen)),
            // Whoever gives up waits no longer, but the page is fetched for the next one.
            stopping
        );

    private async Task<ProjectState> FetchAsync(PackageName project, ProjectState? seen)
    {
        var news = default(ProjectState);
        try
        {
            // Another server may be asking, or may just have asked.
            await using var turn = await store.Turns.TakeAsync(
                $"page {projects.Space} {project}",
                async token =>
                {
                    news =
                        await projects.FindNewestAsync(project, token)
                        ?? (absent.TryGet(project, out var nothing) ? nothing : null);
                    return news is not null && news.Fetched != seen?.Fetched;
                },
                stopping
            );
            var state = turn is null && news is not null ? news : await AskAsync(project);
            failed.Forget(project);
            return state;
        }
        catch
        {
            failed.Set(project, clock.GetUtcNow());
            throw;
        }
    }

    private async Task<ProjectState> AskAsync(PackageName project)
    {
        var old = await projects.FindAsync(project, stopping);
        var document = old?.Document is { } id ? await documents.FindAsync(id, project, stopping) : null;
        // Without the page itself there is nothing that could still hold.
        var known =
            document is null || old is null ? null : new UpstreamPolicy(old.ETag, old.LastModified, old.FreshFor);
        var answer = await activity.TimeAsync(() => client.GetPageAsync(options.Upstream, project, known, stopping));
        var now = clock.GetUtcNow();
        return answer switch
        {
            UpstreamAnswer.Found found => await TakeAsync(project, document, found, now),
            UpstreamAnswer.Unchanged unchanged => await projects.RenewAsync(
                project,
                state => Keep(state, unchanged.Policy, now),
                stopping
            ),
            _ => await LoseAsync(project, document, now),
        };
    }

    private ProjectState Keep(ProjectState state, UpstreamPolicy policy, DateTimeOffset now) =>
        state with
        {
            ETag = policy.ETag,
            LastModified = policy.LastModified,
            Fetched = now,
            FreshFor = Limit(policy.FreshFor),
        };

    private async Task<ProjectState> TakeAsync(
        PackageName project,
        ProjectDocument? old,
        UpstreamAnswer.Found found,
        DateTimeOffset now
    )
    {
        var sent = Read(project, found);
        var outcome = default(DocumentMerge.Outcome);
        var state = await projects.ChangeAsync(
            project,
            isDurable: false,
            async state =>
            {
                outcome = DocumentMerge.Apply(old, state, sent, now);
                var document = await documents.WriteAsync(outcome.Document, isDurable: false, stopping);
                return Keep(outcome.State, found.Policy, now) with { Document = document };
            },
            stopping
        );
        absent.Forget(project);
        Interlocked.Add(ref conflicts, outcome?.Conflicts.Length ?? 0);
        return state;
    }

    private static ProjectDocument Read(PackageName project, UpstreamAnswer.Found found)
    {
        var url = found.Url.Canonical;
        var isRead = found.IsJson
            ? DocumentReader.TryReadJson(found.Body, url, project, out var document, out var error)
            : DocumentReader.TryReadHtml(found.Body, url, project, out document, out error);
        return isRead && document is not null
            ? document
            : throw new KraitException(error ?? new Diagnostic("invalid-index-page", "the page cannot be read"));
    }

    /// <summary>A name that was never there leaves no trace on disk: anyone can ask for any name.</summary>
    private async Task<ProjectState> LoseAsync(PackageName project, ProjectDocument? old, DateTimeOffset now)
    {
        if (await projects.FindAsync(project, stopping) is null)
        {
            var nothing = new ProjectState { Fetched = now, FreshFor = options.AbsenceFreshness };
            absent.Set(project, nothing);
            return nothing;
        }

        var empty = new ProjectDocument { Project = project };
        return await projects.ChangeAsync(
            project,
            isDurable: false,
            state =>
                new(
                    DocumentMerge.Apply(old, state, empty, now).State with
                    {
                        Document = null,
                        ETag = "",
                        LastModified = "",
                        Fetched = now,
                        FreshFor = options.AbsenceFreshness,
                    }
                ),
            stopping
        );
    }

    private TimeSpan Limit(TimeSpan freshFor) =>
        freshFor < options.ShortestFreshness ? options.ShortestFreshness
        : freshFor > options.LongestFreshness ? options.LongestFreshness
        : freshFor;
}
