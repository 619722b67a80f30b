using BenchmarkDotNet.Running;

namespace Krait.Benchmarks.Suites;

/// <summary>The suites, and the benchmarks that they have.</summary>
internal static class AllSuites
{
    /// <summary>The suites.</summary>
    public static IReadOnlyList<Type> Types { get; } =
    [
        typeof(CalibrationSuite),
        typeof(VersionSuite),
        typeof(VersionSetSuite),
        typeof(MarkerSuite),
        typeof(PageSuite),
        typeof(SolverSuite),
        typeof(InflateSuite),
    ];

    /// <summary>The benchmarks, with each of their parameters, by name.</summary>
    public static IReadOnlyDictionary<string, BenchmarkCase> Benchmarks { get; } =
        Types
            .SelectMany(suite => BenchmarkConverter.TypeToBenchmarks(suite).BenchmarksCases)
            .ToDictionary(NameOf, StringComparer.Ordinal);

    private static string NameOf(BenchmarkCase one)
    {
        var suite = one.Descriptor.Type.Name.Replace("Suite", "", StringComparison.Ordinal);
        var name = $"{suite}.{one.Descriptor.WorkloadMethod.Name}";
        return one.HasParameters
            ? $"{name}({string.Join(", ", one.Parameters.Items.Select(item => item.Value))})"
            : name;
    }
}
