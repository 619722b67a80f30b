using Krait.Environments.Layouts;
using Krait.Platform.Files;

namespace Krait.Environments.Venvs;

/// <summary>Where environments were made, which their activation scripts say.</summary>
public static class VenvPlaces
{
    /// <summary>The folder that `activate` puts into `VIRTUAL_ENV`; null where it finds that out itself, or there is none.</summary>
    public static string? RecordedIn(string root) =>
        AssignedIn(root, "VIRTUAL_ENV=") is { } value
        && Path.IsPathRooted(value)
        && !value.Contains("$(", StringComparison.Ordinal)
            ? Path.TrimEndingDirectorySeparator(value)
            : null;

    /// <summary>Where an environment was made; null where that is where it is, and where it does not matter.</summary>
    public static string? MovedFrom(string root, VenvConfiguration configuration) =>
        !configuration.IsRelocatable && RecordedIn(root) is { } recorded && !AreSame(recorded, root) ? recorded : null;

    /// <summary>The text that `activate` shows in prompts; null where it does not say.</summary>
    public static string? PromptIn(string root) => AssignedIn(root, "VIRTUAL_ENV_PROMPT=");

    /// <summary>What `activate` assigns first to a variable.</summary>
    private static string? AssignedIn(string root, string assignment)
    {
        if (PlainFile.TryRead(Path.Join(root, "bin", "activate"), out var text) != FileError.None)
            return null;
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.StartsWith("export ", StringComparison.Ordinal))
                line = line["export ".Length..];
            if (line.StartsWith(assignment, StringComparison.Ordinal))
                return line[assignment.Length..].Trim('"', '\'').Replace("'\\''", "'", StringComparison.Ordinal);
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
