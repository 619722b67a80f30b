using Krait.Platform.Files;

namespace Krait.Projects.Workspaces;

/// <summary>A pattern of directories (`packages/*`, `libs/**`, `apps/[ab]?`), as the `members` of a workspace are written.</summary>
internal sealed class PathPattern
{
    private static readonly char[] Wild = ['*', '?', '[', '{'];

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
    public bool IsLiteral => Text.IndexOfAny(Wild) < 0;

    /// <summary>Whether a directory fits.</summary>
    /// <param name="root">The directory that the pattern starts from.</param>
    /// <param name="folder">An absolute path.</param>
    public bool Matches(string root, string folder)
    {
        var relative = Path.GetRelativePath(root, folder);
        string[] names = relative is "." ? [] : relative.Split('/');
        return Matches(0, names, 0);
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

        if (parts[part].IndexOfAny(Wild) < 0)
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
            else if (MatchesName(parts[part], name))
                Walk(Path.Join(folder, name), part + 1, found);
        }
    }

    /// <summary>The directories in a directory; hidden ones are never meant by a pattern.</summary>
    private static IEnumerable<string> FoldersIn(string folder)
    {
        if (DirectoryHandle.TryOpen(folder, out var handle) != FileError.None || handle is null)
            return [];
        using (handle)
        {
            return
            [
                .. handle
                    .List()
                    .Where(entry => !entry.Name.StartsWith('.') && FolderTree.IsFolder(Path.Join(folder, entry.Name)))
                    .Select(entry => entry.Name),
            ];
        }
    }

    private bool Matches(int part, string[] names, int name)
    {
        if (part == parts.Length)
            return name == names.Length;
        if (parts[part] is "**")
        {
            for (var next = name; next <= names.Length; next++)
            {
                if (Matches(part + 1, names, next))
                    return true;
            }

            return false;
        }

        return name < names.Length && MatchesName(parts[part], names[name]) && Matches(part + 1, names, name + 1);
    }

    /// <summary>One name against one part of a pattern: `*`, `?`, `[ab]`, `[!a-z]`, `{a,b}`.</summary>
    internal static bool MatchesName(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        if (pattern.IsEmpty)
            return name.IsEmpty;
        switch (pattern[0])
        {
            case '*':
                for (var skipped = 0; skipped <= name.Length; skipped++)
                {
                    if (MatchesName(pattern[1..], name[skipped..]))
                        return true;
                }

                return false;
            case '?':
                return !name.IsEmpty && MatchesName(pattern[1..], name[1..]);
            case '[' when pattern[1..].IndexOf(']') is > 0 and var close:
                return !name.IsEmpty
                    && MatchesClass(pattern.Slice(1, close), name[0])
                    && MatchesName(pattern[(close + 2)..], name[1..]);
            case '{' when pattern.IndexOf('}') is > 0 and var end:
                foreach (var choice in pattern[1..end].ToString().Split(','))
                {
                    if (MatchesName(string.Concat(choice, pattern[(end + 1)..]), name))
                        return true;
                }

                return false;
            default:
                return !name.IsEmpty && name[0] == pattern[0] && MatchesName(pattern[1..], name[1..]);
        }
    }

    private static bool MatchesClass(ReadOnlySpan<char> set, char character)
    {
        var isNegated = set[0] is '!' or '^';
        var rest = isNegated ? set[1..] : set;
        for (var i = 0; i < rest.Length; i++)
        {
            var isRange = i + 2 < rest.Length && rest[i + 1] == '-';
            if (isRange ? character >= rest[i] && character <= rest[i + 2] : character == rest[i])
                return !isNegated;
            if (isRange)
                i += 2;
        }

        return isNegated;
    }
}
