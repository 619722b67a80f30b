using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Krait.Packaging.Tests.Versions;

/// <summary>Laws of versions.</summary>
[Properties(Arbitrary = [typeof(Arbitraries)], MaxTest = 2_000)]
public sealed class VersionLawTests
{
    [Property]
    public bool The_order_is_antisymmetric(Version left, Version right) =>
        left.CompareTo(right) == -right.CompareTo(left);

    [Property(MaxTest = 4_000)]
    public bool The_order_is_transitive(Version first, Version second, Version third)
    {
        Version[] sorted = [first, second, third];
        Array.Sort(sorted);
        return sorted[0] <= sorted[1] && sorted[1] <= sorted[2] && sorted[0] <= sorted[2];
    }

    [Property]
    public bool Equal_versions_have_equal_hashes(Version version)
    {
        var longer = Version.Parse(Lengthen(version));
        return version == longer && version.GetHashCode() == longer.GetHashCode();
    }

    [Property]
    public bool Parsing_what_was_formatted_gives_the_same_version(Version version)
    {
        var again = Version.Parse(version.ToString());
        return again == version
            && again.ToString() == version.ToString()
            && again.ReleaseLength == version.ReleaseLength;
    }

    [Property]
    public bool Parsing_bytes_is_parsing_text(WrittenVersion text) =>
        Version.TryParse(System.Text.Encoding.UTF8.GetBytes(text.Value), out var version)
        && version == Version.Parse(text.Value);

    [Property]
    public Property A_local_label_comes_after_its_public_version_and_before_the_next_post_release() =>
        Prop.ForAll(
            Generators.Version.Where(version => version is { IsLocal: false, Post: null, Dev: null }).ToArbitrary(),
            version =>
                version < Version.Parse($"{version}+a")
                && Version.Parse($"{version}+a") < Version.Parse($"{version}.post0.dev0")
        );

    private static string Lengthen(Version version)
    {
        var text = version.OnlyRelease().ToString();
        return text + ".0.0" + version.ToString()[text.Length..];
    }
}
