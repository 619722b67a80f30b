using System.Globalization;
using Krait.Index.Downloads;
using Krait.Projects.Work;

namespace Krait.Cli.Rendering;

/// <summary>
/// Shows how an operation goes: on a terminal a line for all downloads and one for each of the largest that are under way, anywhere
/// else only what is done.
/// </summary>
internal sealed class ProgressDisplay(Terminal terminal, bool showsLive) : IProgress<OperationEvent>
{
    private const int ShownFiles = 4;
    private const int BarWidth = 24;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(60);

    private readonly Lock gate = new();
    private readonly Dictionary<string, (long Received, long? Size)> files = new(StringComparer.Ordinal);
    private long shownAt;
    private (int Wheels, long Bytes) total;
    private (int Wheels, long Bytes) finished;

    /// <inheritdoc/>
    public void Report(OperationEvent value)
    {
        switch (value)
        {
            case OperationEvent.Resolved resolved:
                terminal.Say(terminal.Paint($"Resolved {Count(resolved.Packages)} in {Elapsed(resolved.Time)}", 2));
                break;
            case OperationEvent.Preparing preparing:
                lock (gate)
                    (total, finished) = ((preparing.Wheels, preparing.Bytes), default);
                break;
            case OperationEvent.Download download:
                Follow(download.Event);
                break;
            case OperationEvent.Prepared prepared:
                terminal.ShowLive();
                terminal.Say(terminal.Paint($"Prepared {Count(prepared.Wheels)} in {Elapsed(prepared.Time)}", 2));
                break;
            case OperationEvent.Changed changed:
                if (changed.Removed > 0)
                    terminal.Say(terminal.Paint($"Uninstalled {Count(changed.Removed)}", 2));
                if (changed.Installed > 0)
                    terminal.Say(terminal.Paint($"Installed {Count(changed.Installed)} in {Elapsed(changed.Time)}", 2));
                break;
            case OperationEvent.Warned warned:
                DiagnosticRenderer.WriteWarning(terminal, warned.Warning);
                break;
            case OperationEvent.Noted noted:
                terminal.Detail(noted.Text);
                break;
        }
    }

    /// <summary>Takes the live lines away, whatever became of the operation.</summary>
    public void Stop() => terminal.ShowLive();

    /// <summary>`1 package`, `12 packages`</summary>
    public static string Count(int packages) =>
        string.Create(CultureInfo.InvariantCulture, $"{packages} {(packages == 1 ? "package" : "packages")}");

    private void Follow(DownloadEvent download)
    {
        lock (gate)
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
                    terminal.Detail($"Downloaded {done.FileName}");
                    break;
                case DownloadEvent.Repeated repeated:
                    terminal.Detail($"Trying {repeated.FileName} again: {repeated.Reason}");
                    break;
            }

            var now = Environment.TickCount64;
            if (!showsLive || !terminal.IsInteractive || now - shownAt < Pace.TotalMilliseconds)
                return;
            shownAt = now;
            terminal.ShowLive(Lines());
        }
    }

    private string[] Lines()
    {
        var received = finished.Bytes + files.Values.Sum(file => file.Received);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"Downloading {finished.Wheels}/{total.Wheels}  {Bar(received, total.Bytes)}  {Megabytes(received)}{(total.Bytes > 0 ? " of " + Megabytes(total.Bytes) : "")}"
        );
        var largest = files.OrderByDescending(file => file.Value.Size ?? 0).Take(ShownFiles);
        return
        [
            head,
            .. largest.Select(file =>
                $"  {file.Key, -44} {Bar(file.Value.Received, file.Value.Size ?? 0)}  {Megabytes(file.Value.Received)}"
            ),
        ];
    }

    private static string Bar(long done, long all)
    {
        if (all <= 0)
            return new string(' ', BarWidth);
        var full = (int)Math.Clamp(done * BarWidth / all, 0, BarWidth);
        return new string('━', full) + new string('╌', BarWidth - full);
    }

    private static string Megabytes(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB");

    private static string Elapsed(TimeSpan time) =>
        time.TotalSeconds >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00}s")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(time.TotalMilliseconds, 0.01):0.##}ms");
}
