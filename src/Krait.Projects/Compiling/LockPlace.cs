using Krait.Packaging.Locations;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.RequirementsFiles;

namespace Krait.Projects.Compiling;

/// <summary>Where a lock file will be, which the paths in it start from.</summary>
/// <param name="Folder">The folder of the lock file.</param>
/// <param name="WorkingFolder">The folder that the paths of the user start from.</param>
/// <param name="Variables">What `${NAME}` in an address is looked up in.</param>
public sealed record LockPlace(string Folder, string WorkingFolder, IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>A file by what the user wrote: an address, or a path, which stays relative where it was.</summary>
    internal PylockFile Locate(string written)
    {
        var text = VariableExpansion.Expand(written, Variables);
        var location = Location.Of(text);
        if (location.IsFileUrl && location.TryGetLocalPath(WorkingFolder, out var local))
            return new PylockFile { Path = local };
        // What the fragment says of the file (`#sha256=…`) stands among its hashes.
        if (!location.IsPath)
            return new PylockFile { Url = written.Split('#')[0] };
        var path = text.Split('#')[0];
        return new PylockFile
        {
            Path = Path.IsPathRooted(path) ? path : Path.GetRelativePath(Folder, Path.GetFullPath(path, WorkingFolder)),
        };
    }
}
