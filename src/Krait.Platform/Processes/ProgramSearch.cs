using Krait.Platform.Files;

namespace Krait.Platform.Processes;

/// <summary>Looks for programs as a shell does, but never in the working folder.</summary>
public static class ProgramSearch
{
    /// <summary>The first program of a name in the absolute folders of a search path; null where there is none.</summary>
    /// <param name="name">The program's name.</param>
    /// <param name="searchPath">The folders, as in `PATH`.</param>
    public static string? Find(string name, string searchPath) =>
        searchPath
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathRooted)
            .Select(folder => Path.Join(folder, name))
            .FirstOrDefault(path =>
                FileStatus.TryRead(path, followLinks: true, out var status) == FileError.None
                && status is { Kind: FileKind.File, IsExecutable: true }
            );
}
