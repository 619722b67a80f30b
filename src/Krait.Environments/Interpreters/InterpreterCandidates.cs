using System.Globalization;
using Krait.Platform.Files;

namespace Krait.Environments.Interpreters;

/// <summary>The programs that may be the interpreter of a request, most likely first, without starting any.</summary>
internal static class InterpreterCandidates
{
    /// <summary>Candidates on the search path, then the versions that pyenv has installed.</summary>
    public static IEnumerable<string> Find(SearchContext context, PythonRequest request)
    {
        var shims = new PyenvShims(context);
        foreach (var folder in context.SearchPath)
        {
            var isShims = shims.IsIn(folder);
            foreach (var name in NamesIn(folder, request))
            {
                if (!isShims)
                    yield return Path.Join(folder, name);
                else if (shims.TargetOf(name) is { } target)
                    yield return target;
            }
        }

        foreach (var candidate in OfPyenv(context, request))
            yield return candidate;
    }

    private static List<string> NamesIn(string folder, PythonRequest request)
    {
        if (request.ExecutableName is { } wanted)
            return Exists(Path.Join(folder, wanted)) ? [wanted] : [];
        return DirectoryHandle
            .ListAt(folder)
            .Where(e => e.Kind is not FileKind.Folder)
            .Select(e => (e.Name, Rank: RankOf(e.Name, request)))
            .Where(c => c.Rank is not null)
            .OrderBy(c => c.Rank)
            .ThenByDescending(c => MinorOf(c.Name))
            .ThenBy(c => c.Name, StringComparer.Ordinal)
            .Select(c => c.Name)
            .ToList();
    }

    /// <summary>How early a name is tried: exact ones, then `python3`, `python`, then other versions; null when it is no interpreter.</summary>
    private static int? RankOf(string name, PythonRequest request)
    {
        var stem = StemOf(name);
        if (stem.Length == 0)
            return null;
        var version = name.AsSpan(stem.Length);
        if (!IsVersion(version))
            return null;
        if (version.IsEmpty)
            return stem is "python" ? 2 : 4;
        var dot = version.IndexOf('.');
        var isShort = dot < 0;
        // Python 2 would only be started to be refused.
        if (stem is "python" && Number(version, ..(isShort ? version.Length : dot)) < 3)
            return null;
        if (request.Release is { } release && !MayBe(version, release))
            return null;
        if (isShort)
            return stem is "python" ? 1 : 4;
        return request.Release is { Minor: not null } ? 0 : 3;
    }

    private static string StemOf(string name) =>
        name.StartsWith("python", StringComparison.Ordinal) ? "python"
        : name.StartsWith("pypy", StringComparison.Ordinal) ? "pypy"
        : name.StartsWith("graalpy", StringComparison.Ordinal) ? "graalpy"
        : "";

    /// <summary>Nothing, or `3`, `3.12`, `3.13t`, `3.13d`, `3.13td`: what follows `python` in the names of interpreters.</summary>
    private static bool IsVersion(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return true;
        if (!char.IsAsciiDigit(text[0]))
            return false;
        var end = text.IndexOfAnyExcept(PythonRequestReader.NumberCharacters);
        return end < 0 || text[end..] is "t" or "d" or "td";
    }

    private static bool MayBe(ReadOnlySpan<char> version, ReleasePrefix release)
    {
        Span<Range> parts = stackalloc Range[4];
        var count = version.TrimEnd("td").Split(parts, '.');
        return Number(version, parts[0]) == release.Major
            && (count < 2 || release.Minor is null || Number(version, parts[1]) == release.Minor);
    }

    private static int Number(ReadOnlySpan<char> version, Range part) =>
        int.TryParse(version[part].TrimEnd("td"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1;

    private static int MinorOf(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? -1 : Number(name, (dot + 1)..);
    }

    /// <summary>Its shims only run what is selected; what is installed can be run all the same.</summary>
    private static List<string> OfPyenv(SearchContext context, PythonRequest request)
    {
        if (request.ExecutableName is not null || context.Variable("KRAIT_PYTHON_SEARCH_PATH") is not null)
            return [];
        var versions = Path.Join(PyenvShims.RootOf(context), "versions");
        return DirectoryHandle
            .ListAt(versions)
            .Select(e => (e.Name, Version: VersionOf(e.Name)))
            .Where(v => v.Version is not null && (request.Release is not { } release || MayBe(v.Name, release)))
            .OrderByDescending(v => v.Version)
            .Select(v => Path.Join(versions, v.Name, "bin", "python"))
            .Where(Exists)
            .ToList();
    }

    private static Version? VersionOf(string name) =>
        Version.TryParse(name.AsSpan().TrimEnd('t'), out var version, out _) ? version : null;

    /// <summary>Whether a path leads to a file.</summary>
    public static bool Exists(string path) =>
        FileStatus.TryRead(path, followLinks: true, out var s) == FileError.None && s.Kind == FileKind.File;
}
