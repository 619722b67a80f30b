using System.Globalization;

namespace Krait.Ablation;

/// <summary>Prints results as Markdown.</summary>
internal static class Report
{
    /// <summary>Prints two tables: what each feature is worth, and every figure behind that.</summary>
    public static void Write(Choices choices, IReadOnlyList<Result> results, TextWriter writer)
    {
        var workloads = results.Select(result => result.Workload).Distinct().ToList();
        writer.WriteLine($"| feature | expected | {string.Join(" | ", workloads.Select(workload => workload.Name))} |");
        writer.WriteLine("| --- | --- |" + string.Concat(workloads.Select(_ => " --- |")));
        foreach (var ofFeature in results.GroupBy(result => result.Feature))
        {
            var ratios = workloads.Select(workload => Ratio(ofFeature.FirstOrDefault(one => one.Workload == workload)));
            writer.WriteLine($"| {ofFeature.Key.Name} | {ofFeature.Key.Expected} | {string.Join(" | ", ratios)} |");
        }

        writer.WriteLine();
        writer.WriteLine(
            $"{choices.Runs} samples of each side after {choices.WarmUps} warm-up, cache and environment empty before each unless stated:"
        );
        writer.WriteLine();
        writer.WriteLine("| workload | feature | with it: mean ± σ (min…max), ms | without it |");
        writer.WriteLine("| --- | --- | --- | --- |");
        foreach (var result in results.Where(result => result.Failure is null))
        {
            writer.WriteLine(
                $"| {result.Workload.Name} | {result.Feature.Name} | {Text(result.With)} | {Text(result.Without)} |"
            );
        }

        foreach (var failed in results.Where(result => result.Failure is not null))
            Console.Error.WriteLine($"{failed.Workload.Name}, {failed.Feature.Name}: {failed.Failure}");
    }

    private static string Ratio(Result? result) =>
        result switch
        {
            null => "",
            { Failure: not null } => "failed",
            _ => result.Ratio.ToString("0.00", CultureInfo.InvariantCulture),
        };

    private static string Text(Statistics side) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{side.Mean:N0} ± {side.Deviation:N0} ({side.Samples.Min():N0}…{side.Samples.Max():N0})"
        );
}
