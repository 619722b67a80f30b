using Krait.Packaging.Names;

namespace Krait.Index.Downloads;

/// <summary>An index that is asked in place of another, and the project that a file is of.</summary>
/// <param name="Index">The mirror.</param>
/// <param name="Project">The project.</param>
public sealed record ProjectMirror(IndexLocation Index, PackageName Project);
