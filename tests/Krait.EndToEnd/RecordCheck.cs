using System.Security.Cryptography;

namespace Krait.EndToEnd;

/// <summary>Checks an environment against the RECORD files of what is installed in it, independently of krait's own code.</summary>
internal static class RecordCheck
{
    /// <summary>Every problem found: a listed file that is missing or changed, a file that nothing lists.</summary>
    /// <param name="environment">The environment's folder.</param>
    /// <param name="before">The files that were there before anything was installed.</param>
    public static List<string> Problems(string environment, IEnumerable<string> before)
    {
        var problems = new List<string>();
        var listed = new HashSet<string>(before, StringComparer.Ordinal);
        foreach (var record in Records(environment))
        {
            var siteFolder = Path.GetDirectoryName(Path.GetDirectoryName(record))!; // RECORD lies in site-packages/NAME.dist-info
            foreach (var line in File.ReadLines(record).Where(line => line.Length > 0))
            {
                var (path, hash, size) = Split(line);
                var full = Path.GetFullPath(Path.Combine(siteFolder, path));
                listed.Add(Path.GetRelativePath(environment, full));
                if (!File.Exists(full))
                    problems.Add($"{record}: {path} is missing");
                else if (hash.Length > 0 && !Matches(full, hash, size))
                    problems.Add($"{record}: {path} does not match");
            }
        }

        var present = Directory.EnumerateFiles(
            environment,
            "*",
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }
        );
        problems.AddRange(
            present
                .Select(path => Path.GetRelativePath(environment, path))
                .Where(path => !listed.Contains(path) && !Tree.IsSeenElsewhere(path))
                .Select(path => $"nothing lists {path}")
        );
        return problems;
    }

    /// <summary>The records of what is installed; some packages carry copies of others, whose records are nobody's.</summary>
    private static IEnumerable<string> Records(string environment) =>
        Directory
            .EnumerateDirectories(Path.Combine(environment, "lib"), "python*")
            .SelectMany(library =>
                Directory.EnumerateDirectories(Path.Combine(library, "site-packages"), "*.dist-info")
            )
            .Select(folder => Path.Combine(folder, "RECORD"));

    private static (string Path, string Hash, string Size) Split(string line)
    {
        // A quoted path may hold commas; hash and size never do.
        var last = line.LastIndexOf(',');
        var middle = line.LastIndexOf(',', last - 1);
        var path = line[..middle];
        if (path.StartsWith('"'))
            path = path[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal);
        return (path, line[(middle + 1)..last], line[(last + 1)..]);
    }

    private static bool Matches(string path, string hash, string size)
    {
        var bytes = File.ReadAllBytes(path);
        var digest = Convert.ToBase64String(SHA256.HashData(bytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return string.Equals(hash, $"sha256={digest}", StringComparison.Ordinal)
            && (size.Length == 0 || size == $"{bytes.Length}");
    }
}
