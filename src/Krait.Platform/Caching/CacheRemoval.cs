using Krait.Packaging.Names;
using Krait.Platform.Files;

namespace Krait.Platform.Caching;

/// <summary>Takes files out of a cache that nobody else is using.</summary>
internal static class CacheRemoval
{
    /// <summary>Removes the folders of a cache that are unwanted.</summary>
    public static TreeSize RemoveFolders(string root, Func<string, bool> isUnwanted)
    {
        using var folder = DirectoryHandle.Open(root);
        return folder
            .List()
            .Where(entry => isUnwanted(entry.Name))
            .Aggregate(default(TreeSize), (total, entry) => total + FolderTree.Remove(folder, entry.Name));
    }

    /// <summary>Removes what belongs to a package from a bucket, whatever source it came from.</summary>
    public static TreeSize RemovePackage(string bucket, PackageName package) =>
        DirectoryHandle
            .ListAt(bucket)
            .Where(source => source.Kind is FileKind.Folder)
            .Aggregate(
                default(TreeSize),
                (total, source) => total + RemoveFrom(Path.Join(bucket, source.Name), package)
            );

    private static TreeSize RemoveFrom(string folder, PackageName package)
    {
        if (DirectoryHandle.TryOpen(folder, out var opened) != FileError.None || opened is null)
            return default;
        using (opened)
        {
            return opened
                .List()
                .Where(e =>
                    string.Equals(e.Name, package.Value, StringComparison.Ordinal)
                    || e.Name.StartsWith(package.Value + '.', StringComparison.Ordinal)
                )
                .Aggregate(default(TreeSize), (total, entry) => total + FolderTree.Remove(opened, entry.Name));
        }
    }

    /// <summary>Removes what killed runs left of files that were being written.</summary>
    public static TreeSize RemoveLeftovers(string folder, int depth)
    {
        var total = default(TreeSize);
        if (DirectoryHandle.TryOpen(folder, out var opened) != FileError.None || opened is null)
            return total;
        using (opened)
        {
            foreach (var entry in opened.List())
            {
                if (entry.Name.StartsWith(AtomicFile.TemporaryPrefix, StringComparison.Ordinal))
                    total += FolderTree.Remove(opened, entry.Name);
                else if (depth > 1 && entry.Kind is FileKind.Folder)
                    total += RemoveLeftovers(Path.Join(folder, entry.Name), depth - 1);
            }
        }

        return total;
    }
}
