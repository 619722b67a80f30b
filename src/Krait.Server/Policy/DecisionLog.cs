using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Server.Caching;

namespace Krait.Server.Policy;

/// <summary>
/// What a view lately did not offer to those who asked, and why: projects with files that were left out, and requests that were refused. It
/// is kept in memory, never grows, and starts empty when the server does.
/// </summary>
internal sealed class DecisionLog
{
    /// <summary>How many of each kind are kept.</summary>
    public const int Most = 200;

    private const int MostReasons = 5;

    private readonly BoundedCache<PackageName, WithheldProject> withheld = new(Most, _ => 1);
    private readonly BoundedCache<(PackageName Project, string What), RefusedRequest> refused = new(Most, _ => 1);

    /// <summary>Projects with files that were left out of their pages, the most recently requested first.</summary>
    public IReadOnlyList<WithheldProject> Withheld => withheld.Newest(Most);

    /// <summary>Files and projects that were asked for and refused, the last first.</summary>
    public IReadOnlyList<RefusedRequest> Refused => refused.Newest(Most);

    /// <summary>Notes a request for a page that leaves some files out.</summary>
    /// <param name="project">The project.</param>
    /// <param name="key">What tells this page from those at other times.</param>
    /// <param name="hidden">The files that were left out, and why.</param>
    /// <param name="offered">How many files are offered.</param>
    /// <param name="now">The time.</param>
    public void NoteWithheld(
        PackageName project,
        string key,
        ImmutableDictionary<string, Denial> hidden,
        int offered,
        DateTimeOffset now
    )
    {
        // Most requests are for a page that was requested before; looking at all of its files again would slow them down.
        if (withheld.TryGet(project, out var known) && string.Equals(known.Key, key, StringComparison.Ordinal))
            return;
        var reasons = hidden
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            // Each file has a cool-down of its own.
            .GroupBy(pair => (pair.Value.Code, pair.Value.Until is null ? pair.Value.Reason : ""))
            .Select(same => new WithheldReason(same.First().Value, same.Count(), same.First().Key))
            .OrderByDescending(reason => reason.Files)
            .Take(MostReasons);
        withheld.Set(project, new WithheldProject(project, key, [.. reasons], hidden.Count, offered, now));
    }

    /// <summary>Notes a request that was refused.</summary>
    public void NoteRefused(PackageName project, string what, Denial denial, DateTimeOffset now)
    {
        var before = refused.TryGet((project, what), out var known) ? known.Times : 0;
        refused.Set((project, what), new RefusedRequest(project, what, denial, before + 1, now));
    }
}

/// <summary>A project with files that are not offered.</summary>
/// <param name="Project">The project.</param>
/// <param name="Key">What tells its page from those at other times.</param>
/// <param name="Reasons">The most frequent reasons.</param>
/// <param name="Hidden">How many of its files are not offered.</param>
/// <param name="Offered">How many are.</param>
/// <param name="Since">When that was decided.</param>
internal sealed record WithheldProject(
    PackageName Project,
    string Key,
    ImmutableArray<WithheldReason> Reasons,
    int Hidden,
    int Offered,
    DateTimeOffset Since
);

/// <summary>Why files of a project are not offered.</summary>
/// <param name="Denial">The reason; that of the example, where each has one of its own.</param>
/// <param name="Files">How many files it is the reason for.</param>
/// <param name="Example">One of them.</param>
internal sealed record WithheldReason(Denial Denial, int Files, string Example);

/// <summary>A request that was refused.</summary>
/// <param name="Project">The project.</param>
/// <param name="What">The file or project.</param>
/// <param name="Denial">Why.</param>
/// <param name="Times">How often.</param>
/// <param name="Last">When for the last time.</param>
internal sealed record RefusedRequest(PackageName Project, string What, Denial Denial, long Times, DateTimeOffset Last);
