namespace Krait.Platform.Files;

/// <summary>How much room a disk has.</summary>
public static class FreeSpace
{
    /// <summary>The bytes that may still be written below a path; null where the system does not tell.</summary>
    public static long? Of(string path)
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
