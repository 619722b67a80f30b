using Krait.Platform.Files;

namespace Krait.Environments.Venvs;

/// <summary>Where environments were made, which their activation scripts say.</summary>
public static class VenvPlaces
{
    /// <summary>The folder that `activate` puts into `VIRTUAL_ENV`; null where it finds that out itself, or there is none.</summary>
    public static string? RecordedIn(string root)
    {
        if (PlainFile.TryRead(Path.Join(root, "bin", "activate"), out var text) != FileError.None)
            return null;
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.StartsWith("export ", StringComparison.Ordinal))
                line = line["export ".Length..];
            if (!line.StartsWith("VIRTUAL_ENV=", StringComparison.Ordinal))
                continue;
            var value = line["VIRTUAL_ENV=".Length..].Trim('"', '\'').Replace("'\\''", "'", StringComparison.Ordinal);
            if (Path.IsPathRooted(value) && !value.Contains("$(", StringComparison.Ordinal))
                return Path.TrimEndingDirectorySeparator(value);
        }

        return null;
    }

    /// <summary>Whether two paths lead to one folder.</summary>
    public static bool AreSame(string one, string other) =>
        string.Equals(one, other, StringComparison.Ordinal)
        || (
            FileStatus.TryRead(one, followLinks: true, out var first) == FileError.None
            && FileStatus.TryRead(other, followLinks: true, out var second) == FileError.None
            && first.IsSameFileAs(second)
        );
}
