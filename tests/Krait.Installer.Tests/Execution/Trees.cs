using System.Security.Cryptography;
using System.Text;

namespace Krait.Installer.Tests.Execution;

/// <summary>Folders as text, to compare them.</summary>
internal static class Trees
{
    /// <summary>Every file, link and folder below a root: kind, permissions and digest; the root's own path does not count.</summary>
    public static SortedDictionary<string, string> Read(string root)
    {
        var tree = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 };
        foreach (var path in Directory.EnumerateFileSystemEntries(root, "*", all))
        {
            var relative = Path.GetRelativePath(root, path);
            var target = new FileInfo(path).LinkTarget;
            if (target is not null)
                tree[relative] = $"link {target}";
            else if (Directory.Exists(path))
                tree[relative] = "folder";
            else
                tree[relative] = Describe(path, relative, root);
        }

        return tree;
    }

    /// <summary>The first lines in which two trees differ.</summary>
    public static string Differences(
        SortedDictionary<string, string> expected,
        SortedDictionary<string, string> actual
    ) =>
        string.Join(
            '\n',
            expected
                .Keys.Union(actual.Keys)
                .Where(p => expected.GetValueOrDefault(p) != actual.GetValueOrDefault(p))
                .Take(20)
                .Select(p =>
                    $"{p}: {expected.GetValueOrDefault(p, "nothing")} became {actual.GetValueOrDefault(p, "nothing")}"
                )
        );

    private static string Describe(string path, string relative, string root)
    {
        var content = Encoding
            .Latin1.GetString(File.ReadAllBytes(path))
            .Replace(root, "ROOT", StringComparison.Ordinal);
        // The hash of a script depends on the path of its environment.
        if (relative.EndsWith("RECORD", StringComparison.Ordinal))
        {
            content = string.Join(
                '\n',
                content.Split('\n').Select(l => l.StartsWith("../", StringComparison.Ordinal) ? l.Split(',')[0] : l)
            );
        }

        var digest = Convert.ToHexString(SHA256.HashData(Encoding.Latin1.GetBytes(content)))[..16];
        return $"file {File.GetUnixFileMode(path)} {digest}";
    }
}
