using System.Globalization;
using Krait.Packaging.Distributions;
using Krait.Packaging.Versions;

namespace Krait.Resolver.Candidates;

/// <summary>Which wheels can be installed by some Python of a range, whatever the platform.</summary>
public sealed class UniversalWheels
{
    private readonly (int Major, int Minor)? lowest;
    private readonly (int Major, int Minor)? highest;

    /// <summary>Judges wheels for a range of Pythons.</summary>
    public UniversalWheels(VersionRanges pythons)
    {
        if (pythons.IsEmpty)
            return;
        lowest = MinorOf(pythons.Segments[0].Lower);
        var last = pythons.Segments[pythons.Segments.Count - 1];
        highest = MinorOf(last.Upper);
        // `<3.13` leaves 3.12 as the highest; `<3.13.2` and `<=3.13` leave 3.13.
        if (highest is { Minor: > 0 } and var (major, minor) && !last.UpperInclusive && last.Upper!.Patch == 0)
            highest = (major, minor - 1);
    }

    /// <summary>Whether some Python of the range accepts one of the wheel's tags.</summary>
    public bool Accepts(WheelFileName wheel)
    {
        foreach (var abi in wheel.AbiTags)
        {
            if (string.Equals(abi, "abi3", StringComparison.Ordinal))
                return true;
            if (string.Equals(abi, "none", StringComparison.Ordinal))
            {
                foreach (var python in wheel.PythonTags)
                {
                    if (AcceptsPython(python))
                        return true;
                }
            }
            else if (AcceptsAbi(abi))
            {
                return true;
            }
        }

        return false;
    }

    private bool AcceptsPython(string tag)
    {
        if (!TryReadTag(tag, out var prefix, out var version))
            return true;
        if (version.Major == 2)
            return false;
        // py37 runs on 3.7 and later; cp37 and pp37 only on 3.7.
        if (prefix is "py")
            return version.Minor is not { } minor || highest is not { } h || (version.Major, minor).CompareTo(h) <= 0;
        return IsInRange(version);
    }

    private bool AcceptsAbi(string tag)
    {
        // cp39, cp313t, cp27mu; pypy39_pp73; graalpy310_graalpy240_310_native
        var first = tag.AsSpan();
        var underscore = first.IndexOf('_');
        if (underscore >= 0)
            first = first[..underscore];
        first = first.TrimEnd("tmud");
        if (first.StartsWith("pypy", StringComparison.Ordinal))
            first = string.Concat("pp", first[4..]);
        return !TryReadTag(first, out _, out var version) || (version.Major != 2 && IsInRange(version));
    }

    private bool IsInRange((int Major, int? Minor) version)
    {
        if (version.Minor is not { } minor)
            return true;
        var exact = (version.Major, minor);
        return (lowest is not { } low || exact.CompareTo(low) >= 0)
            && (highest is not { } high || exact.CompareTo(high) <= 0);
    }

    private static bool TryReadTag(ReadOnlySpan<char> tag, out string prefix, out (int Major, int? Minor) version)
    {
        version = default;
        prefix = "";
        var letters = tag.IndexOfAnyInRange('0', '9');
        if (letters <= 0)
            return false;
        prefix = tag[..letters] switch
        {
            "py" => "py",
            "cp" => "cp",
            "pp" => "pp",
            "graalpy" => "graalpy",
            "pyston" => "pyston",
            _ => "",
        };
        var digits = tag[letters..];
        if (prefix.Length == 0 || digits.ContainsAnyExceptInRange('0', '9'))
            return false;
        var major = digits[0] - '0';
        int? minor = digits.Length > 1 ? int.Parse(digits[1..], CultureInfo.InvariantCulture) : null;
        version = (major, minor);
        return true;
    }

    private static (int Major, int Minor)? MinorOf(Version? version) =>
        version is null ? null : ((int)version.Major, (int)version.Minor);
}
