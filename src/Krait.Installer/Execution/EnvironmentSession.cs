using System.Collections.Concurrent;
using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Installer.Plans;
using Krait.Installer.Uninstalling;
using Krait.Installer.Wheels;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Platform.Locks;
using Krait.Platform.Tracing;

namespace Krait.Installer.Execution;

/// <summary>
/// The right to change one environment: holds its lock, has put right what an earlier run left unfinished, and carries plans out.
/// A plan is prepared completely before anything is removed; from then on it is finished even after a kill, by the next session.
/// </summary>
public sealed class EnvironmentSession : IDisposable
{
    // Linking is bound by the kernel; more threads wait for the same locks in it.
    private const int Linkers = 2;

    private readonly FolderLock held;

    private EnvironmentSession(PythonEnvironment environment, FolderLock held, Recovered recovered)
    {
        Environment = environment;
        this.held = held;
        Recovered = recovered;
    }

    /// <summary>The environment.</summary>
    public PythonEnvironment Environment { get; }

    /// <summary>What was done at the start about an unfinished change.</summary>
    public Recovered Recovered { get; }

    /// <summary>Locks an environment and puts it right.</summary>
    /// <param name="environment">The environment; the folder of a `--target` is made.</param>
    /// <param name="lockLimit">How long to wait for another process.</param>
    /// <param name="waiting">Told when it has to wait, and for whom.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KraitException">The lock was not free in time, or the environment cannot be written.</exception>
    public static async Task<EnvironmentSession> OpenAsync(
        PythonEnvironment environment,
        TimeSpan lockLimit,
        IProgress<LockWaiting>? waiting,
        CancellationToken cancellationToken
    )
    {
        if (!environment.IsVirtual)
            FolderTree.Create(environment.StateFolder);
        var taken = await FolderLock.AcquireAsync(environment.StateFolder, lockLimit, waiting, cancellationToken);
        try
        {
            return new EnvironmentSession(environment, taken, Recovery.Heal(environment));
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Reads what is installed now.</summary>
    public InstalledDistributions ReadInstalled() => InstalledDistributions.Read(Environment);

    /// <summary>Carries a plan out.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="wheels">The unpacked wheel of each distribution that the plan needs.</param>
    /// <param name="options">How to do it.</param>
    /// <param name="progress">Told what happens.</param>
    /// <param name="cancellationToken">Gives the change up while it has not begun; later it is finished first.</param>
    /// <exception cref="DamagedWheelException">A wheel in the cache was damaged; the environment is unchanged.</exception>
    /// <exception cref="KraitException">The change cannot be made; the diagnostic's notes say what state is left.</exception>
    public async Task<InstallReport> ExecuteAsync(
        InstallPlan plan,
        IReadOnlyDictionary<PackageName, StoredWheel> wheels,
        InstallOptions options,
        IProgress<InstallEvent>? progress,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (plan.IsEmpty)
            return new InstallReport(0, 0, [], []);
        var staged = plan.Needed.Select(w => new StagedWheel(w, wheels[w.Name])).ToList();
        var going = plan.Changes.SelectMany(o => o.Removes).ToList();
        // Read first: a distribution whose files nobody knows stops the change before it begins.
        var removed = going.SelectMany(OwnedFiles.Of).ToHashSet(StringComparer.Ordinal);
        // Other descriptions of the same installations go with it; what they list is in the first one, too.
        var old = going.SelectMany(d => d.Others.Prepend(d)).ToList();
        var warnings = staged.SelectMany(s => s.Wheel.Warnings).ToList();
        var report = Change(staged, old, removed, warnings, options, progress, cancellationToken);
        foreach (var operation in plan.Changes)
            progress?.Report(new InstallEvent.Done(operation));
        if (options.CompilesBytecode)
            await BytecodeCompiler.CompileAsync(Environment, staged, cancellationToken);
        return report;
    }

    /// <inheritdoc/>
    public void Dispose() => held.Dispose();

    private InstallReport Change(
        List<StagedWheel> staged,
        List<InstalledDistribution> old,
        HashSet<string> removed,
        List<Diagnostic> warnings,
        InstallOptions options,
        IProgress<InstallEvent>? progress,
        CancellationToken cancellationToken
    )
    {
        using var stage = StageArea.Create(Environment);
        var descriptions = new OldDescriptions(stage, Environment);
        var staying = StayingFiles.Without(ReadInstalled(), old);
        try
        {
            using (Tracer.Begin("stage files"))
                Stage(stage, staged, warnings, options, cancellationToken);
            using var check = Tracer.Begin("check conflicts and mark");
            Check(stage, new GoingFiles(stage.Roots, removed, staying), staying, warnings, options);
            foreach (var wheel in staged)
                progress?.Report(new InstallEvent.Staged(wheel.Wanted, wheel.Wheel.FileCount));
            foreach (var distribution in old)
                descriptions.SetAside(distribution);
            cancellationToken.ThrowIfCancellationRequested();
            // From here on the change is carried out, by this run or the next.
            stage.Mark(old.Count > 0 ? StageArea.RemoveMarker : StageArea.MoveMarker);
        }
        catch
        {
            descriptions.PutBack();
            stage.Remove();
            throw;
        }

        foreach (var warning in warnings)
            progress?.Report(new InstallEvent.Warned(warning));
        int gone;
        using (Tracer.Begin("move files into place"))
            gone = Recovery.Finish(stage, descriptions, staying);
        using (Tracer.Begin("remove stage"))
            stage.Remove();
        foreach (var warning in descriptions.Warnings)
            progress?.Report(new InstallEvent.Warned(warning));
        warnings.AddRange(descriptions.Warnings);
        return new InstallReport(
            staged.Sum(s => s.Wheel.FileCount),
            gone,
            [.. warnings],
            [.. staged.SelectMany(s => StartupHooks.In(s.Wheel.Manifest))]
        );
    }

    private void Stage(
        StageArea stage,
        List<StagedWheel> staged,
        List<Diagnostic> warnings,
        InstallOptions options,
        CancellationToken cancellationToken
    )
    {
        var linker = new WheelLinker(stage, options.LinkMode);
        var shapes = new ShapeConflicts(staged, stage);
        if (shapes.HasOverlaps())
            shapes.Refuse();
        ConcurrentBag<WheelLinker.Collision> collisions = [];
        try
        {
            Link(linker, staged, collisions, cancellationToken);
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<KraitException>().FirstOrDefault() is { } first)
        {
            // A folder could not be made or opened where another wheel has a file.
            if (first is FileSystemException { Error: FileError.NotADirectory or FileError.Loop })
                shapes.Refuse();
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }

        if (!collisions.IsEmpty)
        {
            shapes.Refuse();
            warnings.AddRange(CollisionResolver.Resolve(staged, collisions, stage, linker));
        }

        var writer = new OwnFilesWriter(stage, Environment);
        List<DamagedWheelException> damages = [];
        foreach (var wheel in staged.Where(w => w.NeedsOwnRecord))
        {
            try
            {
                warnings.AddRange(writer.Write(wheel));
            }
            catch (DamagedWheelException damage)
            {
                damages.Add(damage);
            }
        }

        if (DamagedWheelException.All(damages) is { } all)
            throw all;
    }

    private static void Link(
        WheelLinker linker,
        List<StagedWheel> staged,
        ConcurrentBag<WheelLinker.Collision> collisions,
        CancellationToken cancellationToken
    )
    {
        // The largest first, so that no thread is left with it at the end.
        var order = Enumerable.Range(0, staged.Count).OrderByDescending(i => staged[i].Wheel.FileCount).ToArray();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = Linkers, CancellationToken = cancellationToken };
        var next = -1;
        // A damaged wheel does not end the work: all of them are to be found in one go.
        ConcurrentBag<DamagedWheelException> damages = [];
        Parallel.For(
            0,
            Math.Min(Linkers, staged.Count),
            limits,
            _ =>
            {
                for (
                    var turn = Interlocked.Increment(ref next);
                    turn < order.Length;
                    turn = Interlocked.Increment(ref next)
                )
                {
                    var wheel = staged[order[turn]];
                    try
                    {
                        foreach (
                            var c in linker.Link(wheel.Wheel, order[turn], wheel.NeedsOwnRecord, cancellationToken)
                                ?? []
                        )
                        {
                            collisions.Add(c);
                        }
                    }
                    catch (DamagedWheelException damage)
                    {
                        damages.Add(damage);
                    }
                }
            }
        );
        if (DamagedWheelException.All(damages) is { } all)
            throw all;
    }

    private static void Check(
        StageArea stage,
        GoingFiles going,
        StayingFiles staying,
        List<Diagnostic> warnings,
        InstallOptions options
    )
    {
        var check = new ConflictCheck(stage, going, staying);
        check.Run();
        warnings.AddRange(check.Warnings);
        if (options.RequiresOwnFiles && warnings.Find(FileConflict.IsOne) is { } conflict)
        {
            throw new KraitException(
                conflict with
                {
                    Notes =
                    [
                        .. conflict.Notes,
                        "packages may not replace each other's files",
                        "the environment is unchanged",
                    ],
                }
            );
        }
    }
}
