using System.Diagnostics;

namespace Krait.Platform.Processes;

/// <summary>A process that this one did not start.</summary>
public static class OtherProcess
{
    /// <summary>Waits until a process has ended, however it ends. One that is gone already has.</summary>
    public static async Task WaitForEndAsync(int processId, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (ArgumentException)
        {
            // There is no such process.
        }
    }
}
