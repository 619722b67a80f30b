using System.Collections.Immutable;
using System.Diagnostics;
using Krait.Index;
using Krait.Index.SimpleApi;
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
    private readonly PinnedSelector selector = new(target.Tags, request.Resolve.Cutoff);

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
        var direct = bench.CreateDirect(request.Inputs, request.Resolve.ChecksHashes ? request.Inputs.Hashes : null);
        var files = RequestBuilder.FilesOf(request.Inputs, request.Resolve);
        var unbuilt = pins.FirstOrDefault(pin =>
            pin.Requirement.Url is null && !files.AllowsWheels(pin.Requirement.Name)
        );
        if (unbuilt is not null)
            throw PinFailures.NoBinary(unbuilt.Requirement);
        var choices = pins.Select(pin =>
            pin.Requirement.Url is { } url
                ? direct.ChooseAsync(new DirectReference(pin.Requirement.Name, url), cancellationToken)
                : ChooseAsync(pin.Requirement, cancellationToken)
        );
        return [.. await Task.WhenAll(choices)];
    }

    private Task<ChosenWheel> ChooseAsync(Requirement requirement, CancellationToken cancellationToken)
    {
        var allowed = request.Resolve.ChecksHashes
            ? request.Inputs.Hashes.GetValueOrDefault(requirement.Name, ImmutableArray<FileHash>.Empty)
            : [];
        var indexes = bench.Indexes.Of(requirement.Name);
        foreach (var location in bench.Indexes.FindLinks.Concat(indexes.Locations))
        {
            if (bench.Offline is not { } offline || !offline.TryGetFreshPage(location, requirement.Name, out var page))
                break;
            if (page is not PageResponse.Found found)
                continue;
            if (selector.Choose(found.Page, Pin(requirement), allowed) is not { } file)
                break;
            var wheel = PinnedSelector.ToWheel(requirement.Name, file, location, allowed);
            using var stored = bench.Store.TryFind(wheel.Key, wheel.Download.Expected);
            if (stored is not null && !file.IsYanked)
                return Task.FromResult(wheel);
            break;
        }

        return AskAsync(requirement, allowed, indexes, cancellationToken);
    }

    private async Task<ChosenWheel> AskAsync(
        Requirement requirement,
        ImmutableArray<FileHash> allowed,
        PackageIndexes indexes,
        CancellationToken cancellationToken
    )
    {
        var version = Pin(requirement);
        List<IndexLocation> locations = [.. bench.Indexes.FindLinks, .. indexes.Locations];
        var isInTurn = indexes.Strategy == IndexStrategy.FirstIndex;
        // Each is asked when it is its turn; where no index hides others, all at once.
        var answers = locations.Select(place => bench.Client.GetPageAsync(place, requirement.Name, cancellationToken));
        if (!isInTurn)
            answers = await StartAllAsync(answers);
        PageResponse? last = null;
        foreach (var (location, asked) in locations.Zip(answers))
        {
            var answer = await asked;
            last = answer;
            // What one place refuses is not taken from another: it may be another project's.
            if (answer is PageResponse.Unauthorized or PageResponse.Forbidden)
                break;
            if (answer is not PageResponse.Found found)
                continue;
            if (selector.Choose(found.Page, version, allowed) is { } file)
            {
                WarnIfYanked(file);
                return PinnedSelector.ToWheel(requirement.Name, file, location, allowed);
            }

            if (isInTurn && location.Kind != IndexKind.FindLinks)
                throw PinFailures.NoWheel(requirement, version, found.Page, location);
        }

        throw PinFailures.NotFound(requirement, last, locations);
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
