using System.Collections.Immutable;
using Krait.Build.Building;
using Krait.Build.Isolation;
using Krait.Build.Sources;
using Krait.Build.Wheels;
using Krait.Index;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Resolver.Candidates;
using Krait.Sources;

namespace Krait.Projects.Building;

/// <summary>
/// What everyone who meets a source asks: what its metadata is, and for a wheel of it. One builder stands behind all views of a run, so
/// that each source is built once.
/// </summary>
public sealed class SourceBuilds : ISourceDistributions
{
    private readonly SourceBuilder builder;
    private readonly WheelStore store;
    private readonly BuildChain chain;

    internal SourceBuilds(SourceBuilder builder, WheelStore store, SourcePlaces places, BuildPolicy policy)
        : this(builder, store, places, policy, BuildChain.Empty) { }

    private SourceBuilds(
        SourceBuilder builder,
        WheelStore store,
        SourcePlaces places,
        BuildPolicy policy,
        BuildChain chain
    )
    {
        this.builder = builder;
        this.store = store;
        this.chain = chain;
        Places = places;
        Policy = policy;
    }

    /// <summary>Finds sources.</summary>
    public SourcePlaces Places { get; }

    /// <summary>What the user wants of builds.</summary>
    public BuildPolicy Policy { get; }

    /// <summary>The same for what a build needs: whoever is being built already is known.</summary>
    public SourceBuilds Within(BuildChain outer) => new(builder, store, Places, Policy, outer);

    /// <summary>The metadata of a source, without building it where that can be avoided.</summary>
    /// <param name="place">The source.</param>
    /// <param name="name">The project, where that is known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KraitException">The source cannot be obtained or used, or its backend failed.</exception>
    public async Task<CoreMetadata> DescribeAsync(
        SourcePlace place,
        PackageName? name,
        CancellationToken cancellationToken
    )
    {
        var request = RequestFor(name);
        if (!request.IsRefreshed && place.Known is { } source && builder.Recall(source, request) is { } known)
            return known;
        return await builder.DescribeAsync(await place.FetchAsync(cancellationToken), request, cancellationToken);
    }

    /// <summary>A wheel of a source, built where there is none that fits.</summary>
    /// <param name="place">The source; whether it is editable is its own matter.</param>
    /// <param name="name">The project, where that is known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KraitException">The source cannot be obtained or used, or its backend failed.</exception>
    public async Task<BuiltWheel> BuildAsync(SourcePlace place, PackageName? name, CancellationToken cancellationToken)
    {
        if (TryFind(place, name) is { } found)
            return found;
        return await builder.BuildAsync(await place.FetchAsync(cancellationToken), RequestFor(name), cancellationToken);
    }

    /// <summary>A wheel of a source as a file; built again where the cache has it unpacked only, or where the caller wants it rebuilt.</summary>
    /// <param name="place">The source.</param>
    /// <param name="name">The project, where that is known.</param>
    /// <param name="isAnew">Whether a wheel that was built earlier is not good enough.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KraitException">The source cannot be obtained or used, or its backend failed.</exception>
    public async Task<BuiltWheel> BuildFileAsync(
        SourcePlace place,
        PackageName? name,
        bool isAnew,
        CancellationToken cancellationToken
    )
    {
        if (!isAnew)
        {
            var built = await BuildAsync(place, name, cancellationToken);
            if (!FolderTree.IsFolder(built.Path))
                return built;
        }

        var request = RequestFor(name) with { IsRefreshed = true };
        return await builder.BuildAsync(await place.FetchAsync(cancellationToken), request, cancellationToken);
    }

    /// <summary>The wheel of a source that was built earlier and fits; null where there is none.</summary>
    public BuiltWheel? TryFind(SourcePlace place, PackageName? name)
    {
        var request = RequestFor(name);
        return request.IsRefreshed || place.Known is not { } source ? null : builder.TryFind(source, request);
    }

    /// <summary>A source distribution of a project, written into a folder.</summary>
    /// <returns>The path of the file.</returns>
    /// <exception cref="KraitException">The backend failed, or does not support it here.</exception>
    public Task<string> BuildSdistAsync(
        BuildSource.Folder project,
        PackageName? name,
        string target,
        CancellationToken cancellationToken
    ) => builder.BuildSdistAsync(project, RequestFor(name), target, cancellationToken);

    /// <summary>A wheel that was built, unpacked; null where it was not unpacked yet.</summary>
    public StoredWheel? TryFindStored(BuiltWheel wheel) =>
        store.TryFind(new WheelKey(wheel.File, wheel.StoreSource), new ExpectedHashes([wheel.Sha256], []));

    /// <summary>Unpacks a wheel that was built, and puts it into the place of its file.</summary>
    /// <exception cref="KraitException">It is not a wheel that can be installed, or the cache cannot be written.</exception>
    public async Task<StoredWheel> StoreAsync(BuiltWheel wheel, CancellationToken cancellationToken)
    {
        if (TryFindStored(wheel) is { } known)
            return known;
        var key = new WheelKey(wheel.File, wheel.StoreSource);
        try
        {
            return await store.AddAsync(key, wheel.Path, [wheel.Sha256], cancellationToken);
        }
        catch (KraitException)
        {
            // Another process may have put the unpacked wheel into the place of the file.
            if (TryFindStored(wheel) is { } unpacked)
                return unpacked;
            throw;
        }
    }

    /// <summary>
    /// What is written down of an installation from a folder, so that a change of the project is noticed; null for what cannot change
    /// without another version, digest or commit.
    /// </summary>
    public string? StampOf(BuildSource source, PackageName? name) =>
        source is BuildSource.Folder ? $"{source.Stamp} {RequestFor(name).Variant}".TrimEnd() : null;

    /// <summary>How a source is built.</summary>
    public BuildRequest RequestFor(PackageName? name)
    {
        var own = name is not null && Policy.PackageSettings.TryGetValue(name, out var settings) ? settings : null;
        return new BuildRequest(Policy.Interpreter)
        {
            Chain = chain,
            Settings = own is null ? Policy.Settings : Policy.Settings.Under(own),
            ExtraRequires = name is null ? [] : Policy.ExtraRequires.GetValueOrDefault(name, []),
            ExtraVariables =
                name is not null && Policy.ExtraVariables.TryGetValue(name, out var variables)
                    ? variables
                    : ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
            Constraints = [.. Policy.Constraints.Select(limit => limit.Requirement.ToString())],
            Shared = Policy.IsShared(name) ? Policy.Shared?.Invoke() : null,
            ChecksShared = Policy.ChecksShared,
            IsRefreshed = Policy.IsRefreshed(name),
        };
    }

    /// <inheritdoc/>
    public CoreMetadata? Recall(IndexFile file, IndexLocation location)
    {
        var name = PackageName.Parse(file.Page.ProjectName);
        var request = RequestFor(name);
        return request.IsRefreshed || file.HashProblem is not null ? null
            : Places.OfIndex(file, location, []).Known is { } source ? builder.Recall(source, request)
            : null;
    }

    /// <inheritdoc/>
    public async Task<DependenciesResponse> DescribeAsync(
        IndexFile file,
        IndexLocation location,
        ImmutableArray<FileHash> allowed,
        CancellationToken cancellationToken
    )
    {
        var name = PackageName.Parse(file.Page.ProjectName);
        var metadata = await DescribeAsync(Places.OfIndex(file, location, allowed), name, cancellationToken);
        return new DependenciesResponse.Found(metadata);
    }
}
