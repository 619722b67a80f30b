using System.Security.Cryptography;

namespace Krait.EndToEnd;

/// <summary>The files of an environment, so that two environments can be compared.</summary>
internal static class Tree
{
    /// <summary>Lists every file below a folder: relative path → kind, executable bit and content digest.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="normalize">Turns a file's bytes into what is compared, for instance without the folder's own path.</param>
    public static SortedDictionary<string, string> Read(string root, Func<string, byte[], byte[]>? normalize = null)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (
            var path in Directory.EnumerateFileSystemEntries(
                root,
                "*",
                new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }
            )
        )
        {
            var relative = Path.GetRelativePath(root, path);
            if (IsSeenElsewhere(relative))
                continue;
            if (new FileInfo(path).LinkTarget is { } target)
            {
                files[relative] = $"link to {target}";
                continue;
            }

            if (Directory.Exists(path))
                continue;
            var bytes = File.ReadAllBytes(path);
            var isExecutable = (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0;
            files[relative] =
                $"{(isExecutable ? "x" : "-")} {Convert.ToHexStringLower(SHA256.HashData(normalize?.Invoke(relative, bytes) ?? bytes))}";
        }

        return files;
    }

    /// <summary>Whether a path leads through `lib64`, which is a link to `lib`, or holds bytecode.</summary>
    public static bool IsSeenElsewhere(string relative) =>
        relative.StartsWith("lib64/") || relative.Contains("__pycache__");

    /// <summary>What two listings disagree on, a line each.</summary>
    public static string Differences(SortedDictionary<string, string> expected, SortedDictionary<string, string> actual)
    {
        var lines = new List<string>();
        foreach (var (path, value) in expected)
        {
            if (!actual.TryGetValue(path, out var other))
                lines.Add($"missing: {path}");
            else if (!string.Equals(value, other, StringComparison.Ordinal))
                lines.Add($"differs: {path}: {value} became {other}");
        }

        lines.AddRange(actual.Keys.Where(path => !expected.ContainsKey(path)).Select(path => $"unexpected: {path}"));
        return string.Join('\n', lines.Take(40));
    }
}
