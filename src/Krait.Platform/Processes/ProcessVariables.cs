using System.Collections;
using System.Text;
using Krait.Platform.Files.Posix;

namespace Krait.Platform.Processes;

/// <summary>The process's environment variables, as a value to hand on.</summary>
public static class ProcessVariables
{
    /// <summary>All variables, as the process was started with them.</summary>
    public static IReadOnlyDictionary<string, string> Read()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        return variables;
    }

    /// <summary>
    /// Sets a variable for native libraries in this process only: managed code and the processes it starts keep what they had.
    /// </summary>
    /// <remarks>Native code reads without a lock, and crashes where the list is moved meanwhile: call this before there are other threads.</remarks>
    public static unsafe void SetNative(string name, string value)
    {
        // From here on the framework works on its own copy.
        _ = Environment.GetEnvironmentVariables();
        if (!OperatingSystem.IsLinux())
            return;
        fixed (byte* n = Encoding.UTF8.GetBytes(name + '\0'))
        fixed (byte* v = Encoding.UTF8.GetBytes(value + '\0'))
            _ = NativeMethods.SetVariable(n, v, 1);
    }
}
