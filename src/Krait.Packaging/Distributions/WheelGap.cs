using System.Collections.Immutable;
using Krait.Packaging.Tags;

namespace Krait.Packaging.Distributions;

/// <summary>What keeps all of some wheels from a machine: of those that come closest to fitting, the tags that it does not accept.</summary>
/// <param name="Mismatch">The kind of the tags.</param>
/// <param name="Tags">The tags, sorted.</param>
public sealed record WheelGap(TagMismatch Mismatch, ImmutableArray<string> Tags)
{
    private const int ShownTags = 4;

    /// <summary>What the wheels are not for: `this platform`.</summary>
    public string What =>
        Mismatch switch
        {
            TagMismatch.Platform => "this platform",
            TagMismatch.Abi => "this Python's binary interface",
            _ => "this Python",
        };

    /// <summary>What they are for: `` `win32`, `win_amd64` ``.</summary>
    public string Listed
    {
        get
        {
            var more = Tags.Length > ShownTags ? $" and {Tags.Length - ShownTags} more" : "";
            return string.Join(", ", Tags.Take(ShownTags).Select(tag => $"`{tag}`")) + more;
        }
    }

    /// <summary>Compares wheels with what a machine accepts.</summary>
    /// <param name="wheels">Wheels that the machine does not accept; at least one.</param>
    /// <param name="tags">What it accepts; null where only its Python is known.</param>
    /// <param name="python">Its Python.</param>
    public static WheelGap Of(IReadOnlyCollection<WheelFileName> wheels, TagSet? tags, Version python)
    {
        TagMismatch MismatchOf(WheelFileName wheel) => tags?.Check(wheel).Mismatch ?? TagMismatch.Python;
        // What fits in most respects tells most.
        var closest = wheels.Max(MismatchOf);
        // Where no wheel names this Python, another binary interface is only another Python.
        var own = $"cp{python.Major}{python.Minor}";
        if (closest == TagMismatch.Abi && !wheels.Any(wheel => wheel.PythonTags.Contains(own, StringComparer.Ordinal)))
            closest = TagMismatch.Python;
        var different = wheels
            .Where(wheel => MismatchOf(wheel) >= closest)
            .SelectMany(wheel =>
                closest switch
                {
                    TagMismatch.Platform => wheel.PlatformTags,
                    TagMismatch.Abi => wheel.AbiTags,
                    _ => wheel.PythonTags,
                }
            );
        return new WheelGap(closest, [.. different.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }
}
