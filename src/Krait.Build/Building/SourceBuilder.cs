using System.Collections.Concurrent;
using System.Collections.Immutable;
using Krait.Build.Failures;
using Krait.Build.Hooks;
using Krait.Build.Isolation;
using Krait.Build.Sources;
using Krait.Build.Wheels;
using Krait.Packaging.Metadata;
using Krait.Packaging.Text;
using Krait.Platform.Caching;
using Krait.Platform.Concurrency;
using Krait.Platform.Files;
using Krait.Platform.Tracing;

namespace Krait.Build.Building;

/// <summary>
/// Answers the two questions that others have about a source: what its metadata is, and where a wheel of it lies. Answers come from the
/// cache where the source is in the state that they were found for; otherwise the backend is asked, once for any number of askers in this
/// process, and one process at a time.
/// </summary>
/// <remarks>
/// No lock and no place in the queue is held while an environment is prepared, since that may build other sources; and only askers with
/// the same chain share the work, so that builds that need each other are noticed, whoever began.
/// </remarks>
/// <param name="environments">Gives builds their environments.</param>
/// <param name="cache">The cache.</param>
/// <param name="options">What holds for all builds of the run.</param>
public sealed class SourceBuilder(IBuildEnvironments environments, CacheFolder cache, BuildOptions options)
    : IDisposable
{
    private readonly BuiltWheelCache built = new(cache);
    private readonly SemaphoreSlim width = new(Math.Max(1, options.Width));
    private readonly SingleFlight<string, CoreMetadata> descriptions = new(keepResults: true);
    private readonly SingleFlight<string, BuiltWheel> wheels = new(keepResults: true);
    private readonly ConcurrentDictionary<string, Lazy<BuildSession>> sessions = new(StringComparer.Ordinal);
    private int hookRuns;

    /// <summary>How many times a backend was started, for tests and traces.</summary>
    public int HookRuns => hookRuns;

    /// <summary>The metadata of a source, without building it where that can be avoided.</summary>
    /// <param name="source">The source.</param>
    /// <param name="request">How it would be built.</param>
    /// <param name="cancellationToken">Ends this caller's wait.</param>
    /// <exception cref="BuildFailedException">The backend failed.</exception>
    /// <exception cref="KraitException">The source cannot be used.</exception>
    public async Task<CoreMetadata> DescribeAsync(
        BuildSource source,
        BuildRequest request,
        CancellationToken cancellationToken
    )
    {
        if (!request.IsRefreshed && Recall(source, request) is { } known)
            return known;
        return await descriptions.RunAsync(
            KeyOf(source, request),
            (_, token) => FindMetadataAsync(source, request, token),
            cancellationToken
        );
    }

    /// <summary>The metadata that is known of a source without opening it; null where it is not.</summary>
    public CoreMetadata? Recall(BuildSource source, BuildRequest request)
    {
        if (built.TryRead(source, request.Variant) is not { } entry)
            return null;
        var key = request.InterpreterKey;
        return FindWheel(source, request, entry.Record)?.Metadata
            ?? entry.Record.Static
            ?? entry.Record.Prepared.GetValueOrDefault(key);
    }

    /// <summary>The wheel of a source that was built earlier and fits the interpreter; null where there is none.</summary>
    public BuiltWheel? TryFind(BuildSource source, BuildRequest request) =>
        built.TryRead(source, request.Variant) is { } entry ? FindWheel(source, request, entry.Record) : null;

    /// <summary>A wheel of a source, built where there is none that fits; an editable one for a folder whose code is used in place.</summary>
    /// <exception cref="BuildFailedException">The backend failed.</exception>
    /// <exception cref="KraitException">The source cannot be used, or what was built is not what it should be.</exception>
    public async Task<BuiltWheel> BuildAsync(
        BuildSource source,
        BuildRequest request,
        CancellationToken cancellationToken
    )
    {
        if (!request.IsRefreshed && TryFind(source, request) is { } known)
            return known;
        return await wheels.RunAsync(
            KeyOf(source, request),
            (_, token) => MakeWheelAsync(source, request, token),
            cancellationToken
        );
    }

    /// <summary>Builds a source distribution of a project into a folder.</summary>
    /// <returns>The path of the file.</returns>
    /// <exception cref="BuildFailedException">The backend failed, or does not support it here.</exception>
    public async Task<string> BuildSdistAsync(
        BuildSource.Folder source,
        BuildRequest request,
        string target,
        CancellationToken cancellationToken
    )
    {
        using var session = OpenSession(source, request, cancellationToken);
        var folder = session.Workspace.MakeFolder("sdist");
        var step = new HookStep(HookNames.BuildSdist) { Target = folder, Settings = request.Settings };
        var outcome = await CallAsync(session, step, mayBeMissing: false, cancellationToken);
        var isFile =
            outcome is HookOutcome.Returned { Text: { } name }
            && ContainedPath.WhyUnsafe(name) is null
            && !name.Contains('/', StringComparison.Ordinal)
            && FileStatus.TryRead(Path.Join(folder, name), followLinks: false, out var status) == FileError.None
            && status.Kind == FileKind.File;
        if (!isFile)
            throw session.Fail(HookNames.BuildSdist, outcome);
        var fileName = ((HookOutcome.Returned)outcome).Text!; // checked above
        var path = Path.Join(target, fileName);
        await using var from = PlainFile.OpenRead(Path.Join(folder, fileName));
        await AtomicFile.WriteAsync(
            path,
            (stream, token) => from.CopyToAsync(stream, token),
            durable: false,
            cancellationToken
        );
        return path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var session in sessions.Values)
        {
            if (session.IsValueCreated)
                session.Value.Dispose();
        }

        sessions.Clear();
        width.Dispose();
    }

    private static string KeyOf(BuildSource source, BuildRequest request) =>
        $"{source.Key} {source.Stamp} {request.Variant} {request.Interpreter.Executable}\n{request.Chain.Key}";

    private static bool IsEditable(BuildSource source) => source.Origin is DirectUrl.Folder { IsEditable: true };

    private BuiltWheel? FindWheel(BuildSource source, BuildRequest request, SourceRecord record)
    {
        var key = request.InterpreterKey;
        while (record.Best(request.Interpreter.Tags, key) is { } wheel)
        {
            if (built.TryLocate(source, request.Variant, wheel.Metadata.Name, wheel) is { } path)
                return Describe(source, request, wheel, path, isNew: false);
            record = record with { Wheels = record.Wheels.Remove(wheel) };
        }

        return null;
    }

    private static BuiltWheel Describe(
        BuildSource source,
        BuildRequest request,
        RecordedWheel wheel,
        string path,
        bool isNew
    ) =>
        new(wheel.File, wheel.Sha256, BuiltWheelCache.StoreSource(source, request.Variant), path, wheel.Metadata)
        {
            BuiltWith = wheel.BuiltWith,
            IsNew = isNew,
        };

    private async Task<CoreMetadata> FindMetadataAsync(
        BuildSource source,
        BuildRequest request,
        CancellationToken cancellationToken
    )
    {
        using var span = Tracer.Begin("prepare metadata", source, static source => source.Display);
        var session = Session(source, request, cancellationToken);
        if (session.Stated is { } stated)
        {
            CheckIdentity(source, stated);
            await RecordAsync(source, request, stated, record => record with { Static = stated }, cancellationToken);
            return stated;
        }

        // An editable is installed next, so that building it costs nothing more.
        if (IsEditable(source))
            return (await BuildAsync(source, request, cancellationToken)).Metadata;
        var step = new HookStep(HookNames.PrepareWheel)
        {
            Target = session.Workspace.MakeFolder("metadata"),
            Settings = request.Settings,
        };
        RestoreRequires(session, request);
        return await AskForMetadataAsync(session, step, cancellationToken)
            ?? (await BuildAsync(source, request, cancellationToken)).Metadata;
    }

    /// <summary>
    /// What the backend prepares, or what another process has recorded of it while this one waited; null where the backend has no such hook. The
    /// answer is recorded before the next process may ask.
    /// </summary>
    private async Task<CoreMetadata?> AskForMetadataAsync(
        BuildSession session,
        HookStep step,
        CancellationToken cancellationToken
    )
    {
        var (source, request) = (session.Source, session.Request);
        while (true)
        {
            await session.PrepareAsync(cancellationToken);
            await width.WaitAsync(cancellationToken);
            try
            {
                using var held = await built.LockAsync(source, options.LockLimit, options.Waiting, cancellationToken);
                if (!request.IsRefreshed && Recall(source, request) is { } known)
                    return known;
                Interlocked.Increment(ref hookRuns);
                var outcome = await session.RunAsync(step, mayBeMissing: true, cancellationToken);
                if (outcome is HookOutcome.Missing)
                    return null;
                if (outcome is not null)
                    return KeepMetadata(session, step, outcome);
            }
            finally
            {
                width.Release();
            }
        }
    }

    /// <summary>Checks and records what was prepared; the source's lock is held.</summary>
    private CoreMetadata KeepMetadata(BuildSession session, HookStep step, HookOutcome outcome)
    {
        var (source, request) = (session.Source, session.Request);
        var (folder, metadata) = PreparedMetadata.Read(session, step, outcome, options.ArchiveLimits);
        CheckIdentity(source, metadata);
        session.PreparedFolder = folder;
        built.Update(
            source,
            request.Variant,
            metadata.Name,
            record =>
                WithRequires(session, record) with
                {
                    Prepared = record.Prepared.SetItem(request.InterpreterKey, metadata),
                }
        );
        return metadata;
    }

    private async Task<BuiltWheel> MakeWheelAsync(
        BuildSource source,
        BuildRequest request,
        CancellationToken cancellationToken
    )
    {
        using var span = Tracer.Begin("build wheel", source, static source => source.Display);
        var session = Session(source, request, cancellationToken);
        var hook = IsEditable(source) ? HookNames.BuildEditable : HookNames.BuildWheel;
        RestoreRequires(session, request);
        while (true)
        {
            await session.PrepareAsync(cancellationToken);
            await width.WaitAsync(cancellationToken);
            try
            {
                using var held = await built.LockAsync(source, options.LockLimit, options.Waiting, cancellationToken);
                // Another process may have built it while this one waited.
                if (!request.IsRefreshed && TryFind(source, request) is { } found)
                    return found;
                Interlocked.Increment(ref hookRuns);
                var step = new HookStep(hook)
                {
                    Target = session.Workspace.MakeFolder("wheel"),
                    MetadataDirectory = session.PreparedFolder,
                    Settings = request.Settings,
                };
                if (await session.RunAsync(step, mayBeMissing: false, cancellationToken) is { } outcome)
                    return Keep(session, step, outcome);
            }
            finally
            {
                width.Release();
            }
        }
    }

    /// <summary>Checks what was built, and moves it into the cache; the source's lock is held.</summary>
    private BuiltWheel Keep(BuildSession session, HookStep step, HookOutcome outcome)
    {
        var (source, request) = (session.Source, session.Request);
        var folder = step.Target!; // set by the caller
        var answer = (outcome as HookOutcome.Returned)?.Text;
        var (file, metadata) = WheelCheck.Check(
            folder,
            answer,
            source,
            request.Interpreter.Tags,
            options.ArchiveLimits
        );
        if (session.PreparedFolder is { } prepared)
            PreparedMetadata.Compare(session, prepared, metadata);
        if (
            session.Stated is { } stated
            && (stated.Name != metadata.Name || !WheelCheck.IsSame(metadata.Version, stated.Version))
        )
        {
            throw PreparedMetadata.Contradicts(session, stated, file);
        }

        var path = Path.Join(folder, file.ToString());
        var (digest, size) = FileDigest.Of(path);
        // What an old setup.py states may depend on the interpreter that ran it, whatever the wheel's tags say.
        var isOpen = session is { Backend.IsLegacy: true, Stated: null };
        var wheel = new RecordedWheel(
            file,
            digest,
            size,
            metadata,
            isOpen ? request.InterpreterKey : null,
            session.Environment?.Pins ?? []
        );
        var place = built.Put(source, request.Variant, path, wheel);
        built.Update(source, request.Variant, metadata.Name, record => WithRequires(session, record));
        return Describe(source, request, wheel, place, isNew: true);
    }

    /// <summary>Calls a hook that nobody else needs to wait for.</summary>
    private async Task<HookOutcome> CallAsync(
        BuildSession session,
        HookStep step,
        bool mayBeMissing,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            await session.PrepareAsync(cancellationToken);
            await width.WaitAsync(cancellationToken);
            try
            {
                // Hooks run in the project's own folder, where another build would be in the way.
                using var held = await built.LockAsync(
                    session.Source,
                    options.LockLimit,
                    options.Waiting,
                    cancellationToken
                );
                Interlocked.Increment(ref hookRuns);
                if (await session.RunAsync(step, mayBeMissing, cancellationToken) is { } outcome)
                    return outcome;
            }
            finally
            {
                width.Release();
            }
        }
    }

    private async Task RecordAsync(
        BuildSource source,
        BuildRequest request,
        CoreMetadata metadata,
        Func<SourceRecord, SourceRecord> change,
        CancellationToken cancellationToken
    )
    {
        using var held = await built.LockAsync(source, options.LockLimit, options.Waiting, cancellationToken);
        built.Update(source, request.Variant, metadata.Name, change);
    }

    private void RestoreRequires(BuildSession session, BuildRequest request)
    {
        if (session.Additional is null && built.TryRead(session.Source, request.Variant) is { } entry)
        {
            session.Additional = entry.Record.Requires.TryGetValue(RequiresKey(session), out var known) ? known : null;
        }
    }

    private static SourceRecord WithRequires(BuildSession session, SourceRecord record) =>
        session.Additional is { } additional
            ? record with
            {
                Requires = record.Requires.SetItem(RequiresKey(session), additional),
            }
            : record;

    private static string RequiresKey(BuildSession session) =>
        $"{(IsEditable(session.Source) ? "editable" : "wheel")} {session.Request.InterpreterKey}";

    private BuildSession Session(BuildSource source, BuildRequest request, CancellationToken cancellationToken)
    {
        var key = KeyOf(source, request);
        var session = sessions.GetOrAdd(key, _ => new(() => OpenSession(source, request, cancellationToken)));
        try
        {
            return session.Value;
        }
        catch
        {
            // The next asker tries again, and is not told of somebody else's cancellation.
            sessions.TryRemove(new KeyValuePair<string, Lazy<BuildSession>>(key, session));
            throw;
        }
    }

    private BuildSession OpenSession(BuildSource source, BuildRequest request, CancellationToken cancellationToken) =>
        BuildSession.Open(
            source,
            request,
            environments,
            options,
            cache,
            built.LogPath(source, request.Variant),
            cancellationToken
        );

    private static void CheckIdentity(BuildSource source, CoreMetadata metadata)
    {
        var isWrong =
            (source.Name is { } name && metadata.Name != name)
            || (source.Version is { } version && !WheelCheck.IsSame(metadata.Version, version));
        if (!isWrong)
            return;
        throw new KraitException(
            new Diagnostic(
                "wrong-name",
                $"`{source.Display}` says that it is `{metadata.Name} {metadata.Version}`, not `{source.Title}`"
            )
        );
    }
}
