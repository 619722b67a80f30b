using Krait.Packaging.Indexes;
using Krait.Packaging.Names;

namespace Krait.Server.Resolving;

/// <summary>A server cannot go on: a project would have to be built, or downloaded, to learn what it requires.</summary>
/// <param name="project">The project.</param>
/// <param name="sdist">Its source distribution, where that is all there is.</param>
internal sealed class UnresolvableException(PackageName project, IndexFile? sdist)
    : Exception($"the metadata of {project} is not known here")
{
    /// <summary>The project.</summary>
    public PackageName Project { get; } = project;

    /// <summary>Its source distribution, where that is all there is.</summary>
    public IndexFile? Sdist { get; } = sdist;
}
