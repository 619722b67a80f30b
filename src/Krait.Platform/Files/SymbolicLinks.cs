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

    /// <summary>The absolute path of what a path leads to, without a symbolic link in any part; null when it leads nowhere.</summary>
    public static string? Resolve(string path)
    {
        using var native = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        return FileCalls.Current.Resolve(native.Bytes);
    }

    /// <summary>Where a symbolic link leads in the end, through further links; null when the path is none or leads nowhere.</summary>
    public static string? FindTarget(string path)
    {
        try
        {
            // The framework throws for a path that is not there, but not for asking what it says.
            var link = new FileInfo(path);
            return link.LinkTarget is null ? null : link.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
