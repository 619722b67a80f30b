using System.Globalization;
using System.Text;
using Krait.Projects.Inspection;

namespace Krait.Health.Pages;

/// <summary>Who requires whom, drawn from left to right: each package stands behind everything that requires it.</summary>
/// <param name="graph">What is installed.</param>
/// <param name="toneOf">How good each package is.</param>
public sealed class DependencyPicture(InstalledGraph graph, Func<InstalledPackage, HtmlTone> toneOf)
{
    private const int Width = 190;
    private const int Height = 26;
    private const int ColumnGap = 70;
    private const int RowGap = 10;
    private const int Margin = 12;
    private const int LongestName = 24;

    /// <summary>Appends the picture as SVG.</summary>
    public void Append(StringBuilder page)
    {
        var columns = Columns();
        var places = new Dictionary<InstalledPackage, (int X, int Y)>();
        foreach (var (column, packages) in columns.Index())
        {
            foreach (var (row, package) in packages.Index())
                places[package] = (Margin + (column * (Width + ColumnGap)), Margin + (row * (Height + RowGap)));
        }

        var width = (2 * Margin) + (columns.Count * Width) + (Math.Max(0, columns.Count - 1) * ColumnGap);
        var height =
            (2 * Margin) + (columns.Select(column => column.Count).DefaultIfEmpty(0).Max() * (Height + RowGap));
        page.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"Dependencies\">\n"
        );
        foreach (var package in graph.Packages)
        {
            foreach (
                var target in package.Requirements.Select(edge => edge.Target).OfType<InstalledPackage>().Distinct()
            )
                AppendEdge(page, places[package], places[target]);
        }

        foreach (var package in graph.Packages)
            AppendNode(page, package, places[package]);
        page.Append("</svg>\n");
    }

    /// <summary>The packages by how far they are from what nobody requires, the longest way; within a circle, as they come.</summary>
    private List<List<InstalledPackage>> Columns()
    {
        var depths = graph.Packages.ToDictionary(package => package, _ => 0);
        // Each round moves what is required behind its requirers; a circle would never end, so rounds are as many as packages at most.
        for (var round = 0; round < Math.Min(graph.Packages.Length, 40); round++)
        {
            var isMoved = false;
            foreach (var package in graph.Packages)
            {
                foreach (var target in package.Requirements.Select(edge => edge.Target).OfType<InstalledPackage>())
                {
                    if (target == package || depths[target] > depths[package] || depths[package] + 1 > 40)
                        continue;
                    depths[target] = depths[package] + 1;
                    isMoved = true;
                }
            }

            if (!isMoved)
                break;
        }

        return
        [
            .. depths
                .GroupBy(pair => pair.Value, pair => pair.Key)
                .OrderBy(column => column.Key)
                .Select(column => column.OrderBy(package => package.Name).ToList()),
        ];
    }

    private static void AppendEdge(StringBuilder page, (int X, int Y) from, (int X, int Y) to)
    {
        var (x1, y1) = (from.X + Width, from.Y + (Height / 2));
        var (x2, y2) = (to.X, to.Y + (Height / 2));
        var middle = (x1 + x2) / 2;
        page.Append(CultureInfo.InvariantCulture, $"<path d=\"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}\"/>\n");
    }

    private void AppendNode(StringBuilder page, InstalledPackage package, (int X, int Y) place)
    {
        var name = $"{package.DisplayName} {package.VersionText}";
        var shown = name.Length > LongestName ? name[..(LongestName - 1)] + "…" : name;
        page.Append(
            CultureInfo.InvariantCulture,
            $"<g class=\"{HtmlPage.ClassOf(toneOf(package))}\"><title>{HtmlPage.Text(name)}</title>"
        );
        page.Append(
            CultureInfo.InvariantCulture,
            $"<rect x=\"{place.X}\" y=\"{place.Y}\" width=\"{Width}\" height=\"{Height}\" rx=\"5\"/>"
        );
        page.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{place.X + 8}\" y=\"{place.Y + 17}\">{HtmlPage.Text(shown)}</text></g>\n"
        );
    }
}
