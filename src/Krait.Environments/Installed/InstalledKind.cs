namespace Krait.Environments.Installed;

/// <summary>How an installed distribution is described on disk.</summary>
public enum InstalledKind
{
    /// <summary>A `.dist-info` folder, as installers of wheels lay it down.</summary>
    DistInfo,

    /// <summary>An `.egg-info` folder, as setuptools laid it down; with a list of files it can be removed.</summary>
    EggInfoFolder,

    /// <summary>An `.egg-info` file, as distutils laid it down; nobody knows its files.</summary>
    EggInfoFile,

    /// <summary>An `.egg-link` file to a project in development.</summary>
    EggLink,
}
