using System.Collections.Immutable;

namespace Krait.Packaging.Tags;

/// <summary>The tags of a wheel, compressed as its file name has them: it fits where any combination of the three sets does.</summary>
public sealed class WheelTags
{
    internal WheelTags(TagName[] pythons, TagName[] abis, TagName[] platforms)
    {
        PythonNames = pythons;
        AbiNames = abis;
        PlatformNames = platforms;
    }

    /// <summary>The interpreters it runs on (`py2`, `py3`).</summary>
    public ImmutableArray<string> Pythons => TextsOf(PythonNames);

    /// <summary>The binary interfaces it needs.</summary>
    public ImmutableArray<string> Abis => TextsOf(AbiNames);

    /// <summary>The platforms it runs on.</summary>
    public ImmutableArray<string> Platforms => TextsOf(PlatformNames);

    /// <summary>Every combination.</summary>
    public IEnumerable<Tag> All =>
        from python in Pythons
        from abi in Abis
        from platform in Platforms
        select new Tag(python, abi, platform);

    internal TagName[] PythonNames { get; }

    internal TagName[] AbiNames { get; }

    internal TagName[] PlatformNames { get; }

    private static ImmutableArray<string> TextsOf(TagName[] names) => [.. names.Select(name => name.Text)];
}
