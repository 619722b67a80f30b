using System.Runtime.CompilerServices;
using System.Text;
using Krait.Platform.Files;

namespace Krait.Platform.Processes;

/// <summary>The name that this process was started by, which a link may change: one program then answers as several.</summary>
public static class ProgramName
{
    /// <summary>The last part of the name; the program's own where the system does not say.</summary>
    public static string Read()
    {
        // A native executable has it at hand; under the runtime's own launcher the first argument is the name of a library.
        if (!RuntimeFeature.IsDynamicCodeSupported)
            return Path.GetFileName(Environment.GetCommandLineArgs()[0]);
        if (PlainFile.TryReadBytes("/proc/self/cmdline", out var line) == FileError.None && line.Length > 0)
        {
            var end = Array.IndexOf(line, (byte)0);
            return Path.GetFileName(Encoding.UTF8.GetString(line, 0, end < 0 ? line.Length : end));
        }

        return Path.GetFileNameWithoutExtension(Environment.GetCommandLineArgs()[0]);
    }
}
