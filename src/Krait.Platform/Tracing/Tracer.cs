namespace Krait.Platform.Tracing;

/// <summary>
/// Records what a run spends its time on, where somebody wants to know. What runs on behalf of an <see cref="Open"/> call, on whatever
/// thread, is recorded in its log; anywhere else a span costs one comparison.
/// </summary>
public static class Tracer
{
    private static readonly AsyncLocal<TraceLog?> Current = new();
    private static int open;

    /// <summary>Begins a log, which ends when it is disposed.</summary>
    /// <param name="started">The moment at which its time begins, as <see cref="System.Diagnostics.Stopwatch"/> counts.</param>
    public static TraceLog Open(long started)
    {
        Interlocked.Increment(ref open);
        var log = new TraceLog(started);
        Current.Value = log;
        return log;
    }

    /// <summary>Begins a span.</summary>
    /// <param name="name">What is done, in the infinitive (`fetch page`).</param>
    /// <param name="what">What it is done to.</param>
    public static Span Begin(string name, string? what = null) =>
        Volatile.Read(ref open) == 0 || Current.Value is not { } log ? default : log.Begin(name, what);

    /// <summary>Begins a span; what it is done to is put into words only where that is recorded.</summary>
    /// <param name="name">What is done, in the infinitive (`fetch page`).</param>
    /// <param name="subject">What it is done to.</param>
    /// <param name="text">Its words.</param>
    public static Span Begin<T>(string name, T subject, Func<T, string> text) =>
        Volatile.Read(ref open) == 0 || Current.Value is not { } log ? default : log.Begin(name, text(subject));

    internal static void Closed()
    {
        Interlocked.Decrement(ref open);
        Current.Value = null;
    }
}
