using System.Collections.Concurrent;
using System.Diagnostics;
using Krait.Build.Failures;
using Krait.Index.Downloads;
using Krait.Installer.Execution;
using Krait.Installer.Plans;
using Krait.Installer.Wheels;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Tracing;
using Krait.Projects.Installing;
using Krait.Projects.Resolving;
using Krait.Projects.Work;

namespace Krait.Projects.Changing;

/// <summary>Gets what a plan needs and carries it out.</summary>
/// <param name="bench">What to work with.</param>
/// <param name="completeness">Looks for what a lock file lacks; null where nothing is promised.</param>
internal sealed class PlanExecution(Workbench bench, SetCompleteness? completeness = null)
{
    // An entry that breaks as often as it is made again is not worth a third attempt.
    private const int Attempts = 3;

    private const string Unchanged = "the environment is unchanged";

    private readonly HashSet<PackageName> refetched = [];

    /// <summary>Fetches missing wheels, then changes the environment; an entry of the cache that proves damaged is fetched again.</summary>
    public async Task<InstallReport> RunAsync(
        EnvironmentSession session,
        InstallPlan plan,
        IReadOnlyList<ChosenWheel> wheels,
        InstallOptions options,
        CancellationToken cancellationToken
    )
    {
        if (options.LinkMode == LinkMode.Symlink && bench.Cache.IsTemporary)
        {
            throw new KraitException(
                new Diagnostic(
                    "symlink-into-nothing",
                    "symbolic links would point into a cache that is removed at the end"
                )
                {
                    Hints =
                    [
                        $"Leave {Control.LinkMode.With("symlink")} out, or name a folder that stays with {Control.CacheDirectory}",
                    ],
                }
            )
            {
                Kind = FailureKind.UnusableInput,
            };
        }

        var damages = new Dictionary<WheelKey, int>();
        while (true)
        {
            var prepared = await PrepareOrTellAsync(plan, wheels, cancellationToken);
            try
            {
                return await ChangeAsync(session, plan, prepared, options, cancellationToken);
            }
            catch (DamagedWheelException damaged) when (damaged.Wheels.All(wheel => Count(damages, wheel) < Attempts))
            {
                bench.Warn(damaged.Diagnostic);
            }
            finally
            {
                foreach (var wheel in prepared.Values)
                    wheel.Dispose();
            }
        }
    }

    private static int Count(Dictionary<WheelKey, int> damages, WheelKey wheel) =>
        damages[wheel] = damages.GetValueOrDefault(wheel) + 1;

    /// <summary>The unpacked wheels that a plan needs; a failure says that nothing has changed yet.</summary>
    private async Task<Dictionary<PackageName, StoredWheel>> PrepareOrTellAsync(
        InstallPlan plan,
        IReadOnlyList<ChosenWheel> wheels,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await PrepareAsync(plan, wheels, cancellationToken);
        }
        catch (KraitException failed)
        {
            var failure = failed is BuildFailedException build
                ? await BuildAdvice.ImproveAsync(bench, build, cancellationToken)
                : failed;
            var diagnostic = failure.Diagnostic;
            throw new KraitException(diagnostic with { Notes = [.. diagnostic.Notes, Unchanged] }, failure)
            {
                Kind = failure.Kind,
            };
        }
    }

    /// <summary>The unpacked wheels that a plan needs.</summary>
    private async Task<Dictionary<PackageName, StoredWheel>> PrepareAsync(
        InstallPlan plan,
        IReadOnlyList<ChosenWheel> wheels,
        CancellationToken cancellationToken
    )
    {
        using var span = Tracer.Begin("prepare wheels");
        var needed = plan.Needed.Select(wanted => wanted.Name).ToHashSet();
        var found = new Dictionary<PackageName, StoredWheel>();
        var preparer = bench.Preparer;
        // Once: what turns out to be damaged afterwards is a matter of the store.
        var missing = preparer.FindMissing(
            wheels.Where(wheel => needed.Contains(wheel.Name)),
            found,
            name => bench.Refetched?.Invoke(name) == true && refetched.Add(name)
        );
        if (missing.Count == 0)
            return Checked(found, wheels);
        var started = Stopwatch.GetTimestamp();
        bench.Progress?.Report(
            new OperationEvent.Preparing(
                missing.OfType<FetchedWheel>().Count(),
                missing.OfType<FetchedWheel>().Sum(wheel => wheel.Download.Size ?? 0)
            )
        );
        var prepared = new ConcurrentDictionary<PackageName, StoredWheel>();
        await preparer.PrepareAsync(missing, prepared, new DownloadRelay(bench.Progress), cancellationToken);
        foreach (var (name, wheel) in prepared)
            found[name] = wheel;
        bench.Progress?.Report(new OperationEvent.Prepared(missing.Count, Stopwatch.GetElapsedTime(started)));
        return Checked(found, wheels);
    }

    /// <summary>The same wheels, unless one of them turns out to be for another Python, or to require what its lock file lacks.</summary>
    private Dictionary<PackageName, StoredWheel> Checked(
        Dictionary<PackageName, StoredWheel> stored,
        IReadOnlyList<ChosenWheel> wheels
    )
    {
        try
        {
            foreach (var wheel in wheels)
            {
                if (wheel.RunsOn is { } python && stored.GetValueOrDefault(wheel.Name) is { } unpacked)
                    RefuseOtherPython(wheel, unpacked, python);
            }

            if (completeness?.Check(stored) is { } warning)
                bench.Warn(warning);
            return stored;
        }
        catch (KraitException)
        {
            foreach (var unpacked in stored.Values)
                unpacked.Dispose();
            throw;
        }
    }

    private static void RefuseOtherPython(ChosenWheel wheel, StoredWheel unpacked, Version python)
    {
        if (unpacked.TryReadMetadata(out var metadata, out _))
            WheelRefusals.RefuseOtherPython($"{wheel.Name}=={wheel.Version}", metadata.RequiresPython, python);
    }

    private async Task<InstallReport> ChangeAsync(
        EnvironmentSession session,
        InstallPlan plan,
        Dictionary<PackageName, StoredWheel> wheels,
        InstallOptions options,
        CancellationToken cancellationToken
    )
    {
        using var span = Tracer.Begin("change environment");
        var started = Stopwatch.GetTimestamp();
        var report = await session.ExecuteAsync(plan, wheels, options, progress: null, cancellationToken);
        var removed = plan.Changes.Sum(operation => operation.Removes.Length);
        bench.Progress?.Report(
            new OperationEvent.Changed(removed, plan.Needed.Count(), Stopwatch.GetElapsedTime(started))
        );
        bench.Warn(report.Warnings);
        return report;
    }

    /// <summary>Hands download events on, in the order in which they come.</summary>
    private sealed class DownloadRelay(IProgress<OperationEvent>? progress) : IProgress<DownloadEvent>
    {
        public void Report(DownloadEvent value) => progress?.Report(new OperationEvent.Download(value));
    }
}
