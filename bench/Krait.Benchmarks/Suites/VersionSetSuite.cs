using BenchmarkDotNet.Attributes;
using Krait.Packaging.Versions;

namespace Krait.Benchmarks.Suites;

/// <summary>Sets of versions: each set of a few with each other.</summary>
public class VersionSetSuite
{
    private readonly IReadOnlyList<string> texts = Samples.Specifiers;

    private readonly VersionRanges[] sets = [.. Samples.Specifiers.Select(text => SpecifierSet.Parse(text).ToRanges())];

    private readonly Version[] versions = [.. Samples.Versions(200).Select(Version.Parse).Distinct().Order()];

    /// <summary>Reads specifiers and makes sets of them.</summary>
    [Benchmark]
    public int ParseSpecifiers() => texts.Count(text => !SpecifierSet.Parse(text).ToRanges().IsEmpty);

    /// <summary>Intersections, unions and differences.</summary>
    [Benchmark]
    public int Combine()
    {
        var empty = 0;
        foreach (var one in sets)
        {
            foreach (var other in sets)
            {
                empty += one.Intersect(other).IsEmpty ? 1 : 0;
                empty += one.Union(other).IsEmpty ? 1 : 0;
                empty += one.Except(other).IsEmpty ? 1 : 0;
            }
        }

        return empty;
    }

    /// <summary>Whether one lies in another, or apart from it.</summary>
    [Benchmark]
    public int Relate()
    {
        var related = 0;
        foreach (var one in sets)
        {
            foreach (var other in sets)
                related += one.IsSubsetOf(other) || one.IsDisjointFrom(other) ? 1 : 0;
        }

        return related;
    }

    /// <summary>Which versions are in each.</summary>
    [Benchmark]
    public int Contain()
    {
        var contained = 0;
        foreach (var set in sets)
        {
            foreach (var version in versions)
                contained += set.Contains(version) ? 1 : 0;
        }

        return contained;
    }

    /// <summary>The shortest ranges that mean the same for the known versions.</summary>
    [Benchmark]
    public int Simplify() => sets.Count(set => set.Simplify(versions).IsAll);
}
