using System.Collections.Concurrent;
using Krait.Archives;
using Krait.Index;
using Krait.Index.Downloads;
using Krait.Index.SimpleApi;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Projects.Installing;

/// <summary>
/// Puts chosen wheels into the store: each is fetched, verified and unpacked in one go, while others are still arriving.
/// </summary>
/// <param name="store">The unpacked wheels.</param>
/// <param name="client">Fetches what is missing.</param>
/// <param name="limit">How many files are fetched at once.</param>
public sealed class WheelPreparer(WheelStore store, IndexClient client, int limit)
{
    /// <summary>The wheels of a set that are not in the store.</summary>
    public IReadOnlyList<ChosenWheel> FindMissing(
        IEnumerable<ChosenWheel> wheels,
        IDictionary<PackageName, StoredWheel> found
    )
    {
        var missing = new List<ChosenWheel>();
        foreach (var wheel in wheels)
        {
            var stored = MustBeRead(wheel) ? null : store.TryFind(wheel.Key, wheel.Download.Expected);
            if (stored is not null)
                found[wheel.Name] = stored;
            else
                missing.Add(wheel);
        }

        return missing;
    }

    /// <summary>Fetches and unpacks wheels; a failure of one ends the others, and what was finished stays in the store.</summary>
    /// <exception cref="KraitException">A wheel cannot be had, is not the one that was promised, or is not safe.</exception>
    public async Task PrepareAsync(
        IReadOnlyCollection<ChosenWheel> wheels,
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
            await Parallel.ForEachAsync(
                ordered,
                options,
                async (wheel, token) => prepared[wheel.Name] = await PrepareAsync(wheel, progress, token)
            );
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KraitException(new Diagnostic("download-stopped", "a download was stopped"));
        }
    }

    /// <summary>
    /// A wheel that the user names by URL or path: from the store where its hash proves that it is the one, where the server's caching rules
    /// say that it still is, or where the server confirms that; else it is fetched and unpacked.
    /// </summary>
    public async Task<StoredWheel> GetDirectAsync(ChosenWheel wheel, CancellationToken cancellationToken)
    {
        var request = wheel.Download;
        if (!MustBeRead(wheel) && !request.Expected.IsEmpty)
        {
            if (store.TryFind(wheel.Key, request.Expected) is { } proved)
                return proved;
        }

        var known = request.Url.IsFile || !request.Expected.IsEmpty ? null : client.RecallFile(request);
        if (known is null || store.TryFind(wheel.Key, new ExpectedHashes([known.Sha256], [])) is not { } earlier)
            return await PrepareAsync(wheel, progress: null, cancellationToken);
        if (client.IsFresh(known) && !MustBeRead(wheel))
            return earlier;
        using var changed = await client.DownloadIfChangedAsync(request, known, progress: null, cancellationToken);
        if (changed is null)
            return earlier;
        earlier.Dispose();
        return await UnpackAsync(wheel, changed, cancellationToken);
    }

    /// <summary>Fetches and unpacks one wheel.</summary>
    public async Task<StoredWheel> PrepareAsync(
        ChosenWheel wheel,
        IProgress<DownloadEvent>? progress,
        CancellationToken cancellationToken
    )
    {
        var request = wheel.Download;
        using var room = await store.ReserveAsync(request.Size, cancellationToken);
        using var file = await client.DownloadAsync(request, progress, cancellationToken);
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

    private static Diagnostic? WhyNotAsPromised(ChosenWheel wheel, StoredWheel stored)
    {
        if (wheel.Promised is not { } promised)
            return null;
        return CoreMetadata.TryParse(stored.ReadMetadata(), out var own, out var error)
            ? promised.Compare(own)
            : error.In(wheel.Key.File.ToString());
    }

    private async Task<StoredWheel> UnpackAsync(
        ChosenWheel wheel,
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
            if (file.Local is { } local)
                return await store.AddAsync(key, () => new LocalSource(local), file.Hashes, cancellationToken);
            return file.Path is { } path && file.Size > int.MaxValue
                ? await store.AddAsync(key, path, file.Hashes, cancellationToken)
                : await store.AddAsync(key, () => ByteSource.Over(file.ReadContent()), file.Hashes, cancellationToken);
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
    private bool MustBeRead(ChosenWheel wheel) =>
        wheel.Download.Expected.IsEmpty
        && (wheel.Download.Url.IsFile || client.FreshnessOf(wheel.Name) == Freshness.AlwaysRevalidate);
}
