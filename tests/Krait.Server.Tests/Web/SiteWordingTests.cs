using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Server.Site;

namespace Krait.Server.Tests.Web;

/// <summary>What the pages for people are made of.</summary>
public sealed class SiteWordingTests
{
    [Fact]
    public void What_is_put_into_markup_is_text()
    {
        var html = new HtmlText().Add(
            $"<b title=\"{"a\"b'c"}\">{"<i>&"}</b> {1234567L} {"\u202eab\u0007\ud83d\ude00"}"
        );

        Assert.Equal(
            "<b title=\"a&quot;b&#39;c\">&lt;i&gt;&amp;</b> 1,234,567 \uFFFDab\uFFFD\ud83d\ude00",
            html.ToString()
        );
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 KB")]
    [InlineData(123_456, "123 KB")]
    [InlineData(12_345_678, "12.3 MB")]
    [InlineData(5_000_000_000_000_000, "5000 TB")]
    public void Sizes_have_about_three_digits(long size, string expected) => Assert.Equal(expected, Wording.Size(size));

    [Theory]
    [InlineData(0.0, "0 %")]
    [InlineData(0.5, "50 %")]
    [InlineData(0.99954, "99.9 %")]
    [InlineData(1.0, "100 %")]
    public void All_is_only_all(double ratio, string expected) => Assert.Equal(expected, Wording.Percent(ratio));

    [Theory]
    [InlineData("00:00:30", "less than a minute")]
    [InlineData("00:01:30", "1 minute")]
    [InlineData("02:00:10", "2 hours")]
    [InlineData("02:01:10", "2 hours and 1 minute")]
    [InlineData("7.00:00:00", "7 days")]
    [InlineData("1.05:59:00", "1 day and 5 hours")]
    public void Ages_have_two_units(string time, string expected) =>
        Assert.Equal(expected, Wording.Age(TimeSpan.Parse(time, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(3, 10)]
    [InlineData(10, 10)]
    [InlineData(11, 20)]
    [InlineData(42, 50)]
    [InlineData(56, 60)]
    [InlineData(99, 100)]
    [InlineData(2001, 3000)]
    public void The_top_of_a_chart_is_round(double largest, double expected) =>
        Assert.Equal(expected, Chart.RoundTop([null, largest, 1], least: 10), precision: 6);

    [Fact]
    public void A_line_breaks_where_there_is_no_number_and_one_alone_is_a_dot()
    {
        var html = new HtmlText();
        var line = new ChartLine("Pages", "a", [0.5, null, 1, 0]);
        new Chart("Cached", [line], Top: 1, value => Wording.Percent(value)).Add(html, "nothing", default, default);

        Assert.Contains("<path class=\"a\" d=\"M666.7 0L1000 100\"/>", html.ToString(), StringComparison.Ordinal);
        Assert.Contains("<path class=\"dot a\" d=\"M0 50h0\"/>", html.ToString(), StringComparison.Ordinal);
        Assert.Contains("Pages from 0 % to 100 %, last 0 %", html.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_chart_without_numbers_says_so()
    {
        var html = new HtmlText();
        new Chart("Cached", [new ChartLine("Pages", "a", [null, null])], 1, _ => "").Add(
            html,
            "nothing yet",
            default,
            default
        );

        Assert.Contains("nothing yet", html.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("<svg", html.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_has_pages_at_its_ends_too()
    {
        Assert.Equal((1, 1, 0), Window(1, 0));
        Assert.Equal((3, 3, 100), Window(99, 101));
        Assert.Equal((2, 2, 50), Window(2, 100));
        Assert.Equal((1, 2, 0), Window(int.MinValue, 100));

        static (int, int, int) Window(int wanted, int total)
        {
            var window = ListWindow.Of(wanted, 50, total);
            return (window.Number, window.Last, window.Skipped);
        }
    }

    [Fact]
    public void A_search_through_very_many_names_finds_the_closest_first()
    {
        ImmutableArray<PackageName> names =
        [
            .. Enumerable.Range(0, 100_000).Select(i => PackageName.Parse($"p{i}-x")).Order(),
        ];

        var found = ProjectSearch.Find(names, ProjectSearch.Normalize("P7_X"));

        Assert.Equal("p7-x", found[0].Value);
        Assert.Single(found);
        Assert.Equal(10_000, ProjectSearch.Find(names, "7-x").Length); // all that end with it
        Assert.Equal(names.Length, ProjectSearch.Find(names, "").Length);
    }
}
