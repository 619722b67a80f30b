using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Resolver.Reporting;

/// <summary>What would help.</summary>
/// <param name="Kind">The kind of help.</param>
/// <param name="Name">The project that it is about.</param>
/// <param name="Text">One sentence without final period.</param>
public sealed record Hint(HintKind Kind, PackageName Name, Remedy Text);
