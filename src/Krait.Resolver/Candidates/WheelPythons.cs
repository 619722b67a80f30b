using Krait.Packaging.Distributions;
using Krait.Packaging.Versions;

namespace Krait.Resolver.Candidates;

/// <summary>The Pythons that wheels are for, by their tags: releases with one minor number, and all from one on.</summary>
internal static class WheelPythons
{
    /// <summary>The Pythons that some of the wheels are for; null where these are all.</summary>
    public static VersionRanges? Of(IEnumerable<WheelFileName> wheels)
    {
        var releases = new HashSet<PythonTag>();
        var others = new HashSet<PythonTag>();
        foreach (var wheel in wheels)
        {
            foreach (var text in wheel.PythonTags)
            {
                if (!PythonTag.TryParse(text, out var tag))
                    return null;
                // The stable ABI of a release is that of all later ones.
                var isOpen = tag.IsGeneric || wheel.AbiTags.Contains("abi3", StringComparer.Ordinal);
                (tag.IsAlternative ? others : releases).Add(tag with { IsOpen = isOpen });
            }
        }

        // Other implementations count where there is nothing for CPython.
        var ranges = VersionRanges.Empty;
        foreach (var tag in releases.Count > 0 ? releases : others)
            ranges = ranges.Union(tag.Pythons);
        return VersionRanges.AtLeast(PythonTag.Lowest).IsSubsetOf(ranges) ? null : ranges;
    }
}
