using System.Diagnostics;
using Krait.Packaging.Text;

namespace Krait.Platform.Processes;

/// <summary>A program that reads and writes where this process does, for a user who works with it.</summary>
/// <param name="executable">The program's path.</param>
public sealed class InheritingProcess(string executable)
{
    /// <summary>Its arguments; they pass no shell.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Where it runs.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>Its whole environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Runs it and waits for its end; an interrupt at the terminal reaches it without us.</summary>
    /// <returns>Its exit code; 128 and the number of the signal when one ended it.</returns>
    /// <exception cref="KraitException">It could not be started.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(executable, Arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = WorkingFolder,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        try
        {
            using var process = Process.Start(start) ?? throw new UnreachableException();
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new KraitException(Subprocess.NotStarted(executable, failure), failure);
        }
    }
}
