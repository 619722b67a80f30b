namespace Krait.Platform.Files;

/// <summary>The permissions that this process takes from the files it makes (`umask`).</summary>
public static class FileCreationMask
{
    private const uint Usual = 0b000_010_010;

    /// <summary>The mask when the process started; read once, from the kernel's own account, so that it need not be changed to be seen.</summary>
    public static uint Value { get; } = Read();

    private static uint Read()
    {
        try
        {
            foreach (var line in File.ReadLines("/proc/self/status"))
            {
                if (line.StartsWith("Umask:", StringComparison.Ordinal))
                    return Convert.ToUInt32(line["Umask:".Length..].Trim(), 8);
                // The mask is the second line; without it the kernel is too old to tell.
                if (line.StartsWith("Pid:", StringComparison.Ordinal))
                    break;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return Usual;
        }

        return Usual;
    }
}
