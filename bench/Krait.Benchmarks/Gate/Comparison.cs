using System.Globalization;

namespace Krait.Benchmarks.Gate;

/// <summary>Compares runs with baselines.</summary>
internal static class Comparison
{
    /// <summary>What counts as a loss: twice the time, as a multiple of the calibration's.</summary>
    public const double TimeFactor = 2;

    /// <summary>Allocations do not depend on the machine; the rest is the growth of tables that happens in some runs and not in others.</summary>
    public const double BytesFactor = 1.25;

    private const long BytesSlack = 256;

    /// <summary>What a run has that costs too much, or that cannot be compared, by benchmark.</summary>
    /// <param name="baselines">What it is compared with.</param>
    /// <param name="run">What was measured.</param>
    public static IReadOnlyDictionary<string, string> Losses(Figures baselines, Figures run)
    {
        var losses = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, figure) in run.ByName)
        {
            if (LossOf(name, figure, baselines, run) is { } loss)
                losses.Add(name, loss);
        }

        return losses;
    }

    private static string? LossOf(string name, Figure figure, Figures baselines, Figures run)
    {
        if (!baselines.ByName.TryGetValue(name, out var baseline))
            return "has no baseline";
        if (figure.Bytes > baseline.Bytes * BytesFactor + BytesSlack)
            return Invariant($"allocates {figure.Bytes:N0} bytes, {baseline.Bytes:N0} in the baseline");
        var factor = run.RelativeTime(name) / baselines.RelativeTime(name);
        return factor > TimeFactor ? Invariant($"takes {factor:0.0} times as long as in the baseline") : null;
    }

    /// <summary>Benchmarks that there were when the baselines were made, and that are gone.</summary>
    public static IEnumerable<string> Gone(Figures baselines, IEnumerable<string> names) =>
        baselines.ByName.Keys.Except(names, StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>What gained so much that the baselines should be renewed: else a later loss of it goes unnoticed.</summary>
    public static IEnumerable<string> Gains(Figures baselines, Figures run) =>
        Losses(run, baselines).Keys.Where(run.ByName.ContainsKey);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
