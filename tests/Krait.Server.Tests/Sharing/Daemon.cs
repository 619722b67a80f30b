using System.Diagnostics;

namespace Krait.Server.Tests.Sharing;

/// <summary>A program that runs beside the tests. It ends when they do, however they end: a shell waits for the end of its input.</summary>
internal sealed class Daemon : IDisposable
{
    private readonly Process shell;

    /// <summary>Starts it.</summary>
    /// <param name="signal">What ends it.</param>
    /// <param name="leftover">A directory to remove when it has ended; null for none.</param>
    /// <param name="command">The program and its arguments.</param>
    public Daemon(string signal, string? leftover, params string[] command)
    {
        var script =
            $"left=$1; shift; \"$@\" </dev/null & child=$!; cat >/dev/null; kill -{signal} $child; wait $child; "
            + "[ -z \"$left\" ] || rm -rf \"$left\"";
        shell = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", script, "sh", leftover ?? "", .. command])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!; // it is a new process
        shell.OutputDataReceived += (_, _) => { };
        shell.ErrorDataReceived += (_, line) => LastWords = line.Data is { Length: > 0 } text ? text : LastWords;
        shell.BeginOutputReadLine();
        shell.BeginErrorReadLine();
    }

    /// <summary>The last line that it has written.</summary>
    public string LastWords { get; private set; } = "";

    /// <summary>Ends it, and waits until it has ended.</summary>
    public void Dispose()
    {
        shell.StandardInput.Close();
        shell.WaitForExit(TimeSpan.FromSeconds(20));
        shell.Dispose();
    }
}
