using System.Collections.Immutable;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Platform.Files;

namespace Krait.Projects.Importing;

/// <summary>The directory that a project is imported from.</summary>
/// <param name="path">Its absolute path.</param>
internal sealed class ImportFolder(string path)
{
    private readonly List<string> read = [];

    /// <summary>Its absolute path.</summary>
    public string Path { get; } = path;

    /// <summary>The names of the files that were read.</summary>
    public ImmutableArray<string> Read => [.. read.Distinct(StringComparer.Ordinal)];

    /// <summary>Whether there is a file of a name.</summary>
    public bool Has(string name) => FileStatus.Exists(System.IO.Path.Join(Path, name), followLinks: true);

    /// <summary>The names in the directory that end in a certain way, sorted.</summary>
    public ImmutableArray<string> NamesWith(string ending)
    {
        using var handle = DirectoryHandle.Open(Path);
        var names = handle.List().Select(entry => entry.Name);
        return [.. names.Where(name => name.EndsWith(ending, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The text of a file; null where there is none.</summary>
    /// <exception cref="KraitException">It cannot be read (unusable input).</exception>
    public string? TextOf(string name)
    {
        var error = PlainFile.TryRead(System.IO.Path.Join(Path, name), out var text);
        if (error == FileError.NotFound)
            return null;
        if (error != FileError.None)
            throw Unusable(new FileSystemException("read", name, error).Diagnostic);
        read.Add(name);
        return text;
    }

    /// <summary>The content of a TOML file; null where there is none.</summary>
    /// <exception cref="KraitException">It cannot be read, or is not TOML (unusable input).</exception>
    public TomlTable? TomlOf(string name)
    {
        if (TextOf(name) is not { } text)
            return null;
        if (!TomlDocument.TryParse(text, out var document, out var errors))
            throw Unusable(errors[0].In(name, errors[0].Line));
        return document.Root;
    }

    /// <summary>The packages of a lock file in TOML that have a name; empty where there is no file.</summary>
    /// <exception cref="KraitException">It cannot be read, or is not TOML (unusable input).</exception>
    public IEnumerable<LockedTable> PackagesOf(string name)
    {
        foreach (var table in TomlOf(name)?.GetArray("package")?.Items.OfType<TomlTable>() ?? [])
        {
            if (!PackageName.TryParse(table.GetString("name"), out var package, out _))
                continue;
            var isKnown = Version.TryParse(table.GetString("version") ?? "", out var version);
            yield return new LockedTable(table, package, isKnown ? version : null);
        }
    }

    /// <summary>A commit of a Git repository, as a lock of ours has it.</summary>
    public static PylockRepository Commit(string url, string commit, string? requested, string? subdirectory) =>
        new("git", commit)
        {
            Url = Build.Git.GitSource.TryParse("git+" + url, out var source, out _)
                ? Locking.UserInfo.Remove(source.Url.Value)
                : url,
            RequestedRevision = requested,
            Subdirectory = subdirectory,
        };

    /// <summary>An error that a user's file is to blame for.</summary>
    public static KraitException Unusable(Diagnostic diagnostic) =>
        new(diagnostic) { Kind = FailureKind.UnusableInput };
}

/// <summary>A package in a lock file in TOML.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version; null where the table has none that can be read.</param>
internal sealed record LockedTable(TomlTable Table, PackageName Name, Version? Version);
