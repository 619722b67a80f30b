using System.Collections.Immutable;
using Krait.Packaging.Names;

namespace Krait.Projects.Inputs;

/// <summary>What the workspace that a project lies in says about where packages come from.</summary>
public interface IWorkspaceSources
{
    /// <summary>The directory of a member; null where the project is in no workspace with a member of that name.</summary>
    /// <param name="folder">The directory of the project.</param>
    /// <param name="name">The member.</param>
    public string? FindMember(string folder, PackageName name);

    /// <summary>The sources that hold for a project besides its own: those of the workspace's root.</summary>
    /// <param name="folder">The directory of the project.</param>
    public ImmutableDictionary<PackageName, ImmutableArray<StatedSource>> InheritedBy(string folder);
}
