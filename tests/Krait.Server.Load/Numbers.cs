using System.Diagnostics;
using System.Globalization;

namespace Krait.Server.Load;

/// <summary>What is made of many measurements.</summary>
internal static class Numbers
{
    /// <summary>The value below which a share of all lies.</summary>
    public static double Percentile(IEnumerable<double> values, double percent)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(sorted.Count * percent / 100) - 1, 0, sorted.Count - 1)];
    }

    /// <summary>How much values rise for each unit of their places, by least squares.</summary>
    public static double Slope(IReadOnlyList<(double X, double Y)> points)
    {
        var (x, y) = (points.Average(p => p.X), points.Average(p => p.Y));
        var width = points.Sum(p => (p.X - x) * (p.X - x));
        return width == 0 ? 0 : points.Sum(p => (p.X - x) * (p.Y - y)) / width;
    }

    /// <summary>Milliseconds since a time stamp.</summary>
    public static double Since(long started) => Stopwatch.GetElapsedTime(started).TotalMilliseconds;

    /// <summary>A number for people.</summary>
    public static string Text(double value, string unit = "") =>
        value.ToString(value >= 100 ? "#,0" : "0.##", CultureInfo.InvariantCulture) + unit;

    /// <summary>`p50 3.1 ms, p99 7 ms`.</summary>
    public static string Times(IReadOnlyCollection<double> milliseconds) =>
        $"p50 {Text(Percentile(milliseconds, 50))} ms, p99 {Text(Percentile(milliseconds, 99))} ms";
}
