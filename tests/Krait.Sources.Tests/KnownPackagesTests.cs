using System.Text;
using Krait.Packaging.Names;
using Krait.Sources.Prediction;

namespace Krait.Sources.Tests;

/// <summary>The table of what well-known packages require: every line is found by its first word, and nothing else is.</summary>
public sealed class KnownPackagesTests
{
    private const string Table = "a b c[x,y]\na-b d\na[x] e\nb a\nzz b\n";

    [Theory]
    [InlineData("a", null, "b c[x,y]")]
    [InlineData("a", "x", "e")]
    [InlineData("a-b", null, "d")]
    [InlineData("b", null, "a")]
    [InlineData("zz", null, "b")]
    [InlineData("a", "y", "")]
    [InlineData("c", null, "")]
    [InlineData("aa", null, "")]
    [InlineData("z", null, "")]
    [InlineData("zzz", null, "")]
    public void A_line_is_found_by_name_and_extra(string name, string? extra, string expected) =>
        Assert.Equal(expected, Find(new KnownPackages(Encoding.UTF8.GetBytes(Table)), name, extra));

    [Theory]
    [InlineData("")]
    [InlineData("a b\n")]
    [InlineData("a b")]
    [InlineData("a\n")]
    public void A_table_may_be_small(string table) =>
        Assert.Equal(
            table.Contains('b') ? "b" : "",
            Find(new KnownPackages(Encoding.UTF8.GetBytes(table)), "a", extra: null)
        );

    [Fact]
    public void What_cannot_be_read_is_skipped() =>
        Assert.Equal("b", Find(new KnownPackages("a !!! b [\n"u8.ToArray()), "a", extra: null));

    [Theory]
    [InlineData("a", true)]
    [InlineData("a-b", true)]
    [InlineData("c", true)]
    [InlineData("d", true)]
    [InlineData("zz", true)]
    [InlineData("x", false)]
    [InlineData("y", false)]
    [InlineData("z", false)]
    [InlineData("b-a", false)]
    public void A_project_is_known_where_it_requires_or_is_required(string name, bool isKnown) =>
        Assert.Equal(isKnown, new KnownPackages(Encoding.UTF8.GetBytes(Table)).Knows(PackageName.Parse(name)));

    [Fact]
    public void The_table_that_ships_is_small_and_sorted()
    {
        using var stream = typeof(KnownPackages).Assembly.GetManifestResourceStream("known-packages.txt");
        using var reader = new StreamReader(stream!);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(stream!.Length, 1, 64 * 1024);
        Assert.Equal(lines.Order(StringComparer.Ordinal), lines);
        foreach (var line in lines)
        {
            var key = line.Split(' ')[0].TrimEnd(']').Split('[');
            var found = Find(KnownPackages.Default, key[0], key.Length > 1 ? key[1] : null);
            Assert.Equal(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..], found);
        }
    }

    private static string Find(KnownPackages table, string name, string? extra) =>
        string.Join(' ', table.RequirementsOf(PackageName.Parse(name), extra is null ? null : ExtraName.Parse(extra)));
}
