using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Platform.Processes;

/// <summary>A program to run to its end: arguments are a list and never pass a shell; its input is empty.</summary>
/// <param name="executable">The program's path, or a name to look up in PATH.</param>
public sealed class Subprocess(string executable)
{
    /// <summary>The program.</summary>
    public string Executable { get; } = executable;

    /// <summary>Its arguments.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>Where it runs; null for the current folder.</summary>
    public string? WorkingFolder { get; init; }

    /// <summary>Its whole environment; null to inherit this process's.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>How long it may run; then it and what it started are killed.</summary>
    public TimeSpan Limit { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>How much of each output is kept, from its end; what comes before is counted and dropped.</summary>
    public int OutputLimit { get; init; } = 16 * 1024 * 1024;

    /// <summary>Runs it and waits for its end.</summary>
    /// <param name="lines">Gets each line of both outputs as it comes.</param>
    /// <param name="cancellationToken">Kills it, and what it started.</param>
    /// <exception cref="KraitException">It could not be started, or ran longer than its limit.</exception>
    public async Task<SubprocessResult> RunAsync(IProgress<OutputLine>? lines, CancellationToken cancellationToken)
    {
        using var process = Start();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        process.StandardInput.Close();
        var output = CaptureAsync(process.StandardOutput, isError: false, lines, limit.Token);
        var errors = CaptureAsync(process.StandardError, isError: true, lines, limit.Token);
        try
        {
            // The end of both outputs is awaited under the same limit: a grandchild may keep them open.
            await process.WaitForExitAsync(limit.Token);
            return new SubprocessResult(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException e)
        {
            Kill(process);
            cancellationToken.ThrowIfCancellationRequested();
            throw new KraitException(
                new Diagnostic("process-timeout", $"`{Executable}` did not finish within {Limit.TotalSeconds:0.#} s"),
                e
            );
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Executable, Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = WorkingFolder ?? "",
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        if (Environment is not null)
        {
            start.Environment.Clear();
            foreach (var (name, value) in Environment)
                start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start) ?? throw new UnreachableException();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new KraitException(NotStarted(Executable, e), e);
        }
    }

    /// <summary>Says why a program could not be started.</summary>
    internal static Diagnostic NotStarted(string executable, System.ComponentModel.Win32Exception exception)
    {
        var reason = FileCalls.Current.MeaningOf(exception.NativeErrorCode) switch
        {
            FileError.NotFound => "it was not found",
            FileError.AccessDenied => "permission denied",
            FileError.NotAProgram => "it is not a program for this system",
            _ => exception.Message,
        };
        return new Diagnostic("process-not-started", $"cannot run `{executable}`: {reason}");
    }

    private async Task<string> CaptureAsync(
        StreamReader reader,
        bool isError,
        IProgress<OutputLine>? lines,
        CancellationToken cancellationToken
    )
    {
        var kept = new OutputTail(OutputLimit);
        var line = new StringBuilder();
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            kept.Append(buffer.AsSpan(0, read));
            if (lines is not null)
                ReportLines(buffer.AsSpan(0, read), line, isError, lines);
        }

        if (line.Length > 0)
            lines?.Report(new OutputLine(line.ToString(), isError));
        return kept.ToString();
    }

    private static void ReportLines(
        ReadOnlySpan<char> text,
        StringBuilder line,
        bool isError,
        IProgress<OutputLine> lines
    )
    {
        const int LongestLine = 64 * 1024;
        foreach (var c in text)
        {
            if (c != '\n' && line.Length < LongestLine)
            {
                line.Append(c);
                continue;
            }

            lines.Report(new OutputLine(line.ToString().TrimEnd('\r'), isError));
            line.Clear();
            if (c != '\n')
                line.Append(c);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e)
            when (e is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // It ended by itself meanwhile.
        }
    }
}

/// <summary>One line that a subprocess wrote.</summary>
/// <param name="Text">The line without its end.</param>
/// <param name="IsError">Whether it came on standard error.</param>
public readonly record struct OutputLine(string Text, bool IsError);

/// <summary>How a subprocess ended.</summary>
/// <param name="ExitCode">Its exit code; 128 and the number of the signal when one ended it.</param>
/// <param name="Output">The last part of its standard output.</param>
/// <param name="Errors">The last part of its standard error.</param>
public sealed record SubprocessResult(int ExitCode, string Output, string Errors);
