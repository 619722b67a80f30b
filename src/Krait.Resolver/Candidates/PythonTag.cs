using System.Globalization;
using Krait.Packaging.Versions;

namespace Krait.Resolver.Candidates;

/// <summary>The Python part of a wheel's tags (`py3`, `cp312`, `pp310`).</summary>
/// <param name="Implementation">The letters (`cp`).</param>
/// <param name="Major">The major number.</param>
/// <param name="Minor">The minor number; null for all of them.</param>
internal readonly record struct PythonTag(string Implementation, int Major, int? Minor)
{
    /// <summary>The first release that tags tell from others.</summary>
    public static Version Lowest { get; } = Version.Parse("3.0");

    /// <summary>Whether later releases are meant, too.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether it names no implementation.</summary>
    public bool IsGeneric => Implementation is "py";

    /// <summary>Whether it names another implementation than CPython.</summary>
    public bool IsAlternative => Implementation is "pp" or "graalpy";

    /// <summary>The releases that are meant.</summary>
    public VersionRanges Pythons
    {
        get
        {
            var from = VersionRanges.AtLeast(Version.Parse($"{Major}.{Minor ?? 0}"));
            if (Minor is { } minor && !IsOpen)
                return from.Intersect(VersionRanges.StrictlyBelow(Version.Parse($"{Major}.{minor + 1}")));
            // Nothing that was made for Python 2 says that it runs on 3.
            return Major < 3 ? from.Intersect(VersionRanges.StrictlyBelow(Lowest)) : from;
        }
    }

    /// <summary>Reads a tag of a known implementation.</summary>
    public static bool TryParse(string text, out PythonTag tag)
    {
        tag = default;
        var digits = text.AsSpan().IndexOfAnyInRange('0', '9');
        if (digits <= 0 || text.AsSpan(digits).ContainsAnyExceptInRange('0', '9') || text.Length > digits + 4)
            return false;
        var implementation = text[..digits];
        if (implementation is not ("py" or "cp" or "pp" or "graalpy"))
            return false;
        int? minor = text.Length > digits + 1 ? int.Parse(text.AsSpan(digits + 1), CultureInfo.InvariantCulture) : null;
        tag = new PythonTag(implementation, text[digits] - '0', minor);
        return true;
    }
}
