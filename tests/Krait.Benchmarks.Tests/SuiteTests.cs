using Krait.Benchmarks.Gate;
using Krait.Benchmarks.Suites;

namespace Krait.Benchmarks.Tests;

/// <summary>Every benchmark does its work without failing.</summary>
public sealed class SuiteTests
{
    public static TheoryData<string> Benchmarks() => [.. AllSuites.Benchmarks.Keys];

    [Theory]
    [MemberData(nameof(Benchmarks))]
    public async Task Runs(string name) => await (await ShortRun.PrepareAsync(AllSuites.Benchmarks[name]))(1);
}
