using Krait.Benchmarks.Suites;

namespace Krait.Benchmarks.Gate;

/// <summary>Compares short runs with the baselines.</summary>
internal static class Check
{
    /// <summary>How many runs in a row have to show a loss: a single one may have been disturbed.</summary>
    public const int Attempts = 3;

    /// <summary>Measures, compares and reports; 0 where nothing was lost, 1 where something was, 2 where nothing can be compared.</summary>
    /// <param name="file">The baselines.</param>
    /// <param name="output">Where the report goes.</param>
    public static Task<int> RunAsync(string file, TextWriter output) =>
        RunAsync(file, AllSuites.Benchmarks.Keys, ShortRun.MeasureAsync, output);

    /// <summary>The same with any way to measure.</summary>
    /// <param name="file">The baselines.</param>
    /// <param name="names">All benchmarks that there are.</param>
    /// <param name="measure">Measures those of some names; null for all.</param>
    /// <param name="output">Where the report goes.</param>
    public static async Task<int> RunAsync(
        string file,
        IEnumerable<string> names,
        Func<IReadOnlySet<string>?, Task<Figures>> measure,
        TextWriter output
    )
    {
        try
        {
            var baselines = Figures.Read(file);
            var all = names.ToHashSet(StringComparer.Ordinal);
            var gone = Comparison.Gone(baselines, all).ToList();
            var first = await measure(null);
            var losses = Comparison.Losses(baselines, first);
            for (var attempt = 1; attempt < Attempts && losses.Count > 0; attempt++)
            {
                foreach (var (name, loss) in losses)
                    await output.WriteLineAsync($"measuring again: {name} {loss}");
                losses = Comparison.Losses(baselines, await measure(Again(losses.Keys)));
            }

            foreach (var (name, loss) in losses)
                await output.WriteLineAsync($"{name} {loss}");
            foreach (var name in gone)
                await output.WriteLineAsync($"{name} is in the baselines, but there is no such benchmark");
            foreach (var name in Comparison.Gains(baselines, first))
                await output.WriteLineAsync($"note: {name} costs much less than its baseline, which can be renewed");
            var hint = $"hint: If this is intended, run `Krait.Benchmarks renew {Path.GetFileName(file)}`";
            if (losses.Count + gone.Count > 0)
                await output.WriteLineAsync(hint);
            await output.WriteLineAsync($"{all.Count - losses.Count} passed, {losses.Count + gone.Count} failed");
            return losses.Count + gone.Count > 0 ? 1 : 0;
        }
        catch (BenchmarkException failure)
        {
            await output.WriteLineAsync($"error: {failure.Message}");
            return 2;
        }
    }

    private static HashSet<string> Again(IEnumerable<string> names) =>
        names.Append(Figures.Calibration).ToHashSet(StringComparer.Ordinal);
}
