using Krait.Packaging.Text;

namespace Krait.Sources;

/// <summary>The refusal of everything that would have to be built, where nothing can be: the one place that says so.</summary>
public static class WheelsOnly
{
    /// <summary>The answer to somebody who asks for what has to be built.</summary>
    /// <param name="what">What it is, in backticks where it is a literal.</param>
    public static Diagnostic Refuse(string what) =>
        new("needs-build", $"{what} has to be built, and nothing is built here");
}
