using System.Collections;
using System.Runtime.InteropServices;
using Krait.Platform.Processes;
using Krait.Server.Commands;

namespace Krait.Server;

/// <summary>The process `krait-server`.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] words)
    {
        using var interrupt = new CancellationTokenSource();
        using var onInterrupt = CancelOn(PosixSignal.SIGINT, interrupt);
        using var onTermination = CancelOn(PosixSignal.SIGTERM, interrupt);
        ProcessSignals.SurviveFileSizeLimit();
        OpenFileLimit.Ensure();
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        var terminal = new ServerConsole(Console.Out, Console.Error);
        return await CommandLine.RunAsync(words, variables, terminal, interrupt.Token);
    }

    /// <summary>The first interrupt lets the server finish what it is answering; the second ends the process as usual.</summary>
    private static PosixSignalRegistration CancelOn(PosixSignal signal, CancellationTokenSource interrupt) =>
        PosixSignalRegistration.Create(
            signal,
            context =>
            {
                context.Cancel = !interrupt.IsCancellationRequested;
                interrupt.Cancel();
            }
        );
}
