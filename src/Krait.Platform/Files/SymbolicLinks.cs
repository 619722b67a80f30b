using System.Text;

namespace Krait.Platform.Files;

/// <summary>Symbolic links as text.</summary>
public static class SymbolicLinks
{
    // With the final zero.
    private const int LongestPath = 4096;

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
    public static unsafe string? Resolve(string path)
    {
        using var native = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        Span<byte> resolved = stackalloc byte[LongestPath];
        fixed (byte* from = native.Bytes)
        fixed (byte* to = resolved)
        {
            return NativeMethods.RealPath(from, to) is null
                ? null
                : Encoding.UTF8.GetString(resolved[..resolved.IndexOf((byte)0)]);
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
