namespace Krait.Ablation;

/// <summary>What one feature is worth in one workload.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Workload">The workload.</param>
/// <param name="With">The times with it.</param>
/// <param name="Without">The times without it.</param>
/// <param name="Failure">The first run that failed, with its output; null where none did. There are no figures then.</param>
internal sealed record Result(Feature Feature, Workload Workload, Statistics With, Statistics Without, string? Failure)
{
    /// <summary>The time with it by the time without it: the median of the pairs. Below 1 it helps.</summary>
    public double Ratio => Statistics.Median(With.Samples.Zip(Without.Samples, (one, other) => one / other));
}
