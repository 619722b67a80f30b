using System.Collections.Immutable;

namespace Krait.Packaging.Tags;

/// <summary>The tags of a wheel, compressed as its file name has them: it fits where any combination of the three sets does.</summary>
public sealed class WheelTags
{
    internal WheelTags(int[] pythonIds, int[] abiIds, int[] platformIds)
    {
        PythonIds = pythonIds;
        AbiIds = abiIds;
        PlatformIds = platformIds;
    }

    /// <summary>The interpreters it runs on (`py2`, `py3`).</summary>
    public ImmutableArray<string> Pythons => TextsOf(PythonIds);

    /// <summary>The binary interfaces it needs.</summary>
    public ImmutableArray<string> Abis => TextsOf(AbiIds);

    /// <summary>The platforms it runs on.</summary>
    public ImmutableArray<string> Platforms => TextsOf(PlatformIds);

    /// <summary>Every combination.</summary>
    public IEnumerable<Tag> All =>
        from python in Pythons
        from abi in Abis
        from platform in Platforms
        select new Tag(python, abi, platform);

    internal int[] PythonIds { get; }

    internal int[] AbiIds { get; }

    internal int[] PlatformIds { get; }

    private static ImmutableArray<string> TextsOf(int[] ids) => [.. ids.Select(TagText.TextOf)];
}
