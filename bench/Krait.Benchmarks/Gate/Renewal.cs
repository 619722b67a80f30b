namespace Krait.Benchmarks.Gate;

/// <summary>Makes baselines.</summary>
internal static class Renewal
{
    private const int Runs = 3;

    /// <summary>Measures several times and writes, for each benchmark, the median of the times and the most it allocated.</summary>
    public static async Task<int> RunAsync(string file, TextWriter output)
    {
        try
        {
            var runs = new List<Figures>();
            for (var run = 0; run < Runs; run++)
                runs.Add(await ShortRun.MeasureAsync(names: null));
            Merge(runs).Write(file);
            await output.WriteLineAsync($"wrote {runs[0].ByName.Count} baselines to `{file}`");
            return 0;
        }
        catch (BenchmarkException failure)
        {
            await output.WriteLineAsync($"error: {failure.Message}");
            return 1;
        }
    }

    /// <summary>One set of figures from several.</summary>
    public static Figures Merge(IReadOnlyList<Figures> runs) =>
        new(
            runs[0]
                .ByName.Keys.ToDictionary(
                    name => name,
                    name =>
                    {
                        var ofName = runs.Select(run => run.ByName[name]).ToList();
                        var times = ofName.Select(figure => figure.Nanoseconds).Order().ToList();
                        return new Figure(times[times.Count / 2], ofName.Max(figure => figure.Bytes));
                    },
                    StringComparer.Ordinal
                )
        );
}
