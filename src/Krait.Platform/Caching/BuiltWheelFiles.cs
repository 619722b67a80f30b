using Krait.Platform.Files;

namespace Krait.Platform.Caching;

/// <summary>The wheels of the cache that were built here, as files that one can look at and remove.</summary>
public static class BuiltWheelFiles
{
    private const string Suffix = ".whl";

    /// <summary>The wheels: files, or directories of the same name where they were unpacked.</summary>
    /// <param name="root">The directory of the cache.</param>
    public static IEnumerable<(string Path, TreeSize Size)> List(string root)
    {
        var bucket = Path.Join(root, BucketName.Of(CacheBucket.BuiltWheels));
        foreach (var source in Entries(bucket))
        {
            foreach (var package in Entries(source))
            {
                foreach (var wheel in Entries(package, all: true))
                {
                    if (wheel.EndsWith(Suffix, StringComparison.Ordinal))
                        yield return (wheel, SizeOf(wheel));
                }
            }
        }
    }

    private static IEnumerable<string> Entries(string folder, bool all = false) =>
        DirectoryHandle
            .ListAt(folder)
            .Where(entry => all || entry.Kind == FileKind.Folder)
            .Select(entry => Path.Join(folder, entry.Name))
            .Order(StringComparer.Ordinal);

    private static TreeSize SizeOf(string path)
    {
        if (FileStatus.TryRead(path, followLinks: false, out var status) != FileError.None)
            return default;
        return status.Kind == FileKind.Folder ? FolderTree.Measure(path) : new TreeSize(1, status.Size);
    }
}
