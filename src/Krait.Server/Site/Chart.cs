using System.Globalization;
using System.Text;

namespace Krait.Server.Site;

/// <summary>Numbers over time as lines. The picture takes the width that there is; words stand beside it, so that they keep their size.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Lines">The lines.</param>
/// <param name="Top">The largest number that fits.</param>
/// <param name="Say">How a number is written.</param>
internal sealed record Chart(string Title, IReadOnlyList<ChartLine> Lines, double Top, Func<double, string> Say)
{
    private const int Width = 1000;
    private const int Height = 100;

    /// <summary>A number that is round, and not less than any of some.</summary>
    public static double RoundTop(IEnumerable<double?> values, double least)
    {
        var largest = Math.Max(least, values.Max() ?? 0);
        var power = Math.Pow(10, Math.Floor(Math.Log10(largest)));
        double[] steps = [1, 2, 3, 4, 5, 6, 8, 10];
        return steps.First(step => step * power >= largest * 0.999999) * power;
    }

    /// <summary>Adds the chart.</summary>
    /// <param name="html">The page.</param>
    /// <param name="empty">What is said where there are no numbers yet.</param>
    /// <param name="from">The time at its left end.</param>
    /// <param name="to">The time at its right end.</param>
    public void Add(HtmlText html, string empty, DateTimeOffset from, DateTimeOffset to)
    {
        html.Add($"<figure>\n<figcaption>{Title}");
        if (!Lines.Any(line => line.Values.Any(value => value is not null)))
        {
            html.Add($"</figcaption>\n<p class=\"empty\">{empty}</p>\n</figure>\n");
            return;
        }

        foreach (var line in Lines)
            html.Add($"<span class=\"key {line.Class}\">{line.Name}</span>");
        html.Add(
            $"</figcaption>\n<div class=\"plot\"><div class=\"scale\"><span>{Say(Top)}</span><span>{Say(Top / 2)}</span>"
        );
        html.Add(
            $"<span>{Say(0)}</span></div>\n<svg viewBox=\"0 0 1000 100\" preserveAspectRatio=\"none\" role=\"img\" "
        );
        html.Add($"aria-label=\"{Title}: {string.Join(", ", Lines.Select(Describe))}\">\n");
        html.AddMarkup("<path class=\"grid\" d=\"M0 0H1000M0 50H1000M0 100H1000\"/>\n");
        foreach (var line in Lines)
        {
            html.Add($"<path class=\"{line.Class}\" d=\"{Draw(line.Values, areAlone: false)}\"/>\n");
            html.Add($"<path class=\"dot {line.Class}\" d=\"{Draw(line.Values, areAlone: true)}\"/>\n");
        }

        html.Add(
            $"</svg>\n<div class=\"times\"><span>{Wording.Clock(from)}</span><span>{Wording.Clock(from + ((to - from) / 2))}</span>"
        );
        html.Add($"<span>{Wording.Clock(to)}</span></div></div>\n</figure>\n");
    }

    private string Describe(ChartLine line)
    {
        var values = line.Values.OfType<double>().ToList();
        return values.Count == 0
            ? $"{line.Name} without numbers"
            : $"{line.Name} from {Say(values.Min())} to {Say(values.Max())}, last {Say(values[^1])}";
    }

    /// <summary>The SVG path of a line. Missing numbers leave gaps, and a number between two gaps is drawn as a dot.</summary>
    private string Draw(double?[] values, bool areAlone)
    {
        var way = new StringBuilder();
        for (var i = 0; i < values.Length; i++)
        {
            var isFirst = i == 0 || values[i - 1] is null;
            var isAlone = isFirst && (i + 1 == values.Length || values[i + 1] is null);
            if (values[i] is not { } value || isAlone != areAlone)
                continue;
            var x = values.Length == 1 ? Width : (double)i * Width / (values.Length - 1);
            var y = Height - (Math.Clamp(value / Top, 0, 1) * Height);
            way.Append(CultureInfo.InvariantCulture, $"{(isFirst ? 'M' : 'L')}{x:0.#} {y:0.##}");
            // A line of no length with round ends is a dot.
            if (isAlone)
                way.Append("h0");
        }

        return way.ToString();
    }
}

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Class">The class that its colour goes by.</param>
/// <param name="Values">Its numbers, the oldest first; null where there is none.</param>
internal sealed record ChartLine(string Name, string Class, double?[] Values);
