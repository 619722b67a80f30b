using Krait.Platform.Files;

namespace Krait.Environments.Interpreters;

/// <summary>Follows symbolic links to the file that a path stands for.</summary>
internal static class LinkResolver
{
    private const int MostLinks = 40;

    /// <summary>The path without symbolic links in its last part; null when nothing is there.</summary>
    public static string? Resolve(string path)
    {
        var current = Path.GetFullPath(path);
        for (var count = 0; count < MostLinks; count++)
        {
            if (FileStatus.TryRead(current, followLinks: false, out var status) != FileError.None)
                return null;
            if (status.Kind != FileKind.SymbolicLink)
                return ResolveFolder(current);
            var target = SymbolicLinks.Read(current);
            if (target is null)
                return null;
            current = Path.GetFullPath(target, Path.GetDirectoryName(current) ?? "/");
        }

        return null;
    }

    /// <summary>Resolves the folders of a path, outermost first.</summary>
    private static string ResolveFolder(string path)
    {
        var resolved = "/";
        var rest = new Queue<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries));
        var links = 0;
        while (rest.TryDequeue(out var name))
        {
            var next = Path.Join(resolved, name);
            var isLink =
                FileStatus.TryRead(next, followLinks: false, out var status) == FileError.None
                && status.Kind == FileKind.SymbolicLink;
            if (!isLink || links++ > MostLinks || SymbolicLinks.Read(next) is not { } target)
            {
                resolved = next;
                continue;
            }

            var whole = Path.GetFullPath(target, resolved);
            rest = new Queue<string>([.. whole.Split('/', StringSplitOptions.RemoveEmptyEntries), .. rest]);
            resolved = "/";
        }

        return resolved;
    }
}
