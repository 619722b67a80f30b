using FsCheck.Fluent;

namespace Krait.Packaging.Tests.Versions;

/// <summary>Laws of versions.</summary>
public sealed class VersionLawTests
{
    [Fact]
    public void The_order_is_antisymmetric() =>
        Generators.Check(
            Gen.Two(Generators.Version),
            pair => pair.Item1.CompareTo(pair.Item2) == -pair.Item2.CompareTo(pair.Item1)
        );

    [Fact]
    public void The_order_is_transitive() =>
        Generators.Check(
            Gen.Three(Generators.Version),
            three =>
            {
                Version[] sorted = [three.Item1, three.Item2, three.Item3];
                Array.Sort(sorted);
                return sorted[0] <= sorted[1] && sorted[1] <= sorted[2] && sorted[0] <= sorted[2];
            },
            4_000
        );

    [Fact]
    public void Equal_versions_have_equal_hashes() =>
        Generators.Check(
            Generators.Version,
            version =>
            {
                var longer = Version.Parse(Lengthen(version));
                return version == longer && version.GetHashCode() == longer.GetHashCode();
            }
        );

    [Fact]
    public void Parsing_what_was_formatted_gives_the_same_version() =>
        Generators.Check(
            Generators.Version,
            version =>
            {
                var again = Version.Parse(version.ToString());
                return again == version
                    && again.ToString() == version.ToString()
                    && again.ReleaseLength == version.ReleaseLength;
            }
        );

    [Fact]
    public void Parsing_bytes_is_parsing_text() =>
        Generators.Check(
            Generators.VersionText,
            text =>
                Version.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out var version)
                && version == Version.Parse(text)
        );

    [Fact]
    public void A_local_label_comes_after_its_public_version_and_before_the_next_post_release() =>
        Generators.Check(
            Generators.Version.Where(version => version is { IsLocal: false, Post: null, Dev: null }),
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
