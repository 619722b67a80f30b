using System.Globalization;
using Krait.Build.Building;
using Krait.Index.Downloads;
using Krait.Projects.Work;
using Krait.Sources;

namespace Krait.Cli.Rendering;

/// <summary>
/// Shows how an operation goes: on a terminal a spinner while versions are chosen, then a line for all downloads and one for each of the
/// largest that are under way; anywhere else only what is done.
/// </summary>
internal sealed class ProgressDisplay : IProgress<OperationEvent>, IDisposable
{
    private const string Frames = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(80);

    private readonly Terminal terminal;
    private readonly Lock gate = new();
    private readonly DownloadMeter meter;
    private readonly BuildMeter builds = new();
    private readonly Timer? timer;
    private string? resolving;
    private int frame;
    private bool isDrawn;
    private bool isDisposed;

    /// <summary>A display that shows nothing yet.</summary>
    /// <param name="terminal">The console.</param>
    /// <param name="showsLive">Whether the user wants to see progress.</param>
    /// <param name="clock">Measures rates.</param>
    public ProgressDisplay(Terminal terminal, bool showsLive, TimeProvider clock)
    {
        this.terminal = terminal;
        meter = new DownloadMeter(clock);
        if (showsLive && terminal.ShowsLive)
            timer = new Timer(static display => ((ProgressDisplay)display!).Draw(), this, Pace, Pace);
    }

    /// <inheritdoc/>
    public void Report(OperationEvent value)
    {
        switch (value)
        {
            case OperationEvent.Resolving choosing:
                lock (gate)
                    resolving = choosing.Package ?? "";
                break;
            case OperationEvent.Resolved resolved:
                Clear();
                Done($"Resolved {Count(resolved.Packages)} in {Elapsed(resolved.Time)}");
                break;
            case OperationEvent.Preparing preparing:
                lock (gate)
                    meter.Begin(preparing.Wheels, preparing.Bytes);
                break;
            case OperationEvent.Download download:
                lock (gate)
                    meter.Follow(download.Event);
                Detail(download.Event);
                break;
            case OperationEvent.Building building:
                lock (gate)
                    builds.Follow(building.Event);
                Detail(building.Event);
                break;
            case OperationEvent.Prepared prepared:
                Clear();
                Done($"Prepared {Count(prepared.Wheels)} in {Elapsed(prepared.Time)}");
                break;
            case OperationEvent.Changed changed:
                if (changed.Removed > 0)
                    Done($"Uninstalled {Count(changed.Removed)}");
                if (changed.Installed > 0)
                    Done($"Installed {Count(changed.Installed)} in {Elapsed(changed.Time)}");
                break;
            case OperationEvent.Warned warned:
                DiagnosticRenderer.WriteWarning(terminal, warned.Warning);
                break;
            case OperationEvent.Skipped skipped when terminal.Verbosity >= Verbosity.Verbose:
                foreach (var line in SkippedEntries.Describe(skipped.Page))
                    terminal.Detail(line);
                break;
            case OperationEvent.Noted noted:
                terminal.Detail(noted.Text);
                break;
        }
    }

    /// <summary>Takes the live lines away, whatever became of the operation; the next one draws its own.</summary>
    public void Stop() => Clear();

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
            isDisposed = true;
        Clear();
        timer?.Dispose();
    }

    /// <summary>`1 package`, `12 packages`</summary>
    public static string Count(int packages) =>
        string.Create(CultureInfo.InvariantCulture, $"{packages} {(packages == 1 ? "package" : "packages")}");

    /// <summary>Draws what is under way; called again and again by the clock, so that a stall is seen as one.</summary>
    private void Draw()
    {
        try
        {
            lock (gate)
            {
                if (isDisposed)
                    return;
                var columns = terminal.Size().Columns - 1;
                if (meter.IsActive || builds.IsActive)
                    terminal.ShowLive([.. meter.IsActive ? meter.Lines(columns) : [], .. builds.Lines(columns)]);
                else if (resolving is { } package)
                    terminal.ShowLive(Spinner(package));
                else
                    return;
                isDrawn = true;
            }
        }
        catch (IOException)
        {
            // The terminal is gone; the command itself goes on.
        }
    }

    private string Spinner(string package)
    {
        frame = (frame + 1) % Frames.Length;
        var sign = terminal.Paint(Frames[frame].ToString(), 36);
        return package.Length == 0
            ? $"{sign} Resolving dependencies"
            : $"{sign} Resolving dependencies: {terminal.Paint(package, 2)}";
    }

    private void Clear()
    {
        lock (gate)
        {
            resolving = null;
            meter.End();
            builds.End();
            if (isDrawn)
                terminal.ShowLive();
            isDrawn = false;
        }
    }

    /// <summary>The log of builds, for who wants to see all of it.</summary>
    private void Detail(BuildEvent build)
    {
        switch (build)
        {
            case BuildEvent.Started started:
                terminal.Detail($"Building {started.Title}: {started.Step}");
                break;
            case BuildEvent.Line line:
                terminal.Detail($"{line.Title}: {line.Text}");
                break;
            case BuildEvent.Finished finished:
                terminal.Detail($"Finished {finished.Title}: {finished.Step} in {Elapsed(finished.Elapsed)}");
                break;
        }
    }

    private void Done(string text) => terminal.Say(terminal.Paint(text, 2));

    private void Detail(DownloadEvent download)
    {
        if (download is DownloadEvent.Finished done)
            terminal.Detail($"Downloaded {done.FileName}");
        else if (download is DownloadEvent.Repeated repeated)
            terminal.Detail($"Trying {repeated.FileName} again: {repeated.Reason}");
    }

    private static string Elapsed(TimeSpan time) =>
        time.TotalSeconds >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00}s")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(time.TotalMilliseconds, 0.01):0.##}ms");
}
