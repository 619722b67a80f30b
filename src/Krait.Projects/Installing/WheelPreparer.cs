using System.Collections.Concurrent;
using Krait.Index;
using Krait.Index.Downloads;
using Krait.Installer.Archives;
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
            // The content of a local file may have changed under its name: it is always read.
            var stored = wheel.LocalPath is null ? store.TryFind(wheel.Key, wheel.ExpectedSha256) : null;
            if (stored is not null && IsAllowed(wheel, stored.Sha256))
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
        var ordered = wheels.OrderByDescending(wheel => wheel.Download?.Size ?? 0);
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

    /// <summary>Fetches and unpacks one wheel.</summary>
    public async Task<StoredWheel> PrepareAsync(
        ChosenWheel wheel,
        IProgress<DownloadEvent>? progress,
        CancellationToken cancellationToken
    )
    {
        if (wheel.LocalPath is { } path)
        {
            var local = await store.AddAsync(wheel.Key, path, sha256: null, cancellationToken);
            return Verified(wheel, local);
        }
        var request =
            wheel.Download
            ?? throw new InvalidOperationException($"`{wheel.Key.File}` has neither an address nor a path");
        using var room = await store.ReserveAsync(request.Size, cancellationToken);
        using var file = await client.DownloadAsync(request, progress, cancellationToken);
        if (!IsAllowed(wheel, file.Sha256) && OnlySha256(wheel))
            throw HashMismatch(wheel, file.Sha256);
        var stored = Verified(wheel, await UnpackAsync(wheel, file, cancellationToken));
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
        try
        {
            return await store.AddAsync(
                wheel.Key,
                () => ByteSource.Over(file.ReadContent()),
                file.Sha256,
                cancellationToken
            );
        }
        catch (UnsafeArchiveException refused) when (wheel.Download is { } request)
        {
            throw refused.With($"it came from {request.Url}");
        }
    }

    private StoredWheel Verified(ChosenWheel wheel, StoredWheel stored)
    {
        if (!OnlySha256(wheel) || IsAllowed(wheel, stored.Sha256))
            return stored;
        var received = stored.Sha256;
        stored.Dispose();
        store.Drop(wheel.Key);
        throw HashMismatch(wheel, received);
    }

    private static bool IsAllowed(ChosenWheel wheel, FileHash? sha256) =>
        wheel.Allowed.IsEmpty || (sha256 is not null && wheel.Allowed.Contains(sha256)) || !OnlySha256(wheel);

    /// <summary>Other algorithms are checked by the download, which was given them all.</summary>
    private static bool OnlySha256(ChosenWheel wheel) =>
        wheel.Allowed.Any(hash => hash.Algorithm == HashAlgorithm.Sha256);

    private static KraitException HashMismatch(ChosenWheel wheel, FileHash? received) =>
        new(
            new Diagnostic("hash-mismatch", $"`{wheel.Key.File}` is not a file that the requirements allow")
            {
                Notes = [.. wheel.Allowed.Select(hash => $"expected {hash}"), $"received {received}", .. Origin(wheel)],
                Hints = ["If the file was meant to change, compile the requirements again with `--generate-hashes`"],
            }
        );

    private static string[] Origin(ChosenWheel wheel) =>
        wheel.Download is { } request ? [$"it came from {request.Url}"] : [];
}
