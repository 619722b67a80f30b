using Krait.Packaging.Names;

namespace Krait.Server.Spaces;

/// <summary>What tells the files of an upstream apart: `a-1-1.tar.gz` may be a file of the project `a` and one of `a-1`.</summary>
/// <param name="Project">The project.</param>
/// <param name="FileName">The name of the file.</param>
internal readonly record struct FileKey(PackageName Project, string FileName);
