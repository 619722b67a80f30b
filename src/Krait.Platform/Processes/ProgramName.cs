using System.Text;
using Krait.Platform.Files;

namespace Krait.Platform.Processes;

/// <summary>The name that this process was started by, which a link may change: one program then answers as several.</summary>
public static class ProgramName
{
    /// <summary>The last part of the name; the program's own where the system does not say.</summary>
    public static string Read()
    {
        if (PlainFile.TryReadBytes("/proc/self/cmdline", out var line) == FileError.None && line.Length > 0)
        {
            var end = Array.IndexOf(line, (byte)0);
            return Path.GetFileName(Encoding.UTF8.GetString(line, 0, end < 0 ? line.Length : end));
        }

        return Path.GetFileNameWithoutExtension(Environment.GetCommandLineArgs()[0]);
    }
}
