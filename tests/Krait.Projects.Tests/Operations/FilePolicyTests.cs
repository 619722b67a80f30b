using Krait.Packaging.Names;
using Krait.Projects.Resolving;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

namespace Krait.Projects.Tests.Operations;

public sealed class FilePolicyTests
{
    /// <summary>What may be used of a package: `w` for wheels, `s` for source distributions. Rules are `-b` (no binary) or `+b` (only binary) and a list.</summary>
    private static string Allowed(string package, string rules)
    {
        var parsed = rules
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Chunk(2)
            .Select(rule => (rule[0] is "-b", rule[1]));
        var policy = FilePolicies.Apply(FilePolicy.Default, parsed);
        var name = PackageName.Parse(package);
        return (policy.AllowsWheels(name) ? "w" : "") + (policy.AllowsSdists(name) ? "s" : "");
    }

    [Theory]
    [InlineData("", "ws")]
    [InlineData("-b :all:", "s")]
    [InlineData("+b :all:", "w")]
    [InlineData("-b :all: +b a", "w")]
    [InlineData("+b :all: -b A", "s")]
    [InlineData("-b :all: +b :all:", "w")]
    [InlineData("-b a +b a", "w")]
    [InlineData("-b a,b -b :none:", "ws")]
    [InlineData("-b :all:,:none:,a", "s")]
    [InlineData("-b a,:none:", "ws")]
    [InlineData("-b b,:all:,a +b a", "w")]
    [InlineData("+b a -b :all:", "s")]
    public void Follows_pips_rules_for_lists(string rules, string expected) =>
        Assert.Equal(expected, Allowed("a", rules));

    [Fact]
    public void Drops_what_follows_all_without_none() => Assert.Equal("w", Allowed("b", "-b :all:,a +b :all:,a"));
}
