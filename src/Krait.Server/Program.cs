using Krait.Index.Http;
using Krait.Platform.Processes;
using Krait.Server.Commands;

namespace Krait.Server;

/// <summary>The process `krait-server`.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] words)
    {
        var variables = ProcessVariables.Read();
        SystemCertificates.LeaveUnread();
        using var interrupt = new ProcessInterrupt();
        ProcessSignals.SurviveFileSizeLimit();
        OpenFileLimit.Ensure();
        var terminal = new ServerConsole(Console.Out, Console.Error);
        return await CommandLine.RunAsync(words, variables, terminal, interrupt.Token);
    }
}
