using Krait.Platform.Files.Posix;

namespace Krait.Platform.Processes;

/// <summary>What signals do to this process.</summary>
public static class ProcessSignals
{
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
}
