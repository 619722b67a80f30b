using System.Collections.Immutable;

namespace Krait.Environments.Interpreters;

/// <summary>What a search for interpreters depends on.</summary>
/// <param name="WorkingFolder">The folder that relative paths start from, and the search for `.venv`.</param>
/// <param name="Variables">The process's environment variables.</param>
public sealed record SearchContext(string WorkingFolder, IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>The name of the project's environment folder.</summary>
    public string EnvironmentName { get; init; } = ".venv";

    /// <summary>The folders that programs are searched in, in order, without relative ones.</summary>
    public ImmutableArray<string> SearchPath =>
        [
            .. (Variable("KRAIT_PYTHON_SEARCH_PATH") ?? Variable("PATH") ?? "")
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Where(Path.IsPathRooted)
                .Distinct(StringComparer.Ordinal),
        ];

    /// <summary>The value of a variable; null when it is missing or empty.</summary>
    public string? Variable(string name) =>
        Variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>A path as messages show it: relative where it is below the working folder.</summary>
    public string Shown(string path)
    {
        var relative = Path.GetRelativePath(WorkingFolder, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    /// <summary>An absolute path for one that a user wrote.</summary>
    internal string Absolute(string path)
    {
        if (path is "~" || path.StartsWith("~/", StringComparison.Ordinal))
            path = (Variable("HOME") ?? "/") + path[1..];
        return Path.GetFullPath(path, WorkingFolder);
    }
}
