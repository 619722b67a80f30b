using Krait.Packaging.Distributions;
using Krait.Packaging.Locations;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Toml;
using Krait.Platform.Files;

namespace Krait.Projects.Inputs;

/// <summary>Names of projects that can be told without running anything: from a file name, or from the files of a project.</summary>
internal static class ProjectNames
{
    /// <summary>Whether a folder holds a project.</summary>
    public static bool IsProject(string folder) =>
        FileStatus.Exists(Path.Join(folder, "pyproject.toml"), followLinks: true)
        || FileStatus.Exists(Path.Join(folder, "setup.py"), followLinks: true);

    /// <summary>The name of what stands behind a path or URL; null where only its backend knows it.</summary>
    /// <param name="text">The path or URL.</param>
    /// <param name="workingFolder">What relative paths start from.</param>
    public static PackageName? Of(string text, string workingFolder)
    {
        var location = Location.Of(text);
        if (location.TryGetLocalPath(workingFolder, out var path) && FolderTree.IsFolder(path))
            return location.Fragment.Contains("subdirectory=", StringComparison.Ordinal) ? null : OfFolder(path);
        return SdistFileName.TryParse(location.FileName, out var sdist, out _) ? sdist.Name : null;
    }

    /// <summary>What pyproject.toml or setup.cfg state.</summary>
    private static PackageName? OfFolder(string folder)
    {
        if (PlainFile.TryRead(Path.Join(folder, "pyproject.toml"), out var text) == FileError.None)
        {
            if (!TomlDocument.TryParse(text, out var document, out _))
                return null;
            var poetry = document.Root.GetTable("tool")?.GetTable("poetry");
            var stated = document.Root.GetTable("project")?.GetString("name") ?? poetry?.GetString("name");
            if (stated is not null)
                return PackageName.TryParse(stated, out var name, out _) ? name : null;
        }

        var setup = Path.Join(folder, "setup.cfg");
        return
            PlainFile.TryRead(setup, out var configuration) == FileError.None
            && SetupCfg.TryParse(configuration, setup, out var parsed, out _)
            ? parsed.Name
            : null;
    }
}
