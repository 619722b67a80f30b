using System.Collections.Immutable;
using Krait.Packaging.Names;

namespace Krait.Projects.Inputs;

/// <summary>Where the user's requirements stand: words of the command line and names of files, not yet read.</summary>
public sealed record RequirementSources
{
    /// <summary>Requirements, paths and URLs of the command line.</summary>
    public ImmutableArray<string> Packages { get; init; } = [];

    /// <summary>Paths and URLs to install in place.</summary>
    public ImmutableArray<string> Editables { get; init; } = [];

    /// <summary>
    /// Files with requirements: requirements files, `pyproject.toml`, `setup.cfg`, scripts with inline metadata; `-` is standard
    /// input, and an address is fetched.
    /// </summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>Files whose requirements limit versions.</summary>
    public ImmutableArray<string> Constraints { get; init; } = [];

    /// <summary>Files whose requirements limit the versions in build environments.</summary>
    public ImmutableArray<string> BuildConstraints { get; init; } = [];

    /// <summary>Whether what is asked for in place is installed as a copy.</summary>
    public bool IgnoresEditables { get; init; }

    /// <summary>Packages that are installed as copies where they are asked for in place.</summary>
    public ImmutableHashSet<PackageName> UneditablePackages { get; init; } = [];

    /// <summary>Files whose requirements replace all others on their names.</summary>
    public ImmutableArray<string> Overrides { get; init; } = [];

    /// <summary>Files that name what is left out.</summary>
    public ImmutableArray<string> Excludes { get; init; } = [];

    /// <summary>Extras of project files to include.</summary>
    public ImmutableArray<string> Extras { get; init; } = [];

    /// <summary>Whether all extras of project files are included.</summary>
    public bool IncludesAllExtras { get; init; }

    /// <summary>Dependency groups to include, as `[PATH:]NAME`.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>Scripts with inline metadata, whatever they are called.</summary>
    public ImmutableArray<string> Scripts { get; init; } = [];

    /// <summary>Dependency groups whose packages are upgraded, as `[PATH:]NAME`.</summary>
    public ImmutableArray<string> UpgradedGroups { get; init; } = [];

    /// <summary>Whether the project's table of sources is passed over.</summary>
    public bool IgnoresSources { get; init; }

    /// <summary>Packages for which the project's table of sources is passed over.</summary>
    public ImmutableHashSet<PackageName> SourcelessPackages { get; init; } = [];

    /// <summary>Finds members of workspaces; null where nothing comes from a workspace.</summary>
    public IWorkspaceSources? Workspaces { get; init; }

    /// <summary>The settings that hold in the working folder; null where there are none.</summary>
    public ProjectSettings? Settings { get; init; }

    /// <summary>Whether nothing at all is named.</summary>
    public bool IsEmpty => Packages.IsEmpty && Editables.IsEmpty && Files.IsEmpty && Scripts.IsEmpty && Groups.IsEmpty;
}
