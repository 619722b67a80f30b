using Krait.Packaging.Names;
using Krait.Platform.Files;

namespace Krait.Server.Storage;

/// <summary>The references of one namespace: a small file for each project in `refs/NAMESPACE/`, replaced whole.</summary>
internal sealed class ReferenceFolder(StoreFolder folder, string space)
{
    /// <summary>Whether there is a reference, of whatever content.</summary>
    public bool Has(PackageName project) => FileStatus.Exists(PathOf(project), followLinks: false);

    /// <summary>A reference as its file has it; null where there is none that can be read.</summary>
    public ProjectState? TryRead(PackageName project)
    {
        if (PlainFile.TryReadBytes(PathOf(project), out var content) != FileError.None)
            return null;
        var state = ProjectState.TryRead(content, out var name);
        return string.Equals(name, project.Value, StringComparison.Ordinal) ? state : null;
    }

    /// <summary>Writes a reference.</summary>
    /// <exception cref="FileSystemException">It cannot be written.</exception>
    public void Write(PackageName project, ProjectState state, bool isDurable)
    {
        var path = PathOf(project);
        FolderTree.Create(Path.GetDirectoryName(path)!); // below the root
        AtomicFile.Write(path, state.ToJson(project.Value), isDurable);
    }

    /// <summary>The names of all projects that have a reference, in order.</summary>
    public List<PackageName> List()
    {
        var read = new List<PackageName>();
        foreach (var part in Names(folder.At("refs", space)))
        {
            foreach (var name in Names(folder.At("refs", space, part)))
            {
                if (
                    PackageName.TryParse(name, out var project, out _)
                    && string.Equals(project.Value, name, StringComparison.Ordinal)
                )
                {
                    read.Add(project);
                }
            }
        }

        read.Sort();
        return read;
    }

    private string PathOf(PackageName project)
    {
        // Two letters divide the names well enough; a name of one letter is its own part.
        var part = project.Value.Length > 1 ? project.Value[..2] : project.Value;
        return folder.At("refs", space, part.Replace('-', '_'), project.Value);
    }

    private static IEnumerable<string> Names(string path) =>
        DirectoryHandle.ListAt(path).Select(entry => entry.Name).Order(StringComparer.Ordinal);
}
