using Krait.Packaging.Text;

namespace Krait.Sources;

/// <summary>The refusal of everything that would have to be built: the one place that says so.</summary>
public static class WheelsOnly
{
    /// <summary>The answer to somebody who asks for what has to be built.</summary>
    /// <param name="what">What it is, in backticks where it is a literal.</param>
    public static Diagnostic Refuse(string what) =>
        new("needs-build", $"{what} has to be built, and this version of krait installs wheels only");
}
