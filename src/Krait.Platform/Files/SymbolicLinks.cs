namespace Krait.Platform.Files;

/// <summary>Symbolic links as text.</summary>
public static class SymbolicLinks
{
    /// <summary>What a symbolic link says, unresolved; null when the path is none or cannot be read.</summary>
    public static string? Read(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Where a symbolic link leads in the end, through further links; null when the path is none or leads nowhere.</summary>
    public static string? FindTarget(string path)
    {
        try
        {
            return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
