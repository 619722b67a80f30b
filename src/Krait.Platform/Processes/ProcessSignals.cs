using Krait.Platform.Files.Posix;

namespace Krait.Platform.Processes;

/// <summary>What signals do to this process.</summary>
public static class ProcessSignals
{
    /// <summary>The signal that ends a process at once.</summary>
    internal const int Killed = 9;

    private const int FileSizeExceeded = 25;
    private const nint Ignore = 1;

    /// <summary>
    /// Makes a write past the limit on file sizes (`ulimit -f`) fail like one to a full disk, with an error that can be told, where the
    /// system would end the process.
    /// </summary>
    public static void SurviveFileSizeLimit()
    {
        if (OperatingSystem.IsLinux())
            _ = NativeMethods.SetSignal(FileSizeExceeded, Ignore);
    }

    /// <summary>Ends a process at once; one that is gone already is no error.</summary>
    internal static void Kill(int processId)
    {
        if (processId > 1 && OperatingSystem.IsLinux())
            _ = NativeMethods.SendSignal(processId, Killed);
    }

    /// <summary>Sends a signal to a process; one that is gone already is no error.</summary>
    internal static void Send(int processId, int signal)
    {
        if (processId > 1 && OperatingSystem.IsLinux())
            _ = NativeMethods.SendSignal(processId, signal);
    }

    /// <summary>Ends the group of processes that a process leads, if it leads one.</summary>
    internal static void KillGroup(int leaderId)
    {
        if (leaderId > 1 && OperatingSystem.IsLinux())
            _ = NativeMethods.SendSignal(-leaderId, Killed);
    }
}
