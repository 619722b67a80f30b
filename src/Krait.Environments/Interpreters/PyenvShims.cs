using Krait.Platform.Files;

namespace Krait.Environments.Interpreters;

/// <summary>
/// pyenv's folder of shims: scripts that look up which version is selected and run it. They are read as they would act, because running
/// one takes longer than everything else that is asked of an interpreter.
/// </summary>
/// <param name="context">Where to look.</param>
internal sealed class PyenvShims(SearchContext context)
{
    private const string SelectionFile = ".python-version";
    private readonly string root = RootOf(context);
    private string[]? selection;

    /// <summary>Where pyenv is.</summary>
    public static string RootOf(SearchContext context) =>
        context.Variable("PYENV_ROOT") ?? Path.Join(context.Variable("HOME") ?? "/", ".pyenv");

    /// <summary>Whether a folder is the one of the shims.</summary>
    public bool IsIn(string folder) =>
        string.Equals(Path.TrimEndingDirectorySeparator(folder), Path.Join(root, "shims"), StringComparison.Ordinal);

    /// <summary>The program that a shim runs; null where the selected versions have none.</summary>
    public string? TargetOf(string name)
    {
        var versions = Path.Join(root, "versions");
        foreach (var selected in selection ??= ReadSelection())
        {
            if (FolderOf(versions, selected) is not { } folder)
                continue;
            var program = Path.Join(versions, folder, "bin", name);
            if (InterpreterCandidates.Exists(program))
                return program;
        }

        return null;
    }

    /// <summary>The selected versions: by the variable, else the nearest file from the working folder upwards, else the global file.</summary>
    private string[] ReadSelection()
    {
        if (context.Variable("PYENV_VERSION") is { Length: > 0 } stated)
            return stated.Split(':', StringSplitOptions.RemoveEmptyEntries);
        for (var folder = context.WorkingFolder; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (PlainFile.TryRead(Path.Join(folder, SelectionFile), out var text) == FileError.None)
                return VersionsIn(text);
        }

        return PlainFile.TryRead(Path.Join(root, "version"), out var global) == FileError.None
            ? VersionsIn(global)
            : [];
    }

    /// <summary>Names divided by blanks and lines; the rest of a line behind `#` is a comment.</summary>
    private static string[] VersionsIn(string text) =>
        [
            .. text.Split('\n')
                .Select(line => line.Split('#')[0])
                .SelectMany(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                .Select(name => name.StartsWith("python-", StringComparison.Ordinal) ? name["python-".Length..] : name),
        ];

    /// <summary>The folder of a version; of `3.12` the newest of its releases that is installed.</summary>
    private static string? FolderOf(string versions, string selected)
    {
        // A name from a file must not lead out of the folder.
        if (selected.Contains('/', StringComparison.Ordinal) || selected is "." or "..")
            return null;
        if (FolderTree.IsFolder(Path.Join(versions, selected)))
            return selected;
        return DirectoryHandle
            .ListAt(versions)
            .Where(entry => entry.Name.StartsWith(selected + ".", StringComparison.Ordinal))
            .Select(entry => (entry.Name, Version: Version.TryParse(entry.Name, out var version) ? version : null))
            .Where(found => found.Version is { IsPrerelease: false })
            .OrderByDescending(found => found.Version)
            .Select(found => found.Name)
            .FirstOrDefault();
    }
}
