namespace Krait.Ablation;

/// <summary>Samples of one side, in milliseconds.</summary>
internal sealed record Statistics(IReadOnlyList<double> Samples)
{
    /// <summary>Their mean.</summary>
    public double Mean => Samples.Average();

    /// <summary>Their standard deviation (of a sample).</summary>
    public double Deviation =>
        Samples.Count < 2 ? 0 : Math.Sqrt(Samples.Sum(sample => Math.Pow(sample - Mean, 2)) / (Samples.Count - 1));

    /// <summary>The middle one of some values.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var half = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
