using Krait.Index.Mirroring;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Concurrency;
using Krait.Server.Caching;
using Krait.Server.Pages;
using Krait.Server.Storage;

namespace Krait.Server.Spaces;

/// <summary>Requests pages of an upstream: each one once at a time for all who wait, and to the end even if nobody waits any more.</summary>
internal sealed class PageRefresh(
    UpstreamClient client,
    ProjectStore projects,
    DocumentStore documents,
    PendingWork work,
    ProxyOptions options,
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
    public ProjectState? Find(PackageName project) =>
        projects.Find(project) ?? (absent.TryGet(project, out var state) ? state : null);

    /// <summary>Whether the upstream has failed so lately that it is not asked again yet.</summary>
    public bool IsResting(PackageName project) =>
        failed.TryGet(project, out var since) && clock.GetUtcNow() - since < options.RestAfterFailure;

    /// <summary>Asks, or joins who is asking.</summary>
    /// <param name="project">The project.</param>
    /// <param name="seen">What the caller has; where there is news since, that is the answer.</param>
    public Task<ProjectState> RunAsync(PackageName project, ProjectState? seen) =>
        flights.RunAsync(
            project,
            (_, _) => work.RunAsync(() => FetchAsync(project, seen)),
            // Whoever gives up waits no longer, but the page is fetched for the next one.
            stopping
        );

    private async Task<ProjectState> FetchAsync(PackageName project, ProjectState? seen)
    {
        if (Find(project) is { } news && news.Fetched != seen?.Fetched)
            return news;
        try
        {
            var state = await AskAsync(project);
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
        var old = projects.Find(project);
        var document = old?.Document is { } id ? documents.Find(id, project) : null;
        // Without the page itself there is nothing that could still hold.
        var known =
            document is null || old is null ? null : new UpstreamPolicy(old.ETag, old.LastModified, old.FreshFor);
        var answer = await client.GetPageAsync(options.Upstream, project, known, stopping);
        var now = clock.GetUtcNow();
        return answer switch
        {
            UpstreamAnswer.Found found => Take(project, document, found, now),
            UpstreamAnswer.Unchanged unchanged => projects.Renew(project, state => Keep(state, unchanged.Policy, now)),
            _ => Lose(project, document, now),
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

    private ProjectState Take(PackageName project, ProjectDocument? old, UpstreamAnswer.Found found, DateTimeOffset now)
    {
        var sent = Read(project, found);
        var outcome = default(DocumentMerge.Outcome);
        var state = projects.Change(
            project,
            isDurable: false,
            state =>
            {
                outcome = DocumentMerge.Apply(old, state, sent, now);
                var document = documents.Write(outcome.Document, isDurable: false);
                return Keep(outcome.State, found.Policy, now) with { Document = document };
            }
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
    private ProjectState Lose(PackageName project, ProjectDocument? old, DateTimeOffset now)
    {
        if (projects.Find(project) is null)
        {
            var nothing = new ProjectState { Fetched = now, FreshFor = options.AbsenceFreshness };
            absent.Set(project, nothing);
            return nothing;
        }

        var empty = new ProjectDocument { Project = project };
        return projects.Change(
            project,
            isDurable: false,
            state =>
                DocumentMerge.Apply(old, state, empty, now).State with
                {
                    Document = null,
                    ETag = "",
                    LastModified = "",
                    Fetched = now,
                    FreshFor = options.AbsenceFreshness,
                }
        );
    }

    private TimeSpan Limit(TimeSpan freshFor) =>
        freshFor < options.ShortestFreshness ? options.ShortestFreshness
        : freshFor > options.LongestFreshness ? options.LongestFreshness
        : freshFor;
}
