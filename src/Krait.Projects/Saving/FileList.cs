using System.Collections.Immutable;
using Krait.Archives;
using Krait.Archives.Extraction;
using Krait.Archives.Zip;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Projects.Saving;

/// <summary>The files of folders and archives.</summary>
internal static class FileList
{
    /// <summary>The files in a distribution, in order.</summary>
    /// <exception cref="KraitException">It cannot be read, or is not safe.</exception>
    public static ImmutableArray<string> OfDistribution(string path, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(path);
        if (name.EndsWith(".whl", StringComparison.OrdinalIgnoreCase))
        {
            using var wheel = ZipArchive.Open(ByteSource.OpenFile(path), name);
            return
            [
                .. wheel
                    .Entries.Where(entry => !entry.IsDirectory)
                    .Select(entry => $"{entry.Path}")
                    .Order(StringComparer.Ordinal),
            ];
        }

        var folder = FolderTree.CreateTemporary("krait-list-");
        try
        {
            SourceArchive.Extract(path, name, folder, ArchiveLimits.Default, cancellationToken);
            return OfFolder(folder);
        }
        finally
        {
            FolderTree.Remove(folder);
        }
    }

    /// <summary>The regular files below a folder, relative to it, in order.</summary>
    /// <exception cref="FileSystemException">It cannot be read.</exception>
    public static ImmutableArray<string> OfFolder(string path)
    {
        var found = new List<string>();
        Add(path, "", found);
        found.Sort(StringComparer.Ordinal);
        return [.. found];
    }

    private static void Add(string path, string prefix, List<string> found)
    {
        using var folder = DirectoryHandle.Open(path);
        foreach (var entry in folder.List())
        {
            var below = Path.Join(path, entry.Name);
            if (FileStatus.TryRead(below, followLinks: false, out var status) != FileError.None)
                continue;
            if (status.Kind == FileKind.Folder)
                Add(below, $"{prefix}{entry.Name}/", found);
            else if (status.Kind == FileKind.File)
                found.Add(prefix + entry.Name);
        }
    }
}
