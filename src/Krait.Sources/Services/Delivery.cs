using System.Collections.Concurrent;
using System.Diagnostics;
using Krait.Packaging.Names;

namespace Krait.Sources.Services;

/// <summary>
/// Shards that are on their way. Whoever wants one of their projects waits for it, but not for longer than the index takes for a page: then it
/// asks for the page, as if nothing was on its way.
/// </summary>
/// <param name="patience">How long nothing may arrive; null waits to the end.</param>
internal sealed class Delivery(TimeSpan? patience)
{
    private readonly ConcurrentDictionary<PackageName, bool> arrived = [];
    private readonly Lock gate = new();
    private readonly TaskCompletionSource over = New();
    private TaskCompletionSource change = New();
    private long lastNews = Stopwatch.GetTimestamp();

    /// <summary>Ends when nothing more will arrive.</summary>
    public Task Over => over.Task;

    /// <summary>Notes that some bytes arrived.</summary>
    public void NoteProgress() => Volatile.Write(ref lastNews, Stopwatch.GetTimestamp());

    /// <summary>Notes that a project arrived.</summary>
    public void NoteArrival(PackageName project)
    {
        arrived[project] = true;
        NoteProgress();
        Tell();
    }

    /// <summary>Notes that nothing more will arrive.</summary>
    public void End()
    {
        over.TrySetResult();
        Tell();
    }

    /// <summary>Waits until a project arrived, or nobody should wait for it any more.</summary>
    public async Task WaitAsync(PackageName project, CancellationToken cancellationToken)
    {
        while (!Over.IsCompleted && !arrived.ContainsKey(project))
        {
            Task next;
            lock (gate)
                next = change.Task;
            if (Over.IsCompleted || arrived.ContainsKey(project))
                return;
            if (patience is not { } limit)
            {
                await next.WaitAsync(cancellationToken);
                continue;
            }

            var left = limit - Stopwatch.GetElapsedTime(Volatile.Read(ref lastNews));
            if (left <= TimeSpan.Zero)
                return;
            await Task.WhenAny(next, Task.Delay(left, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Tell()
    {
        TaskCompletionSource told;
        lock (gate)
            (told, change) = (change, New());
        told.SetResult();
    }
}
