using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;

namespace Krait.Build.Editables;

/// <summary>
/// The state of a project's folder, as far as what is built from it depends on that. For an editable install that is its metadata: the
/// code is used in place. For any other, everything in the folder counts, unless the project says what does (`cache-keys`).
/// </summary>
public static class FolderStamp
{
    /// <summary>Larger files count by their size and time.</summary>
    private const int LargestRead = 256 * 1024;

    private static readonly string[] SkippedNames =
    [
        ".git",
        ".hg",
        ".svn",
        ".bzr",
        "__pycache__",
        "node_modules",
        ".tox",
        ".nox",
        ".eggs",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".hypothesis",
        ".idea",
        ".vscode",
        ".DS_Store",
    ];

    /// <summary>Computes the stamp.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="isEditable">Whether its code is used in place.</param>
    /// <param name="variables">The variables that `cache-keys` may name.</param>
    /// <exception cref="KraitException">The `cache-keys` in its pyproject.toml are invalid (exit code 2).</exception>
    public static string Of(string folder, bool isEditable, IReadOnlyDictionary<string, string> variables)
    {
        var path = Path.Join(folder, "pyproject.toml");
        var document = Read(path);
        CacheKeys? stated = null;
        if (document is not null)
        {
            stated = CacheKeys.TryRead(document, out var errors);
            if (!errors.IsEmpty)
                throw new KraitException(errors[0].In(path, errors[0].Line)) { Kind = FailureKind.UnusableInput };
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var keys = stated ?? DynamicFields.Find(document?.Root);
        if (stated is null && !isEditable)
            AddTree(hash, folder, "", isTop: true);
        else
            AddFiles(hash, folder, keys.Files);
        foreach (var name in keys.Folders)
            Add(hash, $"folder {name} {FolderTree.IsFolder(Path.Join(folder, name))}");
        foreach (var name in keys.Variables)
            Add(hash, $"variable {name} {variables.GetValueOrDefault(name)}");
        var repository = keys.HasCommit || keys.HasTags ? RepositoryState.Read(folder) : null;
        if (keys.HasCommit)
            Add(hash, $"commit {repository?.Commit}");
        if (keys.HasTags)
            Add(hash, $"tags {repository?.Tags}");
        return $"folder:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    /// <summary>The files that an editable install of any project depends on.</summary>
    public static ImmutableArray<string> UsualFiles => DynamicFields.UsualFiles;

    /// <summary>Whether an editable install of a project depends on nothing but <see cref="UsualFiles"/>, as far as it says.</summary>
    public static bool IsUsual(string folder)
    {
        var document = Read(Path.Join(folder, "pyproject.toml"));
        if (document is null || CacheKeys.TryRead(document, out var errors) is not null || !errors.IsEmpty)
            return false;
        var keys = DynamicFields.Find(document.Root);
        return keys is { HasCommit: false, HasTags: false, Variables.IsEmpty: true }
            && keys.Files.Length == UsualFiles.Length;
    }

    private static TomlDocument? Read(string path) =>
        PlainFile.TryRead(path, out var text) == FileError.None && TomlDocument.TryParse(text, out var document, out _)
            ? document
            : null;

    private static void AddFiles(IncrementalHash hash, string folder, ImmutableArray<string> patterns)
    {
        foreach (var text in patterns)
        {
            if (!GlobPattern.IsPattern(text))
            {
                AddFile(hash, folder, text);
                continue;
            }

            var pattern = new GlobPattern(text);
            foreach (var found in Walk(Path.Join(folder, pattern.PlainStart), pattern.PlainStart, pattern))
                AddFile(hash, folder, found);
        }
    }

    /// <summary>The paths below a folder that a pattern matches, in order.</summary>
    private static IEnumerable<string> Walk(string folder, string prefix, GlobPattern pattern)
    {
        foreach (var entry in List(folder))
        {
            var path = prefix.Length == 0 ? entry.Name : $"{prefix}/{entry.Name}";
            if (entry.Kind == FileKind.Folder)
            {
                if (entry.Name is ".git" or "__pycache__" or "node_modules")
                    continue;
                foreach (var found in Walk(Path.Join(folder, entry.Name), path, pattern))
                    yield return found;
            }
            else if (pattern.Matches(path.Split('/', StringSplitOptions.RemoveEmptyEntries)))
            {
                yield return path;
            }
        }
    }

    private static void AddTree(IncrementalHash hash, string root, string prefix, bool isTop)
    {
        var entries = List(Path.Join(root, prefix));
        // An environment, or what some tool keeps for itself.
        if (!isTop && entries.Any(entry => entry.Name is "pyvenv.cfg" or "CACHEDIR.TAG"))
            return;
        foreach (var entry in entries)
        {
            if (IsSkipped(entry, isTop))
                continue;
            var path = prefix.Length == 0 ? entry.Name : $"{prefix}/{entry.Name}";
            if (entry.Kind == FileKind.Folder)
                AddTree(hash, root, path, isTop: false);
            else
                AddFile(hash, root, path);
        }
    }

    private static bool IsSkipped(FolderEntry entry, bool isTop) =>
        SkippedNames.Contains(entry.Name, StringComparer.Ordinal)
        || entry.Name.EndsWith(".pyc", StringComparison.Ordinal)
        || entry.Name.EndsWith(".egg-info", StringComparison.Ordinal)
        || (isTop && entry is { Kind: FileKind.Folder, Name: "build" or "dist" });

    private static List<FolderEntry> List(string folder)
    {
        if (DirectoryHandle.TryOpen(folder, out var opened) != FileError.None || opened is null)
            return [];
        using (opened)
        {
            return
            [
                .. opened
                    .List()
                    .Select(entry =>
                        entry.Kind != FileKind.Unknown ? entry : entry with { Kind = KindOf(opened, entry.Name) }
                    )
                    .OrderBy(entry => entry.Name, StringComparer.Ordinal),
            ];
        }
    }

    private static FileKind KindOf(DirectoryHandle folder, string name) =>
        folder.TryStatus(name, out var status) == FileError.None ? status.Kind : FileKind.Other;

    private static void AddFile(IncrementalHash hash, string folder, string path)
    {
        var full = Path.Join(folder, path);
        if (
            FileStatus.TryRead(full, followLinks: true, out var status) != FileError.None
            || status.Kind != FileKind.File
        )
        {
            Add(hash, $"missing {path} {SymbolicLinks.Read(full)}");
            return;
        }

        var isExecutable = (status.Mode & 0b001_000_000) != 0;
        if (status.Size > LargestRead || PlainFile.TryReadBytes(full, out var content) != FileError.None)
        {
            Add(
                hash,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"large {path} {isExecutable} {status.Size} {status.Modified}"
                )
            );
            return;
        }

        Add(hash, string.Create(CultureInfo.InvariantCulture, $"file {path} {isExecutable} {content.Length}"));
        hash.AppendData(content);
    }

    private static void Add(IncrementalHash hash, string line) =>
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{line.Length}:{line}\n")));
}
