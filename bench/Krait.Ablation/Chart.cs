using System.Globalization;
using System.Text;

namespace Krait.Ablation;

/// <summary>Draws results as SVG: a panel for each workload, a bar for each feature, as long as the time that the feature saves.</summary>
internal static class Chart
{
    private const int PanelWidth = 300;
    private const int LabelWidth = 160;
    private const int RowHeight = 18;
    private const int Columns = 2;

    /// <summary>The chart.</summary>
    public static string Draw(IReadOnlyList<Result> results)
    {
        var panels = results.Where(result => result.Failure is null).GroupBy(result => result.Workload).ToList();
        var rows = panels.Count == 0 ? 0 : panels.Max(panel => panel.Count());
        var height = (rows + 3) * RowHeight;
        var lines = (panels.Count + Columns - 1) / Columns;
        var text = new StringBuilder();
        text.Append(
            Invariant(
                $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Columns * (LabelWidth + PanelWidth)} {lines * height}\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#777\">\n"
            )
        );
        foreach (var (index, panel) in panels.Index())
        {
            var x = index % Columns * (LabelWidth + PanelWidth);
            var y = index / Columns * height;
            text.Append(
                Invariant(
                    $"<text x=\"{x + LabelWidth}\" y=\"{y + 16}\" font-weight=\"bold\">{panel.Key.Name}: time saved</text>\n"
                )
            );
            foreach (var (row, result) in panel.Index())
                Bar(text, x, y + (row + 2) * RowHeight, result);
        }

        return text.Append("</svg>\n").ToString();
    }

    private static void Bar(StringBuilder text, int x, int y, Result result)
    {
        // Without the feature is 100 %: what it saves goes to the right, what it costs in red.
        var saved = 1 - result.Ratio;
        var width = Math.Min(Math.Abs(saved), 1) * (PanelWidth - 60);
        var color = saved >= 0 ? "#2a9d6f" : "#c8553d";
        text.Append(
            Invariant(
                $"<text x=\"{x + LabelWidth - 6}\" y=\"{y}\" text-anchor=\"end\">{result.Feature.Name}</text><rect x=\"{x + LabelWidth}\" y=\"{y - 10}\" width=\"{width:0.0}\" height=\"12\" fill=\"{color}\"/><text x=\"{x + LabelWidth + width + 4:0.0}\" y=\"{y}\">{saved * 100:0} %</text>\n"
            )
        );
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
