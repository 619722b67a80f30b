using BenchmarkDotNet.Attributes;

namespace Krait.Benchmarks.Suites;

/// <summary>Versions: reading a thousand, and comparing them.</summary>
public class VersionSuite
{
    private const int Count = 1_000;

    private readonly string[] texts = Samples.Versions(Count);
    private readonly Version[] versions = [.. Samples.Versions(Count).Select(Version.Parse)];

    /// <summary>Reads each.</summary>
    [Benchmark]
    public int Parse()
    {
        var read = 0;
        foreach (var text in texts)
            read += Version.TryParse(text, out _) ? 1 : 0;
        return read;
    }

    /// <summary>Sorts them.</summary>
    [Benchmark]
    public Version Compare()
    {
        var sorted = versions.AsSpan().ToArray();
        Array.Sort(sorted);
        return sorted[0];
    }
}
