using Krait.Packaging.Text;

namespace Krait.Projects.Inputs;

/// <summary>Guesses what a file is that cannot be read as requirements.</summary>
internal static class FileGuess
{
    /// <summary>How many lines are looked at.</summary>
    private const int MostLines = 200;

    /// <summary>How many words make a line a sentence.</summary>
    private const int SentenceWords = 4;

    private static readonly string[] PythonStarts = ["import ", "from ", "def ", "class ", "@"];

    /// <summary>What to do with the file; null where it does not look like anything known.</summary>
    /// <param name="text">The file's text.</param>
    public static Remedy? HintOf(string text)
    {
        var lines = text.Split('\n', MostLines + 1)
            .Take(MostLines)
            .Select(line => line.TrimEnd())
            .Where(line => line.Length > 0)
            .ToList();
        return OfMarkup(text.TrimStart('\ufeff', ' ', '\t', '\r', '\n')) ?? OfToml(lines) ?? OfSource(lines);
    }

    private static Remedy? OfMarkup(string start)
    {
        if (start.StartsWith('<'))
            return "The file looks like a web page: check its address, and whether it asks for a login";
        if (start.StartsWith('{') || start.StartsWith("[{", StringComparison.Ordinal))
            return "The file looks like JSON, not like a list of requirements";
        return null;
    }

    private static Remedy? OfToml(List<string> lines)
    {
        bool Has(string start) => lines.Exists(line => line.StartsWith(start, StringComparison.Ordinal));
        if (Has("[[packages]]") && Has("lock-version"))
            return "The file looks like a lock file: rename it to `pylock.toml`";
        if (Has("[[package]]"))
            return "The file looks like the lock file of another tool: export it as requirements or as `pylock.toml`";
        if (Has("[packages]") || Has("[dev-packages]"))
            return "The file looks like a `Pipfile`: it must be named `Pipfile`";
        return Has("[project]") || Has("[build-system]") || Has("[tool.")
            ? Remedy.Of("The file looks like a `pyproject.toml`: it must have that name")
            : null;
    }

    private static Remedy? OfSource(List<string> lines)
    {
        if (lines.Contains("dependencies:", StringComparer.Ordinal))
            return "The file looks like an environment file of conda, which krait does not read";
        if (lines.Exists(line => Array.Exists(PythonStarts, start => line.StartsWith(start, StringComparison.Ordinal))))
            return $"The file looks like a Python program: read its inline metadata with {Control.RequirementsFromScript}";
        var sentences = lines.Count(line => line.Split(' ').Length >= SentenceWords && line[0] is not ('#' or '-'));
        return sentences * 2 > lines.Count
            ? Remedy.Of("The file looks like ordinary text, not like a list of requirements")
            : null;
    }
}
