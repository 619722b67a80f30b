using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Krait.Packaging.Text;

namespace Krait.Platform.Processes;

/// <summary>
/// A program that runs code of strangers, such as a build: under limits of time, silence and output, and with everything that it has
/// started gone when it ends, however it ends. Its input stays open and empty for as long as this process lives, so that it can notice
/// our end.
/// </summary>
/// <param name="executable">The program's path.</param>
public sealed class GuardedProcess(string executable)
{
    /// <summary>The variable that marks the program and all it starts, so that they are found again.</summary>
    public const string MarkVariable = "KRAIT_BUILD_SESSION";

    /// <summary>How long what it wrote last may take to arrive once it has ended.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestTick = TimeSpan.FromSeconds(5);

    private readonly string mark = Guid.NewGuid().ToString("n");
    private long written;
    private long lastActive;

    /// <summary>The program.</summary>
    public string Executable { get; } = executable;

    /// <summary>Its arguments.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>Where it runs.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>Its whole environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Its limits.</summary>
    public GuardedLimits Limits { get; init; } = new();

    /// <summary>Whether it gets no input at all, instead of one that stays open.</summary>
    public bool ClosesInput { get; init; }

    /// <summary>Runs it and waits for its end.</summary>
    /// <param name="write">Takes the bytes of both outputs as they come, one piece at a time; true for standard error.</param>
    /// <param name="cancellationToken">Kills it, and what it started.</param>
    /// <exception cref="KraitException">It could not be started.</exception>
    public async Task<GuardedResult> RunAsync(
        Action<ReadOnlyMemory<byte>, bool> write,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Start();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(Limits.Total);
        lastActive = System.Environment.TickCount64;
        var reason = GuardedStop.None;
        if (ClosesInput)
            process.StandardInput.Close();
        using var drained = new CancellationTokenSource();
        var gate = new Lock();
        var outputs = Task.WhenAll(
            CopyAsync(process.StandardOutput.BaseStream, isError: false, write, gate, drained.Token),
            CopyAsync(process.StandardError.BaseStream, isError: true, write, gate, drained.Token)
        );
        try
        {
            reason = await WatchAsync(process, stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            reason = GuardedStop.Total;
        }
        finally
        {
            if (!process.HasExited)
                Kill(process);
        }

        var leftovers = ProcessMarks.Kill(MarkVariable, mark);
        drained.CancelAfter(DrainLimit);
        await outputs;
        return new GuardedResult(await ExitCodeOfAsync(process, drained.Token), reason, leftovers);
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Executable, Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = WorkingFolder,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        start.Environment[MarkVariable] = mark;
        try
        {
            return Process.Start(start) ?? throw new UnreachableException();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new KraitException(Subprocess.NotStarted(Executable, e), e);
        }
    }

    /// <summary>Waits for the end, looking now and then whether the program still does something.</summary>
    private async Task<GuardedStop> WatchAsync(Process process, CancellationToken cancellationToken)
    {
        var exit = process.WaitForExitAsync(cancellationToken);
        var tick = Limits.Idle / 4 < LongestTick ? Limits.Idle / 4 : LongestTick;
        long processorTime = 0;
        while (true)
        {
            if (await Task.WhenAny(exit, Task.Delay(tick, cancellationToken)) == exit)
            {
                await exit;
                return GuardedStop.None;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (Interlocked.Read(ref written) > Limits.Output)
                return GuardedStop.Output;
            // A compiler may be silent for long; one that uses the processor is at work.
            var used = ProcessMarks.ProcessorTime(MarkVariable, mark);
            if (used > processorTime)
                Interlocked.Exchange(ref lastActive, System.Environment.TickCount64);
            processorTime = used;
            if (System.Environment.TickCount64 - Interlocked.Read(ref lastActive) > Limits.Idle.TotalMilliseconds)
                return GuardedStop.Idle;
        }
    }

    private async Task CopyAsync(
        Stream from,
        bool isError,
        Action<ReadOnlyMemory<byte>, bool> write,
        Lock gate,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReadAsync(buffer, cancellationToken) is var count and > 0)
            {
                Interlocked.Exchange(ref lastActive, System.Environment.TickCount64);
                // What comes past the limit is read, so that the writer does not hang, and dropped.
                if (Interlocked.Add(ref written, count) > Limits.Output)
                    continue;
                lock (gate)
                    write(buffer.AsMemory(0, count), isError);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Something that got away holds the pipe; nobody waits for it.
        }
    }

    private static async Task<int> ExitCodeOfAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            // Killed, but not gone: it waits for a device.
            return 128 + ProcessSignals.Killed;
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            // A program that has made itself the leader of a group takes the group along.
            ProcessSignals.KillGroup(process.Id);
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e)
            when (e is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // It ended by itself meanwhile.
        }
    }

    /// <summary>The program and its arguments, for a log.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Executable} {string.Join(' ', Arguments)}");
}
