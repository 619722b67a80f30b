using Krait.Platform.Files;

namespace Krait.Installer.Uninstalling;

/// <summary>
/// Walks folders below a root without ever following a symbolic link: each step opens one name relative to the folder above. Keeps
/// the folders of the current path open, so that neighbours cost one step.
/// </summary>
internal sealed class FolderCursor(DirectoryHandle root) : IDisposable
{
    private readonly List<(string Name, DirectoryHandle Handle)> open = [];

    /// <summary>Opens a folder by its path below the root; null when a part of it is missing, a link or no folder.</summary>
    public DirectoryHandle? TryOpen(ReadOnlySpan<char> path)
    {
        var depth = 0;
        var current = root;
        foreach (var range in path.Split('/'))
        {
            var name = path[range];
            if (name.IsEmpty)
                continue;
            if (depth < open.Count && name.SequenceEqual(open[depth].Name))
            {
                current = open[depth++].Handle;
                continue;
            }

            CloseFrom(depth);
            if (current.TryOpenFolder(name.ToString(), out var next) != FileError.None || next is null)
                return null;
            open.Add((name.ToString(), next));
            current = next;
            depth++;
        }

        return current;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseFrom(0);
        root.Dispose();
    }

    private void CloseFrom(int depth)
    {
        for (var index = open.Count - 1; index >= depth; index--)
        {
            open[index].Handle.Dispose();
            open.RemoveAt(index);
        }
    }
}
