using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Server.Storage;
using Krait.Server.Views;

namespace Krait.Server.Site;

/// <summary>
/// Who requires whom in a view, by metadata that is here: of each project the newest version with metadata. It is made in the background when
/// somebody first wants to know, looks at a bounded number of projects, one after the other, and is brought up to date when it is
/// wanted again.
/// </summary>
/// <param name="view">The view.</param>
/// <param name="metadata">What distributions say of themselves.</param>
/// <param name="work">What is to end before the server does.</param>
/// <param name="clock">The time.</param>
/// <param name="stopping">Fires when the server ends.</param>
internal sealed class DependentIndex(
    View view,
    MetadataShelf metadata,
    PendingWork work,
    TimeProvider clock,
    CancellationToken stopping
)
{
    /// <summary>How many projects are looked at: those that come first by their names.</summary>
    public const int MostProjects = 5000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortPatience = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly Dictionary<PackageName, Entry> entries = [];
    private readonly Dictionary<PackageName, SortedSet<PackageName>> dependents = [];
    private Task scan = Task.CompletedTask;
    private DateTimeOffset? last;
    private bool isComplete;

    /// <summary>Those who require a project, as far as they are known by now.</summary>
    public async Task<Dependents> FindAsync(PackageName project, CancellationToken cancellationToken)
    {
        var running = StartWhereDue();
        // It may take longer than anyone wants to wait for a page; what is known already is soon up to date again.
        await Task.WhenAny(running, Task.Delay(isComplete ? ShortPatience : Patience, cancellationToken));
        lock (gate)
        {
            var found = dependents.GetValueOrDefault(project, []).Select(name => Describe(name, project));
            return new Dependents([.. found], entries.Count, !isComplete);
        }
    }

    private Dependent Describe(PackageName name, PackageName project)
    {
        var entry = entries[name];
        return new Dependent(
            name,
            entry.Version!, // who requires something has a version that does
            [.. entry.Dependencies.Where(dependency => dependency.Name == project)]
        );
    }

    /// <summary>The scan that is under way, or the last one where what is known is new enough.</summary>
    private Task StartWhereDue()
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            if (!scan.IsCompleted)
                return scan;
            if (last is { } done && (now - done).Duration() < Pause)
                return scan;
            last = now;
            return scan = work.RunAsync(ScanAsync);
        }
    }

    private async Task<bool> ScanAsync()
    {
        try
        {
            var names = await view.ListProjectsAsync(stopping);
            foreach (var name in names.Take(MostProjects))
            {
                stopping.ThrowIfCancellationRequested();
                await LookAtAsync(name);
            }

            return isComplete = true;
        }
        catch (Exception e) when (e is KraitException or OperationCanceledException)
        {
            // What is known by now is shown; the next one who asks has it tried again.
            lock (gate)
                last = null;
            return false;
        }
    }

    private async Task LookAtAsync(PackageName name)
    {
        var listing = await view.FindKnownAsync(name, stopping);
        lock (gate)
        {
            if (
                entries.TryGetValue(name, out var known)
                && string.Equals(known.Key, listing?.Key, StringComparison.Ordinal)
            )
            {
                return;
            }
        }

        var entry = new Entry(listing?.Key ?? "", Version: null, []);
        var version = listing is null
            ? null
            : ProjectFacts.Of(listing).Versions.FirstOrDefault(version => version.Files.Any(MetadataShelf.IsAtHand));
        if (version is not null && await metadata.FindAsync(version, stopping) is { } found)
            entry = entry with { Version = version.Version, Dependencies = found.Dependencies };
        lock (gate)
            Replace(name, entry);
    }

    private void Replace(PackageName name, Entry entry)
    {
        foreach (var dependency in entries.GetValueOrDefault(name)?.Dependencies ?? [])
            dependents.GetValueOrDefault(dependency.Name)?.Remove(name);
        entries[name] = entry;
        foreach (var dependency in entry.Dependencies)
        {
            if (!dependents.TryGetValue(dependency.Name, out var those))
                dependents[dependency.Name] = those = [];
            those.Add(name);
        }
    }

    /// <summary>What a project requires.</summary>
    private sealed record Entry(string Key, Version? Version, ImmutableArray<Dependency> Dependencies);
}

/// <summary>Those who require a project.</summary>
/// <param name="Found">Those that are known.</param>
/// <param name="LookedAt">How many projects were looked at.</param>
/// <param name="IsUnfinished">Whether others are still to be looked at.</param>
internal sealed record Dependents(ImmutableArray<Dependent> Found, int LookedAt, bool IsUnfinished);

/// <summary>One that requires a project.</summary>
/// <param name="Project">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Requirements">How it requires the project.</param>
internal sealed record Dependent(PackageName Project, Version Version, ImmutableArray<Dependency> Requirements);
