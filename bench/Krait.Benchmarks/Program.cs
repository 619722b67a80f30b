using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Running;
using Krait.Benchmarks.Gate;
using Krait.Benchmarks.Suites;

// Krait.Benchmarks                     lists the suites and asks which to measure
// Krait.Benchmarks --filter '*Solver*' measures with BenchmarkDotNet's own settings; all of its options are understood
// Krait.Benchmarks check [FILE]        compares a short run with the baselines; fails where something costs twice as much
// Krait.Benchmarks renew FILE          measures the baselines again and writes them
switch (args)
{
    case ["check"]:
        return await Check.RunAsync(Path.Join(AppContext.BaseDirectory, "baselines.json"), Console.Out);
    case ["check", var file]:
        return await Check.RunAsync(file, Console.Out);
    case ["renew", var file]:
        return await Renewal.RunAsync(file, Console.Out);
    case ["check" or "renew", ..]:
        await Console.Error.WriteLineAsync(
            "usage: Krait.Benchmarks check [FILE] | renew FILE | BENCHMARKDOTNET-OPTIONS"
        );
        return 2;
    default:
        BenchmarkSwitcher
            .FromTypes([.. AllSuites.Types])
            .Run(args, ManualConfig.Create(DefaultConfig.Instance).AddDiagnoser(MemoryDiagnoser.Default));
        return 0;
}
