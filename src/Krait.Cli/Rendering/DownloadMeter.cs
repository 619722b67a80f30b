using System.Globalization;
using Krait.Index.Downloads;

namespace Krait.Cli.Rendering;

/// <summary>How far the downloads of an operation are, and how fast they go: what the progress lines show.</summary>
/// <param name="clock">Measures the rate.</param>
internal sealed class DownloadMeter(TimeProvider clock)
{
    private const int ShownFiles = 4;
    private const int WidestBar = 24;
    private const int NarrowestBar = 6;
    private const int WidestName = 44;

    /// <summary>How far back the rate looks: long enough to be calm, short enough to notice a stall.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(4);

    private readonly Dictionary<string, (long Received, long? Size)> files = new(StringComparer.Ordinal);
    private readonly Queue<(long At, long Received)> samples = new();
    private (int Wheels, long Bytes) total;
    private (int Wheels, long Bytes) finished;

    /// <summary>Whether anything is to be shown.</summary>
    public bool IsActive => total.Wheels > 0 && finished.Wheels < total.Wheels;

    /// <summary>Begins with what is to be fetched.</summary>
    public void Begin(int wheels, long bytes)
    {
        (total, finished) = ((wheels, bytes), default);
        files.Clear();
        samples.Clear();
    }

    /// <summary>Ends, whatever is still missing.</summary>
    public void End() => Begin(0, 0);

    /// <summary>Takes what happened to a file into account.</summary>
    public void Follow(DownloadEvent download)
    {
        switch (download)
        {
            case DownloadEvent.Started started:
                files[started.FileName] = (0, started.Size);
                break;
            case DownloadEvent.Advanced advanced:
                files[advanced.FileName] = (advanced.Received, files.GetValueOrDefault(advanced.FileName).Size);
                break;
            case DownloadEvent.Finished done:
                files.Remove(done.FileName);
                finished = (finished.Wheels + 1, finished.Bytes + done.Size);
                break;
        }
    }

    /// <summary>A line for all downloads, and one for each of the largest that are under way.</summary>
    /// <param name="columns">The columns that a line may take.</param>
    public string[] Lines(int columns)
    {
        var received = finished.Bytes + files.Values.Sum(file => file.Received);
        var rate = Rate(received);
        string[] facts =
        [
            total.Bytes > 0 ? $"{Size(received)} of {Size(total.Bytes)}" : Size(received),
            rate > 0 ? $"{Size((long)rate)}/s" : "",
            rate > 0 && total.Bytes > received ? Left((total.Bytes - received) / rate) : "",
        ];
        var head = string.Create(CultureInfo.InvariantCulture, $"Downloading {finished.Wheels}/{total.Wheels}");
        var largest = files.OrderByDescending(file => file.Value.Size ?? 0).Take(ShownFiles).ToList();
        var name = Math.Min(WidestName, Math.Max(NarrowestBar, columns / 2));
        return
        [
            Line(head, received, total.Bytes, facts, columns),
            .. largest.Select(file =>
                Line(
                    "  " + VisibleText.Fit(VisibleText.Escaped(file.Key), name).PadRight(name),
                    file.Value.Received,
                    file.Value.Size ?? 0,
                    [Size(file.Value.Received)],
                    columns
                )
            ),
        ];
    }

    /// <summary>A beginning, a bar and as many facts as there is room for.</summary>
    private static string Line(string beginning, long done, long all, string[] facts, int columns)
    {
        var shown = facts.Where(fact => fact.Length > 0).ToList();
        while (true)
        {
            var end = string.Concat(shown.Select(fact => "  " + fact));
            var room = columns - VisibleText.Columns(beginning) - end.Length - 2;
            if (room >= NarrowestBar)
                return $"{beginning}  {Bar(done, all, Math.Min(room, WidestBar))}{end}";
            if (shown.Count == 0)
                return beginning;
            shown.RemoveAt(shown.Count - 1);
        }
    }

    /// <summary>Bytes per second over the last seconds; 0 where that cannot be said yet.</summary>
    private double Rate(long received)
    {
        var now = clock.GetTimestamp();
        samples.Enqueue((now, received));
        while (samples.Count > 2 && clock.GetElapsedTime(samples.Peek().At, now) > Window)
            samples.Dequeue();
        var (at, before) = samples.Peek();
        var seconds = clock.GetElapsedTime(at, now).TotalSeconds;
        return seconds < 0.5 ? 0 : (received - before) / seconds;
    }

    private static string Bar(long done, long all, int width)
    {
        if (all <= 0)
            return new string(' ', width);
        var full = (int)Math.Clamp((double)done * width / all, 0, width);
        return new string('━', full) + new string('╌', width - full);
    }

    private static string Left(double seconds)
    {
        var left = TimeSpan.FromSeconds(Math.Min(Math.Ceiling(seconds), 359_999));
        return left.TotalHours >= 1
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{(int)left.TotalHours}:{left.Minutes:00}:{left.Seconds:00} left"
            )
            : string.Create(CultureInfo.InvariantCulture, $"{left.Minutes}:{left.Seconds:00} left");
    }

    private static string Size(long bytes) =>
        bytes < 1048576
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0} KiB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB");
}
