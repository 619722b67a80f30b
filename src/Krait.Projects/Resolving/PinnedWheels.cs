using System.Collections.Immutable;
using System.Diagnostics;
using Krait.Index;
using Krait.Index.SimpleApi;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Projects.Installing;
using Krait.Projects.Targets;
using Krait.Projects.Work;
using Krait.Resolver.Candidates;
using Krait.Resolver.Requests;
using Krait.Sources;

namespace Krait.Projects.Resolving;

/// <summary>
/// Finds the wheel of every pin without resolving anything: from the cache where it knows one that is unpacked already, else from
/// the indexes.
/// </summary>
/// <param name="bench">What to work with.</param>
/// <param name="request">The pins, and how files are chosen.</param>
/// <param name="target">The machine that files are chosen for.</param>
internal sealed class PinnedWheels(Workbench bench, ResolveRequest request, MachineTarget target)
{
    private readonly PinnedSelector selector = new(
        target,
        request.Resolve.Cutoff,
        RequestBuilder.FilesOf(request.Inputs, request.Resolve)
    );

    /// <summary>Whether a requirement names one version, or one file.</summary>
    public static bool IsPinned(Requirement requirement) =>
        requirement.Url is not null || requirement.Specifiers is { IsExactPin: true };

    /// <summary>The version that a requirement pins.</summary>
    /// <exception cref="UnreachableException">It pins none.</exception>
    public static Version Pin(Requirement requirement) =>
        requirement
            .Specifiers?.Clauses.First(clause =>
                clause.Operator is SpecifierOperator.Equal or SpecifierOperator.Arbitrary
            )
            .Version ?? throw new UnreachableException();

    /// <summary>The wheels of pinned requirements, in their order.</summary>
    /// <exception cref="KraitException">A pin has no wheel that fits, or an index could not be read.</exception>
    public async Task<ImmutableArray<ChosenWheel>> ChooseAsync(
        IReadOnlyCollection<RootRequirement> pins,
        CancellationToken cancellationToken
    )
    {
        var direct = bench.CreateDirect(
            request.Inputs,
            request.Resolve.ChecksHashes ? request.Inputs.Hashes : null,
            target.ToSpecific()
        );
        var choices = pins.Select(pin =>
            pin.Requirement.Url is { } url
                ? ChooseAsync(direct, new DirectReference(pin.Requirement.Name, url, pin.IsEditable), cancellationToken)
                : ChooseAsync(pin.Requirement, cancellationToken)
        );
        return [.. await Task.WhenAll(choices)];
    }

    /// <summary>What a URL or path leads to, if it is what the requirement says and runs on the target.</summary>
    private async Task<ChosenWheel> ChooseAsync(
        DirectWheels direct,
        DirectReference reference,
        CancellationToken cancellationToken
    )
    {
        switch (await direct.DescribeAsync(reference, cancellationToken))
        {
            case DirectResponse.Found found:
                var requires = found.Metadata.RequiresPython;
                WheelRefusals.RefuseOtherPython($"{reference.Name} @ {reference.Url}", requires, target.Python);
                return await direct.ChooseAsync(reference, cancellationToken);
            case DirectResponse.Unavailable refused:
                throw new KraitException(refused.Reason);
            default:
                throw new UnreachableException();
        }
    }

    private Task<ChosenWheel> ChooseAsync(Requirement requirement, CancellationToken cancellationToken)
    {
        var allowed = request.Resolve.ChecksHashes
            ? request.Inputs.Hashes.GetValueOrDefault(requirement.Name, ImmutableArray<FileHash>.Empty)
            : [];
        return ChooseStored(requirement, allowed) is { } stored
            ? Task.FromResult(stored)
            : AskAsync(requirement, allowed, cancellationToken);
    }

    /// <summary>The wheel that would be chosen, where the cache knows that and has it; nobody is asked.</summary>
    private ChosenWheel? ChooseStored(Requirement requirement, ImmutableArray<FileHash> allowed)
    {
        var indexes = bench.Indexes.Of(requirement.Name);
        var pages = new List<PlacedPage>();
        foreach (var location in bench.Indexes.FindLinks.Concat(indexes.Locations))
        {
            if (bench.Offline is not { } offline || !offline.TryGetFreshPage(location, requirement.Name, out var page))
                return null;
            if (page is not PageResponse.Found found)
                continue;
            pages.Add(new PlacedPage(found.Page, location));
            if (IsLast(indexes, location))
                break;
        }

        if (Choose(requirement, pages, indexes, allowed) is not { IsYanked: false } file)
            return null;
        var wheel = ToWheel(requirement, file, pages, allowed);
        var stored = new Dictionary<PackageName, StoredWheel>();
        var isStored = bench.Preparer.FindMissing([wheel], stored).Count == 0;
        foreach (var unpacked in stored.Values)
            unpacked.Dispose();
        return isStored ? wheel : null;
    }

    private async Task<ChosenWheel> AskAsync(
        Requirement requirement,
        ImmutableArray<FileHash> allowed,
        CancellationToken cancellationToken
    )
    {
        var indexes = bench.Indexes.Of(requirement.Name);
        List<IndexLocation> locations = [.. bench.Indexes.FindLinks, .. indexes.Locations];
        // Each is asked when it is its turn; where no index hides others, all at once.
        var answers = locations.Select(place => bench.Client.GetPageAsync(place, requirement.Name, cancellationToken));
        if (indexes.Strategy != IndexStrategy.FirstIndex)
            answers = await StartAllAsync(answers);
        PageResponse? last = null;
        var pages = new List<PlacedPage>();
        foreach (var (location, asked) in locations.Zip(answers))
        {
            var answer = await asked;
            last = answer;
            // What one place refuses is not taken from another: it may be another project's.
            if (answer is PageResponse.Unauthorized or PageResponse.Forbidden)
                break;
            if (answer is not PageResponse.Found found)
                continue;
            pages.Add(new PlacedPage(found.Page, location));
            if (IsLast(indexes, location))
                break;
        }

        if (Choose(requirement, pages, indexes, allowed) is { } file)
        {
            WarnIfYanked(file);
            return ToWheel(requirement, file, pages, allowed);
        }

        throw pages.Exists(page => page.Page.FileCount > 0)
            ? PinFailures.NoWheel(
                requirement,
                Pin(requirement),
                pages,
                target,
                RequestBuilder.FilesOf(request.Inputs, request.Resolve)
            )
            : PinFailures.NotFound(requirement, last, locations);
    }

    /// <summary>Whether an index that knows a name hides those after it.</summary>
    private static bool IsLast(PackageIndexes indexes, IndexLocation location) =>
        indexes.Strategy == IndexStrategy.FirstIndex && location.Kind != IndexKind.FindLinks;

    /// <summary>The best file of all places, or of the first that has one where the first match decides.</summary>
    private IndexFile? Choose(
        Requirement requirement,
        List<PlacedPage> pages,
        PackageIndexes indexes,
        ImmutableArray<FileHash> allowed
    )
    {
        var version = Pin(requirement);
        if (indexes.Strategy != IndexStrategy.UnsafeFirstMatch)
            return selector.Choose(pages.Select(page => page.Page), version, allowed);
        return pages
            .Select(page => selector.Choose([page.Page], version, allowed))
            .FirstOrDefault(file => file is not null);
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Performance",
        "CA1859",
        Justification = "A wheel of an index is the other kind."
    )]
    private ChosenWheel ToWheel(
        Requirement requirement,
        IndexFile file,
        List<PlacedPage> pages,
        ImmutableArray<FileHash> allowed
    )
    {
        var location = pages.First(page => ReferenceEquals(page.Page, file.Page)).Location;
        var runsOn = file.RequiresPythonText is null ? target.Python : null;
        if (file.IsWheel)
        {
            var wheel = PinnedSelector.ToWheel(requirement.Name, file, location, allowed);
            return wheel with { RunsOn = runsOn };
        }

        var builds = bench.Builds ?? throw new KraitException(WheelsOnly.Refuse($"`{file.FileName}`"));
        return new SourceWheel(requirement.Name, file.Version, builds.Places.OfIndex(file, location, allowed))
        {
            RunsOn = runsOn,
        };
    }

    /// <summary>Waits for all; a failure is for who needs that answer.</summary>
    private static async Task<List<Task<PageResponse>>> StartAllAsync(IEnumerable<Task<PageResponse>> answers)
    {
        var started = answers.ToList();
        await ((Task)Task.WhenAll(started)).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
        );
        return started;
    }

    private void WarnIfYanked(IndexFile file)
    {
        if (!file.IsYanked)
            return;
        var reason = file.YankedReason is { Length: > 0 } text ? $": {text}" : "";
        bench.Warn(new Diagnostic("yanked", $"`{file.FileName}` was withdrawn by its author{reason}"));
    }
}
