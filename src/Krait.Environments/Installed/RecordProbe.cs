using System.Collections.Frozen;
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

    /// <summary>The names of folders that a program does not need to run: images are made smaller by removing them.</summary>
    private static readonly FrozenSet<string> SpareFolders = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "test",
        "tests",
        "doc",
        "docs",
        "example",
        "examples",
        "sample",
        "samples",
        "demo",
        "demos",
        "benchmark",
        "benchmarks"
    );

    /// <summary>The ends of the names of files that a program does not need to run.</summary>
    private static readonly string[] SpareEnds = [".pyi", ".c", ".h", ".pyx", ".pxd", ".md", ".rst", ".txt"];

    /// <summary>Whether any module that RECORD lists is there: then a part was removed, or never came, and the rest may work.</summary>
    public static bool HasAnyModule(DirectoryHandle folder, string description)
    {
        if (folder.TryReadFile($"{description}/RECORD", LongestRecord, out var content) != Errno.None)
            return false;
        ReadOnlySpan<byte> rest = content;
        var own = Encoding.UTF8.GetBytes(description + "/");
        while (!rest.IsEmpty)
        {
            var path = NextPath(ref rest);
            if (IsModule(path, own) && IsThere(folder, Encoding.UTF8.GetString(path)))
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
        if (folder.TryReadStart($"{description}/RECORD", buffer, out var count) != Errno.None)
            return true;
        ReadOnlySpan<byte> rows = buffer[..count];
        // The last row of a part may be cut.
        if (count == Length)
            rows = rows[..(rows.LastIndexOf((byte)'\n') + 1)];
        var own = Encoding.UTF8.GetBytes(description + "/");
        var needed = Look(folder, rows, own, names, skipsSpare: true);
        // What consists of nothing else needs its tests and its documentation.
        return (needed ?? Look(folder, rows, own, names, skipsSpare: false)) is not false;
    }

    /// <summary>Whether the listed files are there; null when none is listed.</summary>
    private static bool? Look(
        DirectoryHandle folder,
        ReadOnlySpan<byte> rows,
        ReadOnlySpan<byte> own,
        HashSet<string> names,
        bool skipsSpare
    )
    {
        var seen = rows[..0];
        var isAny = false;
        while (!rows.IsEmpty)
        {
            var path = NextPath(ref rows);
            if (!IsModule(path, own))
                continue;
            var slash = path.IndexOf((byte)'/');
            var top = slash < 0 ? path : path[..slash];
            // Most rows are of the folder that was looked for last.
            if (isAny && slash >= 0 && top.SequenceEqual(seen))
                continue;
            var text = Encoding.UTF8.GetString(path);
            if (skipsSpare && IsSpare(text))
                continue;
            if (!names.Contains(Encoding.UTF8.GetString(top)) && !(slash < 0 && IsCompiled(names, text)))
                return false;
            seen = top;
            if (!isAny && !IsThere(folder, text))
                return false;
            isAny = true;
        }

        return isAny ? true : null;
    }

    /// <summary>Whether a file or what Python compiled it to is there: sources may be removed once they are compiled.</summary>
    private static bool IsThere(DirectoryHandle folder, string path) =>
        folder.TryStatus(path, out _) == Errno.None
        || (path.EndsWith(".py", StringComparison.Ordinal) && folder.TryStatus(path + "c", out _) == Errno.None);

    private static bool IsCompiled(HashSet<string> names, string path) =>
        path.EndsWith(".py", StringComparison.Ordinal) && names.Contains(path + "c");

    /// <summary>Whether a program runs without this file.</summary>
    private static bool IsSpare(string path)
    {
        if (Array.Exists(SpareEnds, end => path.EndsWith(end, StringComparison.OrdinalIgnoreCase)))
            return true;
        var folders = SpareFolders.GetAlternateLookup<ReadOnlySpan<char>>();
        var slash = path.LastIndexOf('/');
        foreach (var part in path.AsSpan(0, Math.Max(slash, 0)).Split('/'))
        {
            if (folders.Contains(path.AsSpan()[part]))
                return true;
        }

        return false;
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
