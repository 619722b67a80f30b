using System.Diagnostics;
using System.Runtime.InteropServices;
using Krait.Packaging.Text;

namespace Krait.Platform.Processes;

/// <summary>
/// A program that takes this process's place for the user: it has the terminal, gets the signals, and its exit code is the answer. Arguments are a
/// list and never pass a shell.
/// </summary>
/// <param name="executable">The program's path.</param>
public sealed class ForegroundProcess(string executable)
{
    private static readonly (PosixSignal Signal, int Number)[] Forwarded =
    [
        (PosixSignal.SIGINT, 2),
        (PosixSignal.SIGTERM, 15),
        (PosixSignal.SIGHUP, 1),
        (PosixSignal.SIGQUIT, 3),
    ];

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Where it runs; null for the current folder.</summary>
    public string? WorkingFolder { get; init; }

    /// <summary>Its whole environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>What it reads; null leaves it this process's input.</summary>
    public string? Input { get; init; }

    /// <summary>Whether the terminal sends it the interrupts that the user types, as it does to this process.</summary>
    public bool SharesTerminal { get; init; }

    /// <summary>Runs it and waits for its end, which only it decides.</summary>
    /// <returns>Its exit code; 128 and the number of the signal when one ended it.</returns>
    /// <exception cref="KraitException">It could not be started.</exception>
    public async Task<int> RunAsync()
    {
        using var process = Start();
        var id = process.Id;
        var registrations = Forwarded.Select(signal =>
            PosixSignalRegistration.Create(
                signal.Signal,
                context =>
                {
                    context.Cancel = true;
                    // What is typed at the terminal reaches the whole group of processes without us.
                    if (!SharesTerminal || signal.Signal is not (PosixSignal.SIGINT or PosixSignal.SIGQUIT))
                        ProcessSignals.Send(id, signal.Number);
                }
            )
        );
        using var forwarding = new Registrations([.. registrations]);
        if (Input is { } input)
        {
            try
            {
                await process.StandardInput.WriteAsync(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It did not want to read all of it.
            }
        }

        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(executable, Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = Input is not null,
            WorkingDirectory = WorkingFolder ?? "",
        };
        start.Environment.Clear();
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        try
        {
            return Process.Start(start) ?? throw new UnreachableException();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new KraitException(Subprocess.NotStarted(executable, e), e);
        }
    }

    private sealed class Registrations(PosixSignalRegistration[] all) : IDisposable
    {
        public void Dispose()
        {
            foreach (var one in all)
                one.Dispose();
        }
    }
}
