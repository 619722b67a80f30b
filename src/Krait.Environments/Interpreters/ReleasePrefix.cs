using System.Globalization;

namespace Krait.Environments.Interpreters;

/// <summary>The first one to three numbers of a Python version.</summary>
/// <param name="Major">The first.</param>
/// <param name="Minor">The second, when given.</param>
/// <param name="Micro">The third, when given.</param>
public readonly record struct ReleasePrefix(int Major, int? Minor, int? Micro)
{
    /// <summary>Whether an interpreter's version starts with these numbers.</summary>
    public bool Contains(Interpreter interpreter) =>
        interpreter.Major == Major
        && (Minor is null || interpreter.Minor == Minor)
        && (Micro is null || interpreter.Micro == Micro);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(
            '.',
            new[] { Major, Minor, Micro }.OfType<int>().Select(n => n.ToString(CultureInfo.InvariantCulture))
        );
}
