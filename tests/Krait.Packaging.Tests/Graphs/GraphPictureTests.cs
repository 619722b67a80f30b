using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Krait.Packaging.Graphs;

namespace Krait.Packaging.Tests.Graphs;

/// <summary>Pictures of who requires whom.</summary>
public sealed partial class GraphPictureTests
{
    [Fact]
    public void What_is_required_stands_behind_all_that_require_it()
    {
        var picture = Draw(["app", "lib", "core"], new(0, 1), new(1, 2), new(0, 2));

        var columns = Boxes(picture).Select(box => (int)box.Attribute("x")!).ToList(); // boxes have a place
        Assert.True(columns[0] < columns[1] && columns[1] < columns[2], picture);
        Assert.Equal(3, Paths(picture).Count);
    }

    [Fact]
    public void A_circle_ends()
    {
        var picture = Draw(["a", "b", "c"], new(0, 1), new(1, 2), new(2, 0), new(1, 1));

        Assert.Equal(3, Boxes(picture).Count);
        Assert.Equal(4, Paths(picture).Count);
    }

    [Fact]
    public void Of_a_circle_the_one_that_others_lead_to_stands_first()
    {
        var picture = Draw(["babel", "app", "jinja"], new(1, 2), new(2, 0), new(0, 2));

        var columns = Boxes(picture).Select(box => (int)box.Attribute("x")!).ToList(); // boxes have a place
        Assert.True(columns[1] < columns[2] && columns[2] < columns[0], picture);
    }

    [Fact]
    public void Boxes_do_not_overlap()
    {
        var picture = Draw(
            [.. Enumerable.Range(0, 40).Select(i => $"p{i}")],
            [.. Enumerable.Range(1, 39).Select(i => new GraphEdge(i / 3, i))]
        );

        Assert.Equal(
            40,
            Boxes(picture).Select(box => (box.Attribute("x")?.Value, box.Attribute("y")?.Value)).Distinct().Count()
        );
    }

    [Fact]
    public void Texts_are_no_markup_and_long_ones_are_cut()
    {
        var page = new StringBuilder();
        var node = new GraphNode("<script>alert(1)</script> & more of it")
        {
            Tone = "a\"b",
            Address = "../x/?a=1&b=\"2\"",
        };
        new GraphPicture([node], []).Append(page);

        var picture = page.ToString();
        Assert.DoesNotContain("<script", picture, StringComparison.Ordinal);
        var link = XElement.Parse(picture).Elements().Single();
        Assert.Equal("../x/?a=1&b=\"2\"", link.Attribute("href")?.Value);
        Assert.Equal(
            "<script>alert(1)</script> & more of it",
            link.Descendants().Single(e => e.Name.LocalName == "title").Value
        );
        Assert.EndsWith(
            "…",
            link.Descendants().Single(e => e.Name.LocalName == "text").Value,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Conditions_are_dashed()
    {
        var picture = Draw(["a", "b", "c"], new(0, 1) { IsConditional = true }, new(0, 2));

        Assert.Single(Dashes().Matches(picture));
    }

    private static string Draw(string[] names, params GraphEdge[] edges)
    {
        var page = new StringBuilder();
        new GraphPicture([.. names.Select(name => new GraphNode(name))], edges).Append(page);
        return page.ToString();
    }

    private static List<XElement> Boxes(string picture) => All(picture, "rect");

    private static List<XElement> Paths(string picture) => All(picture, "path");

    private static List<XElement> All(string picture, string name) =>
        [.. XElement.Parse(picture).Descendants().Where(element => element.Name.LocalName == name)];

    [GeneratedRegex("stroke-dasharray", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Dashes();
}
