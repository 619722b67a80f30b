using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Krait.Server.Load;

/// <summary>A krait-server in a process of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;

    private ServerProcess(Process process) => this.process = process;

    /// <summary>Where it listens.</summary>
    public required string Address { get; init; }

    /// <summary>The lines of its access log.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>The memory that it takes, in MiB.</summary>
    public double ResidentMegabytes
    {
        get
        {
            var line = File.ReadLines(PathOf("status")).First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            var number = line["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal);
            return double.Parse(number, CultureInfo.InvariantCulture) / 1024;
        }
    }

    /// <summary>The processor time that it has taken.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>How many files and sockets it has open.</summary>
    public int Descriptors => Directory.GetFileSystemEntries(PathOf("fd")).Length;

    /// <summary>Starts one, and waits until it listens.</summary>
    /// <param name="program">The executable.</param>
    /// <param name="words">Its arguments, without `serve`.</param>
    public static ServerProcess Start(string program, params string[] words)
    {
        // Whatever becomes of this program, the server ends with it.
        var own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(program, ["serve", .. words, "--stop-with", own])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var started = Process.Start(start) ?? throw new LoadException($"{program} could not be started");
        var line = started.StandardError.ReadLine() ?? "";
        const string Before = "Listening on ";
        if (!line.StartsWith(Before, StringComparison.Ordinal))
            throw new LoadException($"the server does not listen: {line} {started.StandardError.ReadToEnd()}");
        var server = new ServerProcess(started) { Address = line[Before.Length..] };
        started.OutputDataReceived += (_, written) =>
        {
            if (written.Data is { } text)
                server.Log.Enqueue(text);
        };
        started.BeginOutputReadLine();
        // Nobody wants to know, but a full pipe would stop the server.
        _ = started.StandardError.ReadToEndAsync();
        return server;
    }

    /// <summary>Runs another command of the server to its end.</summary>
    /// <returns>Its exit code and what it has written.</returns>
    public static async Task<(int Code, string Output)> RunAsync(
        string program,
        IEnumerable<string> words,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(program, words)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var running = Process.Start(start) ?? throw new LoadException($"{program} could not be started");
        var errors = running.StandardError.ReadToEndAsync(cancellationToken);
        var output = await running.StandardOutput.ReadToEndAsync(cancellationToken);
        await running.WaitForExitAsync(cancellationToken);
        return (running.ExitCode, output + await errors);
    }

    /// <summary>Ends it at once, as if the machine had failed.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!process.HasExited)
            Kill();
        process.Dispose();
    }

    private string PathOf(string name) => string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/{name}");
}
