using Krait.Packaging.Names;
using Krait.Projects.Building;

namespace Krait.Projects.Installing;

/// <summary>A wheel that is built of a source, or was.</summary>
/// <param name="Name">The project.</param>
/// <param name="Version">The version.</param>
/// <param name="Place">The source.</param>
public sealed record SourceWheel(PackageName Name, Version Version, SourcePlace Place) : ChosenWheel(Name, Version)
{
    /// <inheritdoc/>
    public override string Listed => Place.Download?.FileName ?? Place.Known?.Display ?? $"{Name}=={Version}";
}
