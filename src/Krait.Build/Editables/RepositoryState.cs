using System.Text;
using Krait.Platform.Files;

namespace Krait.Build.Editables;

/// <summary>The commit and the tags of the repository that a folder lies in, read from its files without running git.</summary>
/// <param name="Commit">The commit that is checked out, or the branch where that has none yet.</param>
/// <param name="Tags">The tags and what they point to, as one text.</param>
internal sealed record RepositoryState(string Commit, string Tags)
{
    private const int MostTags = 100_000;

    /// <summary>Reads the state; null where the folder is in no repository.</summary>
    public static RepositoryState? Read(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            var found = Path.Join(at, ".git");
            if (FileStatus.TryRead(found, followLinks: true, out var status) != FileError.None)
                continue;
            if (status.Kind == FileKind.Folder)
                return ReadFolder(found, found);
            // A worktree or submodule: a file that names its folder.
            if (ReadText(found) is not { } text || !text.StartsWith("gitdir:", StringComparison.Ordinal))
                return null;
            var own = Path.GetFullPath(text["gitdir:".Length..].Trim(), at);
            var common = ReadText(Path.Join(own, "commondir")) is { } shared
                ? Path.GetFullPath(shared.Trim(), own)
                : own;
            return ReadFolder(own, common);
        }

        return null;
    }

    private static RepositoryState? ReadFolder(string own, string common)
    {
        if (ReadText(Path.Join(own, "HEAD"))?.Trim() is not { } head)
            return null;
        var packed = ReadText(Path.Join(common, "packed-refs")) ?? "";
        var commit = head;
        if (head.StartsWith("ref: ", StringComparison.Ordinal))
        {
            var name = head["ref: ".Length..];
            commit = ReadText(Path.Join(common, name))?.Trim() ?? Packed(packed, name) ?? name;
        }

        return new RepositoryState(commit, TagsOf(common, packed));
    }

    private static string? Packed(string packed, string name)
    {
        foreach (var line in packed.Split('\n'))
        {
            if (
                line.EndsWith(name, StringComparison.Ordinal)
                && line.Length > name.Length
                && line[^(name.Length + 1)] == ' '
            )
            {
                return line[..^(name.Length + 1)];
            }
        }

        return null;
    }

    private static string TagsOf(string common, string packed)
    {
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in packed.Split('\n'))
        {
            var space = line.IndexOf(" refs/tags/", StringComparison.Ordinal);
            if (space > 0)
                tags[line[(space + " refs/tags/".Length)..]] = line[..space];
        }

        AddLoose(Path.Join(common, "refs", "tags"), "", tags);
        return string.Join('\n', tags.Select(tag => $"{tag.Key} {tag.Value}"));
    }

    private static void AddLoose(string folder, string prefix, SortedDictionary<string, string> tags)
    {
        if (DirectoryHandle.TryOpen(folder, out var opened) != FileError.None || opened is null)
            return;
        using (opened)
        {
            foreach (var entry in opened.List())
            {
                if (tags.Count > MostTags)
                    return;
                if (opened.TryReadFile(entry.Name, 4096, out var content) == FileError.None)
                    tags[prefix + entry.Name] = Encoding.UTF8.GetString(content).Trim();
                else
                    AddLoose(Path.Join(folder, entry.Name), $"{prefix}{entry.Name}/", tags);
            }
        }
    }

    private static string? ReadText(string path) =>
        PlainFile.TryRead(path, out var text) == FileError.None ? text : null;
}
