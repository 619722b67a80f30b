using System.Text;
using Krait.Platform.Files;

namespace Krait.Environments.Installed;

/// <summary>
/// Looks whether what a RECORD lists is there, at the cost of one read and one `statx`: the top-level names against the listing of the
/// folder, and the first module itself. A description without its modules was left by an installer that was interrupted.
/// </summary>
internal static class RecordProbe
{
    /// <summary>How much of a RECORD is read: its first rows name every module of almost every distribution.</summary>
    private const int Length = 16 * 1024;

    private const int LongestRecord = 256 << 20;

    /// <summary>Whether any module that RECORD lists is there: then a part was removed, or never came, and the rest may work.</summary>
    public static bool HasAnyModule(DirectoryHandle folder, string description)
    {
        if (folder.TryReadFile($"{description}/RECORD", LongestRecord, out var content) != FileError.None)
            return false;
        ReadOnlySpan<byte> rest = content;
        var own = Encoding.UTF8.GetBytes(description + "/");
        while (!rest.IsEmpty)
        {
            var path = NextPath(ref rest);
            if (IsModule(path, own) && folder.TryStatus(Encoding.UTF8.GetString(path), out _) == FileError.None)
                return true;
        }

        return false;
    }

    /// <summary>Whether the listed files are there, as far as the start of RECORD tells; true when there is no RECORD.</summary>
    /// <param name="folder">The folder of packages.</param>
    /// <param name="description">The name of the `.dist-info` folder in it.</param>
    /// <param name="names">Every name in the folder of packages.</param>
    public static bool HasModules(DirectoryHandle folder, string description, HashSet<string> names)
    {
        Span<byte> buffer = stackalloc byte[Length];
        if (folder.TryReadStart($"{description}/RECORD", buffer, out var count) != FileError.None)
            return true;
        ReadOnlySpan<byte> rest = buffer[..count];
        // The last row of a part may be cut.
        if (count == Length)
            rest = rest[..(rest.LastIndexOf((byte)'\n') + 1)];
        var own = Encoding.UTF8.GetBytes(description + "/");
        var seen = rest[..0];
        var isFirst = true;
        while (!rest.IsEmpty)
        {
            var path = NextPath(ref rest);
            if (!IsModule(path, own))
                continue;
            var slash = path.IndexOf((byte)'/');
            var top = slash < 0 ? path : path[..slash];
            if (!top.SequenceEqual(seen) && !names.Contains(Encoding.UTF8.GetString(top)))
                return false;
            seen = top;
            if (isFirst && folder.TryStatus(Encoding.UTF8.GetString(path), out _) == FileError.NotFound)
                return false;
            isFirst = false;
        }

        return true;
    }

    /// <summary>The path of the next row; a quoted one, which may hold anything, is passed over as empty.</summary>
    private static ReadOnlySpan<byte> NextPath(scoped ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        var row = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        var comma = row.IndexOf((byte)',');
        return comma <= 0 || row[0] == '"' ? [] : row[..comma];
    }

    /// <summary>
    /// Whether a path is of something that stays: not in the description, not beside the folder, not bytecode, and not a claim that no
    /// installer would write.
    /// </summary>
    private static bool IsModule(ReadOnlySpan<byte> path, ReadOnlySpan<byte> own) =>
        !path.IsEmpty
        && path[0] is not ((byte)'/' or (byte)'.')
        && !path.StartsWith(own)
        && !path.StartsWith("__pycache__/"u8)
        && !path.EndsWith(".pyc"u8)
        && path.IndexOfAny((byte)'\\', (byte)0) < 0;
}
