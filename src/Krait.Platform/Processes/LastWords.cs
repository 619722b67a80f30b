using System.Text;
using Krait.Platform.Files.Posix;

namespace Krait.Platform.Processes;

/// <summary>Standard error for a process that cannot open it: one that has used up its open files before it could say a word.</summary>
public static class LastWords
{
    private const int StandardError = 2;

    /// <summary>Writes a text to standard error without opening anything; a failure is ignored, as there is nobody left to tell.</summary>
    /// <param name="text">The text, written as UTF-8.</param>
    public static unsafe void Write(string text)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes)
            _ = NativeMethods.Write(StandardError, start, (nuint)bytes.Length);
    }
}
