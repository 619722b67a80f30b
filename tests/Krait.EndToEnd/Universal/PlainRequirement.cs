using System.Text.RegularExpressions;
using Krait.Packaging.Versions;

namespace Krait.EndToEnd.Universal;

/// <summary>A requirement, taken apart by hand.</summary>
/// <param name="Name">The normalized name.</param>
/// <param name="Extras">The normalized extras.</param>
/// <param name="Specifiers">What the version must satisfy.</param>
/// <param name="Marker">When it is in force.</param>
/// <param name="Text">The text as written.</param>
internal sealed partial record PlainRequirement(
    string Name,
    string[] Extras,
    SpecifierSet Specifiers,
    PlainMarker Marker,
    string Text
)
{
    /// <summary>Reads a requirement of a name, perhaps with extras, versions and a marker.</summary>
    /// <exception cref="FormatException">It is another kind of requirement.</exception>
    public static PlainRequirement Parse(string text)
    {
        var parts = text.Split(';', 2);
        var match = Shape().Match(parts[0]);
        if (!match.Success)
            throw new FormatException($"`{text}` is not a requirement");
        var extras = match.Groups["extras"].Value.Split(',', StringSplitOptions.TrimEntries);
        return new PlainRequirement(
            PlainMarker.Normalize(match.Groups["name"].Value),
            [.. extras.Where(extra => extra.Length > 0).Select(PlainMarker.Normalize)],
            SpecifierSet.Parse(match.Groups["versions"].Value),
            parts.Length > 1 ? PlainMarker.Parse(parts[1]) : PlainMarker.Always,
            text.Trim()
        );
    }

    public override string ToString() => Text;

    [GeneratedRegex(
        """^\s*(?<name>[A-Za-z0-9][\w.-]*)\s*(\[(?<extras>[^\]]*)\])?\s*\(?(?<versions>[^()@]*)\)?\s*$""",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Shape();
}
