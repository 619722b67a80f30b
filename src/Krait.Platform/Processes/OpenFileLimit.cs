using Krait.Platform.Files.Posix;

namespace Krait.Platform.Processes;

/// <summary>How many files and connections this process may have open at once.</summary>
public static class OpenFileLimit
{
    /// <summary>With fewer, an ordinary installation cannot be trusted to reach its end.</summary>
    public const long Needed = 64;

    private const long Comfortable = 1024;
    private const int OpenFiles = 7;

    /// <summary>
    /// The limit, after it was raised to what is comfortable where the system allows that; <see cref="long.MaxValue"/> where it is not
    /// known.
    /// </summary>
    public static long Ensure()
    {
        if (!OperatingSystem.IsLinux() || NativeMethods.GetLimit(OpenFiles, out var limit) != 0)
            return long.MaxValue;
        var wanted = Math.Min((ulong)Comfortable, limit.Maximum);
        if (limit.Current < wanted)
        {
            limit.Current = wanted;
            if (NativeMethods.SetLimit(OpenFiles, limit) != 0)
                _ = NativeMethods.GetLimit(OpenFiles, out limit);
        }

        return (long)Math.Min(limit.Current, long.MaxValue);
    }
}
