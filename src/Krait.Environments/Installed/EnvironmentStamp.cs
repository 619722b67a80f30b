using Krait.Environments.Layouts;

namespace Krait.Environments.Installed;

/// <summary>
/// What tells cheaply that nothing was installed into or removed from an environment since the stamp was taken: inode, size and both
/// times of its folders of packages, its configuration and its interpreter. One `statx` each; any difference means that the full
/// comparison has to run.
/// </summary>
/// <param name="SitePackages">The folder of modules.</param>
/// <param name="PlatformSitePackages">The folder of compiled modules.</param>
/// <param name="Scripts">The folder of programs.</param>
/// <param name="Configuration">The `pyvenv.cfg`.</param>
/// <param name="Interpreter">The interpreter, links followed.</param>
public readonly record struct EnvironmentStamp(
    FileStamp SitePackages,
    FileStamp PlatformSitePackages,
    FileStamp Scripts,
    FileStamp Configuration,
    FileStamp Interpreter
)
{
    /// <summary>Takes the stamp of a virtual environment by its layout, without probing its interpreter.</summary>
    public static EnvironmentStamp Take(EnvironmentLayout layout) =>
        new(
            FileStamp.Take(layout.SitePackages),
            FileStamp.Take(layout.PlatformSitePackages),
            FileStamp.Take(layout.Scripts),
            FileStamp.Take(Path.Join(layout.Root, VenvConfiguration.FileName)),
            FileStamp.Take(Path.Join(layout.Scripts, "python"))
        );
}
