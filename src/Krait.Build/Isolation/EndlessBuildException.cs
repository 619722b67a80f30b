using Krait.Packaging.Text;

namespace Krait.Build.Isolation;

/// <summary>Builds wait for each other without end.</summary>
/// <param name="diagnostic">Which ones.</param>
internal sealed class EndlessBuildException(Diagnostic diagnostic) : KraitException(diagnostic);
