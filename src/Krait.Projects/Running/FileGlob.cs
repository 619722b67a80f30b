using Krait.Platform.Files;

namespace Krait.Projects.Running;

/// <summary>Finds files by patterns such as `src/**/*.py`; hidden files and directories are only meant by their names.</summary>
internal static class FileGlob
{
    /// <summary>The files that fit a pattern, in order.</summary>
    public static IReadOnlyList<string> Find(string root, string pattern)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        // The last `**` means all files below.
        Walk(root, parts is [.., "**"] ? [.. parts, "*"] : parts, 0, found);
        return [.. found];
    }

    private static void Walk(string path, string[] parts, int part, SortedSet<string> found)
    {
        if (FileStatus.TryRead(path, followLinks: true, out var status) != FileError.None)
            return;
        if (part == parts.Length)
        {
            if (status.Kind == FileKind.File)
                found.Add(path);
            return;
        }

        if (status.Kind != FileKind.Folder)
            return;
        var isDeep = parts[part] is "**";
        if (isDeep)
            Walk(path, parts, part + 1, found);
        if (!GlobPattern.IsPattern(parts[part]))
        {
            Walk(Path.Join(path, parts[part]), parts, part + 1, found);
            return;
        }

        foreach (var entry in DirectoryHandle.ListAt(path))
        {
            if (entry.Name.StartsWith('.'))
                continue;
            if (isDeep || GlobPattern.MatchesName(parts[part], entry.Name))
                Walk(Path.Join(path, entry.Name), parts, isDeep ? part : part + 1, found);
        }
    }
}
