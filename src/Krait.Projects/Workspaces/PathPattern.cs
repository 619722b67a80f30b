using Krait.Platform.Files;

namespace Krait.Projects.Workspaces;

/// <summary>A pattern of directories (`packages/*`, `libs/**`, `apps/[ab]?`), as the `members` of a workspace are written.</summary>
internal sealed class PathPattern
{
    private readonly string[] parts;

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern, relative to the root.</param>
    public PathPattern(string text)
    {
        Text = text;
        parts = [.. text.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part is not ".")];
    }

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>Whether it names one directory.</summary>
    public bool IsLiteral => !GlobPattern.IsPattern(Text);

    /// <summary>Whether a directory fits.</summary>
    /// <param name="root">The directory that the pattern starts from.</param>
    /// <param name="folder">An absolute path.</param>
    public bool Matches(string root, string folder)
    {
        var relative = Path.GetRelativePath(root, folder);
        string[] names = relative is "." ? [] : relative.Split('/');
        return new GlobPattern(string.Join('/', parts)).Matches(names);
    }

    /// <summary>The directories that fit, in order.</summary>
    /// <param name="root">The directory that the pattern starts from.</param>
    public IEnumerable<string> Find(string root)
    {
        if (IsLiteral)
            return [Path.TrimEndingDirectorySeparator(Path.GetFullPath(Text, root))];
        var found = new List<string>();
        Walk(root, 0, found);
        return found.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
    }

    private void Walk(string folder, int part, List<string> found)
    {
        if (part == parts.Length)
        {
            found.Add(folder);
            return;
        }

        if (!GlobPattern.IsPattern(parts[part]))
        {
            var next = Path.GetFullPath(parts[part], folder);
            if (FolderTree.IsFolder(next))
                Walk(next, part + 1, found);
            return;
        }

        var isDeep = parts[part] is "**";
        if (isDeep)
            Walk(folder, part + 1, found);
        foreach (var name in FoldersIn(folder))
        {
            if (isDeep)
                Walk(Path.Join(folder, name), part, found);
            else if (GlobPattern.MatchesName(parts[part], name))
                Walk(Path.Join(folder, name), part + 1, found);
        }
    }

    /// <summary>The directories in a directory; hidden ones are never meant by a pattern.</summary>
    private static IEnumerable<string> FoldersIn(string folder) =>
        DirectoryHandle
            .ListAt(folder)
            .Where(entry => !entry.Name.StartsWith('.') && FolderTree.IsFolder(Path.Join(folder, entry.Name)))
            .Select(entry => entry.Name);
}
