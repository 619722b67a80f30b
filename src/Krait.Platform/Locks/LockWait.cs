using System.Globalization;
using Krait.Packaging.Text;

namespace Krait.Platform.Locks;

/// <summary>Waits for a lock that someone else holds.</summary>
internal static class LockWait
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Tries, with growing pauses, until the lock is taken.</summary>
    /// <param name="path">What is locked.</param>
    /// <param name="name">The lock, as the start of a sentence.</param>
    /// <param name="tryAcquire">Takes the lock now, or answers null when someone else holds it.</param>
    /// <param name="limit">How long to wait at most.</param>
    /// <param name="patience">How long a wait is not worth telling anybody.</param>
    /// <param name="waiting">Told once, when it has to wait, for what and for whom.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KraitException">The wait took longer than the limit.</exception>
    public static async Task<T> RunAsync<T>(
        string path,
        string name,
        Func<T?> tryAcquire,
        TimeSpan limit,
        TimeSpan patience,
        IProgress<LockWaiting>? waiting,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var started = Environment.TickCount64;
        var pause = TimeSpan.FromMilliseconds(2);
        var isTold = false;
        while (true)
        {
            if (tryAcquire() is { } taken)
                return taken;
            var waited = Environment.TickCount64 - started;
            if (!isTold && waited >= patience.TotalMilliseconds)
            {
                waiting?.Report(new LockWaiting(path, FileLock.HolderOf(path)));
                isTold = true;
            }

            if (waited > limit.TotalMilliseconds)
                throw new KraitException(TimedOut(path, name, limit));
            await Task.Delay(pause, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static Diagnostic TimedOut(string path, string name, TimeSpan limit)
    {
        var seconds = limit.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
        return new Diagnostic("lock-timeout", $"{name} was not free within {seconds} s")
        {
            Notes = FileLock.HolderOf(path) is { } holder ? [$"it is held by {holder}"] : [],
            Hints = [$"Wait for the other command, or set {Control.LockTimeout} to more seconds"],
        };
    }
}
