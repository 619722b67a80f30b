using System.Collections.Immutable;
using System.Text;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;

namespace Krait.Projects.Inspection;

/// <summary>
/// Reads the requires.txt of an `.egg-info` folder, where setuptools kept requirements before they stood in the metadata: lines of requirements,
/// and sections `[extra]`, `[:marker]` and `[extra:marker]` for those that hold on a condition.
/// </summary>
internal static class EggRequirements
{
    /// <summary>The requirements and the extras; a line that is no requirement is passed over, as it is in metadata.</summary>
    public static (ImmutableArray<Requirement> Requirements, ImmutableArray<ExtraName> Extras) Read(
        ReadOnlySpan<byte> content
    )
    {
        var requirements = ImmutableArray.CreateBuilder<Requirement>();
        var extras = new List<ExtraName>();
        var condition = Marker.True;
        foreach (var line in Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith('[') && line.EndsWith(']'))
                condition = ReadSection(line[1..^1], extras);
            else if (line is not ("" or ['#', ..]) && Requirement.TryParse(line, out var requirement, out _))
                requirements.Add(requirement.WithMarker(requirement.Marker.And(condition)));
        }

        return (requirements.ToImmutable(), [.. extras.Distinct()]);
    }

    /// <summary>The condition of a section; one that cannot be read never holds.</summary>
    private static Marker ReadSection(string section, List<ExtraName> extras)
    {
        var colon = section.IndexOf(':', StringComparison.Ordinal);
        var condition = Marker.True;
        if (colon >= 0 && section[(colon + 1)..].Trim() is { Length: > 0 } text)
            condition = Marker.TryParse(text, out var parsed, out _) ? parsed : Marker.False;
        if ((colon < 0 ? section : section[..colon]).Trim() is not { Length: > 0 } name)
            return condition;
        if (!ExtraName.TryParse(name, out var extra, out _))
            return Marker.False;
        extras.Add(extra);
        return condition.And(Marker.FromExtra(extra));
    }
}
