using Krait.Ablation;

// What each optimization is worth: every workload is run with it and without it, in turn, on an index that is being served.
if (!Choices.TryParse(args, out var choices))
{
    await Console.Error.WriteLineAsync(Choices.Usage);
    return 2;
}

using var bench = new Bench(choices);
try
{
    var results = await bench.RunAsync();
    Report.Write(choices, results, Console.Out);
    if (choices.Chart is { } path)
        await File.WriteAllTextAsync(path, Chart.Draw(results));
    return results.Any(result => result.Failure is not null) ? 1 : 0;
}
catch (BenchException failure)
{
    await Console.Error.WriteLineAsync($"error: {failure.Message}");
    return 1;
}
