using Krait.Packaging.Distributions;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Tests;

/// <summary>
/// Long and deep inputs: each is answered, and twice the input allocates about twice the memory. Memory is what is counted, as it
/// does not depend on the machine; a parser that goes back over its input allocates or keeps more than that.
/// </summary>
public sealed class HostileInputTests
{
    private const int Length = 100_000;

    public static TheoryData<string, Func<int, string>> Versions =>
        new()
        {
            { "segments", n => string.Concat(Enumerable.Repeat("1.", n / 2)) + "1" },
            { "epochs", n => string.Concat(Enumerable.Repeat("1!", n / 2)) },
            { "digits", n => new string('9', n) },
            { "zeros", n => new string('0', n) },
            { "letters", n => "1.0rc" + new string('c', n) },
            { "local", n => "1+" + string.Concat(Enumerable.Repeat("a.", n / 2)) + "a" },
            { "spaces", n => new string(' ', n) + "1" + new string(' ', n) },
            { "separators", n => "1" + new string('-', n) },
        };

    public static TheoryData<string, Func<int, string>> Requirements =>
        new()
        {
            { "clauses", n => "a" + string.Concat(Enumerable.Repeat(">=1,", n / 4)) },
            { "extras", n => "a[" + string.Join(',', Enumerable.Range(0, n / 8).Select(i => $"e{i}")) + "]" },
            { "name", n => new string('a', n) },
            { "dashes", n => "a" + new string('-', n) + "b" },
            { "brackets", n => "a" + new string('[', n) },
            { "parentheses", n => "a" + new string('(', n) },
            { "url", n => "a @ " + new string('x', n) },
            { "marker depth", n => "a; " + new string('(', n) + "os_name == 'a'" },
            { "marker open quote", n => "a; os_name == '" + new string('x', n) },
            {
                "marker or",
                n => "a; " + string.Join(" or ", Enumerable.Range(0, n / 20).Select(i => $"os_name == 'a{i}'"))
            },
            {
                "marker in",
                n => "a; " + string.Join(" or ", Enumerable.Range(0, n / 20).Select(i => $"'x{i}' in os_name"))
            },
            { "stars", n => "a==1" + string.Concat(Enumerable.Repeat(".*", n / 2)) },
            { "mixed", n => "a (" + string.Concat(Enumerable.Repeat(">=1<2", n / 5)) },
        };

    [Theory]
    [MemberData(nameof(Versions))]
    public void Versions_are_read_in_linear_work(string family, Func<int, string> make) =>
        AssertLinear(family, make, text => Version.TryParse(text, out _, out _));

    [Theory]
    [Trait("Speed", "slow")]
    [MemberData(nameof(Requirements))]
    public void Requirements_are_read_in_linear_work(string family, Func<int, string> make)
    {
        AssertLinear(family, make, text => Requirement.TryParseLenient(text, out _, out _, out _));
        AssertLinear(family, make, text => SpecifierSet.TryParseLenient(text, out _, out _, out _));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void File_names_are_read_in_linear_work(string family, Func<int, string> make)
    {
        AssertLinear(
            family,
            n => $"foo-{make(n)}-py3-none-any.whl",
            text => WheelFileName.TryParse(text, out _, out _)
        );
        AssertLinear(
            family,
            n => $"foo-{make(n)}.tar.gz",
            text => SdistFileName.TryParse(text, PackageName.Parse("foo"), out _, out _)
        );
    }

    [Fact]
    public void A_marker_that_would_take_all_memory_is_refused()
    {
        // Each pair asks two questions whose answers must be remembered until the last: 2^40 nodes.
        var firsts = Enumerable.Range(0, 40).Select(i => $"'a{i:00}' in os_name");
        var seconds = Enumerable.Range(0, 40).Select(i => $"'b{i:00}' in os_name");
        var text = string.Join(" or ", firsts.Zip(seconds, (a, b) => $"({a} and {b})"));
        Assert.False(Marker.TryParse(text, out _, out var error));
        Assert.Equal("marker-too-complex", error.Code);
    }

    [Fact]
    public void A_marker_that_would_be_written_in_gigabytes_is_refused()
    {
        // Each condition doubles the alternatives: 2^30 conjunctions.
        var conditions = Enumerable.Range(0, 30).Select(i => $"('p{i:00}a' in os_name or 'p{i:00}b' in os_name)");
        var marker = Marker.Parse(string.Join(" and ", conditions));
        var refusal = Assert.Throws<KraitException>(() => marker.ToText());
        Assert.Equal("marker-too-complex", refusal.Diagnostic.Code);
    }

    private static void AssertLinear(string family, Func<int, string> make, Func<string, bool> parse)
    {
        var (small, large) = (make(Length), make(Length * 2));
        // The first run fills the pools of the framework.
        parse(large);
        parse(small);
        var once = Allocated(() => parse(small));
        var twice = Allocated(() => parse(large));
        Assert.True(twice <= (once * 2.6) + 100_000, $"{family}: {once} bytes for {Length}, {twice} for twice as much");
    }

    private static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
