using System.Collections.Concurrent;
using System.Collections.Immutable;
using Krait.Archives;
using Krait.Build.Wheels;
using Krait.Index;
using Krait.Index.Downloads;
using Krait.Index.SimpleApi;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Building;
using Krait.Sources;

namespace Krait.Projects.Installing;

/// <summary>
/// Puts chosen wheels into the stores: each is fetched or built, verified and unpacked in one go, while others are still arriving.
/// </summary>
/// <param name="store">The unpacked wheels.</param>
/// <param name="client">Fetches what is missing.</param>
/// <param name="limit">How many files are fetched at once.</param>
/// <param name="builds">Builds wheels of sources; null where nothing is built.</param>
public sealed class WheelPreparer(WheelStore store, IndexClient client, int limit, SourceBuilds? builds)
{
    /// <summary>Whether a file is unpacked while others are still arriving; else all are fetched before the first is unpacked.</summary>
    public bool UnpacksWhileFetching { get; init; } = true;

    /// <summary>The wheels of a set that are not in the stores.</summary>
    /// <param name="wheels">The wheels.</param>
    /// <param name="found">Gets those that are.</param>
    /// <param name="refetched">Whose files are fetched again, though they are in the stores; null for none.</param>
    public IReadOnlyList<ChosenWheel> FindMissing(
        IEnumerable<ChosenWheel> wheels,
        IDictionary<PackageName, StoredWheel> found,
        Predicate<PackageName>? refetched = null
    )
    {
        var missing = new List<ChosenWheel>();
        foreach (var wheel in wheels)
        {
            var isRefetched = wheel is FetchedWheel && refetched?.Invoke(wheel.Name) == true;
            if (!isRefetched && TryFind(wheel) is { } stored)
                found[wheel.Name] = stored;
            else
                missing.Add(wheel);
        }

        return missing;
    }

    /// <summary>All wheels of a set, fetched or built where they are missing; to be disposed by the caller.</summary>
    /// <exception cref="KraitException">A wheel cannot be obtained, is not the one that was promised, or is not safe.</exception>
    public async Task<IReadOnlyDictionary<PackageName, StoredWheel>> GetAllAsync(
        ImmutableArray<ChosenWheel> wheels,
        CancellationToken cancellationToken
    )
    {
        var found = new ConcurrentDictionary<PackageName, StoredWheel>();
        await PrepareAsync(FindMissing(wheels, found), found, progress: null, cancellationToken);
        return found;
    }

    /// <summary>
    /// Fetches, builds and unpacks wheels; a failure of one ends the others, but a failed build lets running downloads arrive. What was
    /// finished stays in the stores.
    /// </summary>
    /// <exception cref="KraitException">A wheel cannot be obtained, is not the one that was promised, or is not safe.</exception>
    public async Task PrepareAsync(
        IReadOnlyCollection<ChosenWheel> wheels,
        ConcurrentDictionary<PackageName, StoredWheel> prepared,
        IProgress<DownloadEvent>? progress,
        CancellationToken cancellationToken
    )
    {
        if (wheels.Count == 0)
            return;
        using var building = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sources = wheels.OfType<SourceWheel>().ToList();
        // Builds start first and end last; while backends run, files arrive.
        var built = sources.Count == 0 ? Task.CompletedTask : BuildAllAsync(sources, prepared, building.Token);
        try
        {
            await FetchAllAsync([.. wheels.OfType<FetchedWheel>()], prepared, progress, cancellationToken);
        }
        catch
        {
            await building.CancelAsync();
            await built.ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
            );
            throw;
        }

        await built;
    }

    /// <summary>
    /// A wheel that the user names by URL or path: from the store where its hash proves that it is the one, where the server's caching rules
    /// say that it still is, or where the server confirms that; else it is fetched and unpacked.
    /// </summary>
    public async Task<StoredWheel> GetDirectAsync(FetchedWheel wheel, CancellationToken cancellationToken)
    {
        var request = wheel.Download;
        if (!MustBeRead(wheel) && !request.Expected.IsEmpty)
        {
            if (store.TryFind(wheel.Key, request.Expected) is { } proved)
                return proved;
        }

        var known = request.Url.IsFile || !request.Expected.IsEmpty ? null : client.RecallFile(request);
        if (known is null || store.TryFind(wheel.Key, new ExpectedHashes([known.Sha256], [])) is not { } earlier)
            return await FetchAsync(wheel, progress: null, cancellationToken);
        if (client.IsFresh(known) && !MustBeRead(wheel))
            return earlier;
        using var changed = await client.DownloadIfChangedAsync(request, known, progress: null, cancellationToken);
        if (changed is null)
            return earlier;
        earlier.Dispose();
        return await UnpackAsync(wheel, changed, cancellationToken);
    }

    private StoredWheel? TryFind(ChosenWheel wheel) =>
        wheel switch
        {
            FetchedWheel fetched when !MustBeRead(fetched) => store.TryFind(fetched.Key, fetched.Download.Expected),
            SourceWheel source when builds?.TryFind(source.Place, source.Name) is { } built => builds.TryFindStored(
                built
            ),
            _ => null,
        };

    private async Task FetchAllAsync(
        List<FetchedWheel> wheels,
        ConcurrentDictionary<PackageName, StoredWheel> prepared,
        IProgress<DownloadEvent>? progress,
        CancellationToken cancellationToken
    )
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = limit, CancellationToken = cancellationToken };
        // The largest first, so that none is left to arrive alone at the end.
        var ordered = wheels.OrderByDescending(wheel => wheel.Download.Size ?? 0);
        try
        {
            if (UnpacksWhileFetching)
            {
                await Parallel.ForEachAsync(
                    ordered,
                    options,
                    async (wheel, token) => prepared[wheel.Name] = await FetchAsync(wheel, progress, token)
                );
            }
            else
            {
                await FetchThenUnpackAsync(ordered, options, prepared, progress);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KraitException(new Diagnostic("download-stopped", "a download was stopped"));
        }
    }

    /// <summary>Fetches and unpacks one wheel.</summary>
    private async Task<StoredWheel> FetchAsync(
        FetchedWheel wheel,
        IProgress<DownloadEvent>? progress,
        CancellationToken cancellationToken
    )
    {
        using var room = await store.ReserveAsync(wheel.Download.Size, cancellationToken);
        using var file = await client.DownloadAsync(wheel.Download, progress, cancellationToken);
        return await StoreAsync(wheel, file, cancellationToken);
    }

    private async Task FetchThenUnpackAsync(
        IEnumerable<FetchedWheel> wheels,
        ParallelOptions options,
        ConcurrentDictionary<PackageName, StoredWheel> prepared,
        IProgress<DownloadEvent>? progress
    )
    {
        var arrived = new ConcurrentQueue<(FetchedWheel Wheel, DownloadedFile File)>();
        try
        {
            await Parallel.ForEachAsync(
                wheels,
                options,
                async (wheel, token) =>
                    arrived.Enqueue((wheel, await client.DownloadAsync(wheel.Download, progress, token)))
            );
            await Parallel.ForEachAsync(
                arrived,
                options,
                async (next, token) => prepared[next.Wheel.Name] = await StoreAsync(next.Wheel, next.File, token)
            );
        }
        finally
        {
            foreach (var (_, file) in arrived)
                file.Dispose();
        }
    }

    /// <summary>Unpacks a file, unless that was done before, and compares it with what was promised of it.</summary>
    private async Task<StoredWheel> StoreAsync(
        FetchedWheel wheel,
        DownloadedFile file,
        CancellationToken cancellationToken
    )
    {
        var request = wheel.Download;
        // A local file that is read again is mostly the one that was unpacked before.
        var known = request.Url.IsFile
            ? store.TryFind(wheel.Key, new ExpectedHashes(file.Hashes, request.Allowed))
            : null;
        var stored = known ?? await UnpackAsync(wheel, file, cancellationToken);
        if (WhyNotAsPromised(wheel, stored) is not { } difference)
            return stored;
        // Neither is to be believed the next time.
        stored.Dispose();
        store.Drop(wheel.Key);
        client.ForgetMetadata(wheel.Promised!.File, wheel.Promised.Location); // there is a difference to it
        throw new KraitException(difference);
    }

    /// <summary>Builds wheels; the builder says how many at once. The first failure ends those that wait.</summary>
    private async Task BuildAllAsync(
        List<SourceWheel> wheels,
        ConcurrentDictionary<PackageName, StoredWheel> prepared,
        CancellationToken cancellationToken
    )
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = limit, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            wheels,
            options,
            async (wheel, token) => prepared[wheel.Name] = await BuildAsync(wheel, token)
        );
    }

    private async Task<StoredWheel> BuildAsync(SourceWheel wheel, CancellationToken cancellationToken)
    {
        if (builds is null)
            throw new KraitException(WheelsOnly.Refuse($"`{wheel.Listed}`"));
        var built = await builds.BuildAsync(wheel.Place, wheel.Name, cancellationToken);
        if (built.Metadata.Name != wheel.Name || built.Metadata.Version != wheel.Version)
            throw new KraitException(OtherProject(wheel, built));
        return await builds.StoreAsync(built, cancellationToken);
    }

    private static Diagnostic OtherProject(SourceWheel wheel, BuiltWheel built) =>
        new(
            "wrong-name",
            $"`{wheel.Listed}` was built as `{built.Metadata.Name} {built.Metadata.Version}`, not as `{wheel.Name} {wheel.Version}`"
        );

    private static Diagnostic? WhyNotAsPromised(FetchedWheel wheel, StoredWheel stored)
    {
        if (wheel.Promised is not { } promised)
            return null;
        return stored.TryReadMetadata(out var own, out var error)
            ? promised.Compare(own)
            : error.In(wheel.Key.File.ToString());
    }

    private async Task<StoredWheel> UnpackAsync(
        FetchedWheel wheel,
        DownloadedFile file,
        CancellationToken cancellationToken
    )
    {
        // What nobody vouches for, neither a hash nor the server's certificate, is not given to a run that verifies.
        var isVouchedFor = !file.IsUnverified || wheel.Download.Expected.HasSecure;
        var key = isVouchedFor ? wheel.Key : wheel.Key with { Source = "unverified-" + wheel.Key.Source };
        try
        {
            // What is large is read where it is.
            return await store.AddAsync(
                key,
                () => file.Local is { } local ? new LocalSource(local) : file.OpenContent(),
                file.Hashes,
                cancellationToken
            );
        }
        catch (UnsafeArchiveException refused)
        {
            throw refused.With($"it came from {wheel.Download.Url}");
        }
    }

    /// <summary>
    /// The content of a local file may have changed under its name. So may that of a remote one of which nothing is known, where the
    /// user says that what is cached is not to be trusted.
    /// </summary>
    private bool MustBeRead(FetchedWheel wheel) =>
        wheel.Download.Expected.IsEmpty
        && (wheel.Download.Url.IsFile || client.FreshnessOf(wheel.Name) == Freshness.AlwaysRevalidate);
}
