using System.Globalization;
using System.Net;
using System.Text;

namespace Krait.Packaging.Graphs;

/// <summary>Who requires whom, drawn from left to right as SVG: each box stands behind everything that requires it.</summary>
/// <param name="nodes">The boxes. Those of a column keep this order.</param>
/// <param name="edges">The lines, by the places of the boxes in <paramref name="nodes"/>.</param>
public sealed class GraphPicture(IReadOnlyList<GraphNode> nodes, IReadOnlyList<GraphEdge> edges)
{
    private const int Width = 190;
    private const int Height = 26;
    private const int ColumnGap = 70;
    private const int RowGap = 10;
    private const int Margin = 12;
    private const int LongestLabel = 24;
    private const int MostColumns = 40;

    /// <summary>Appends the picture.</summary>
    public void Append(StringBuilder page)
    {
        var columns = Columns();
        var places = new (int X, int Y)[nodes.Count];
        foreach (var (column, members) in columns.Index())
        {
            foreach (var (row, node) in members.Index())
                places[node] = (Margin + (column * (Width + ColumnGap)), Margin + (row * (Height + RowGap)));
        }

        var width = (2 * Margin) + (columns.Count * Width) + (Math.Max(0, columns.Count - 1) * ColumnGap);
        var height =
            (2 * Margin) + (columns.Select(column => column.Count).DefaultIfEmpty(0).Max() * (Height + RowGap));
        page.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"Dependencies\">\n"
        );
        foreach (var edge in edges)
            AppendEdge(page, places[edge.From], places[edge.To], edge.IsConditional);
        foreach (var (index, node) in nodes.Index())
            AppendNode(page, node, places[index]);
        page.Append("</svg>\n");
    }

    /// <summary>The boxes by how far they are from what nobody requires, the longest way.</summary>
    private List<List<int>> Columns()
    {
        var depths = new int[nodes.Count];
        var forward = WithoutCircles();
        // Each round moves what is required behind its requirers; no way is longer than there are boxes.
        for (var round = 0; round < Math.Min(nodes.Count, MostColumns); round++)
        {
            var isMoved = false;
            foreach (var (from, to) in forward)
            {
                if (depths[to] > depths[from] || depths[from] + 1 > MostColumns)
                    continue;
                depths[to] = depths[from] + 1;
                isMoved = true;
            }

            if (!isMoved)
                break;
        }

        return
        [
            .. Enumerable
                .Range(0, nodes.Count)
                .GroupBy(node => depths[node])
                .OrderBy(column => column.Key)
                .Select(column => column.ToList()),
        ];
    }

    /// <summary>The lines without those that lead back to where one came from: a circle has no first box, so the one that is met first is.</summary>
    private List<(int From, int To)> WithoutCircles()
    {
        var targets = edges.ToLookup(edge => edge.From, edge => edge.To);
        var required = edges.Where(edge => edge.From != edge.To).Select(edge => edge.To).ToHashSet();
        var states = new State[nodes.Count];
        var forward = new List<(int From, int To)>(edges.Count);
        foreach (var start in Enumerable.Range(0, nodes.Count).OrderBy(required.Contains))
        {
            if (states[start] is not State.Unseen)
                continue;
            states[start] = State.Open;
            var way = new Stack<(int Node, IEnumerator<int> Targets)>([(start, targets[start].GetEnumerator())]);
            while (way.TryPeek(out var last))
            {
                if (!last.Targets.MoveNext())
                {
                    states[last.Node] = State.Done;
                    way.Pop();
                    continue;
                }

                var target = last.Targets.Current;
                if (states[target] is State.Open)
                    continue;
                forward.Add((last.Node, target));
                if (states[target] is State.Done)
                    continue;
                states[target] = State.Open;
                way.Push((target, targets[target].GetEnumerator()));
            }
        }

        return forward;
    }

    private static void AppendEdge(StringBuilder page, (int X, int Y) from, (int X, int Y) to, bool isConditional)
    {
        var (x1, y1) = (from.X + Width, from.Y + (Height / 2));
        var (x2, y2) = (to.X, to.Y + (Height / 2));
        var middle = (x1 + x2) / 2;
        var dashes = isConditional ? " stroke-dasharray=\"4 3\"" : "";
        page.Append(
            CultureInfo.InvariantCulture,
            $"<path d=\"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}\"{dashes}/>\n"
        );
    }

    private static void AppendNode(StringBuilder page, GraphNode node, (int X, int Y) place)
    {
        var shown = node.Label.Length > LongestLabel ? node.Label[..(LongestLabel - 1)] + "…" : node.Label;
        if (node.Address is { } address)
            page.Append(CultureInfo.InvariantCulture, $"<a href=\"{WebUtility.HtmlEncode(address)}\">");
        page.Append(
            CultureInfo.InvariantCulture,
            $"<g class=\"{WebUtility.HtmlEncode(node.Tone)}\"><title>{WebUtility.HtmlEncode(node.Label)}</title>"
        );
        page.Append(
            CultureInfo.InvariantCulture,
            $"<rect x=\"{place.X}\" y=\"{place.Y}\" width=\"{Width}\" height=\"{Height}\" rx=\"5\"/>"
        );
        page.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{place.X + 8}\" y=\"{place.Y + 17}\">{WebUtility.HtmlEncode(shown)}</text></g>"
        );
        page.Append(node.Address is null ? "\n" : "</a>\n");
    }

    /// <summary>How far the search for circles has come with a box.</summary>
    private enum State
    {
        /// <summary>It was not met yet.</summary>
        Unseen,

        /// <summary>It is on the way that is being followed.</summary>
        Open,

        /// <summary>Everything behind it was followed.</summary>
        Done,
    }
}
