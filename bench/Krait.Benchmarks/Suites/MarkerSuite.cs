using BenchmarkDotNet.Attributes;
using Krait.Packaging.Markers;
using Krait.Packaging.Versions;

namespace Krait.Benchmarks.Suites;

/// <summary>Environment markers: reading, evaluating, and the algebra of universal resolutions.</summary>
public class MarkerSuite
{
    private const int Pythons = 12;

    /// <summary>More than are remembered.</summary>
    private const int Many = 3_000;

    private static readonly MarkerEnvironment Environment = new()
    {
        ImplementationName = "cpython",
        ImplementationVersion = "3.12.1",
        OsName = "posix",
        PlatformMachine = "x86_64",
        PlatformPythonImplementation = "CPython",
        PlatformSystem = "Linux",
        PythonFullVersion = "3.12.1",
        PythonVersion = "3.12",
        SysPlatform = "linux",
    };

    private readonly IReadOnlyList<string> texts = Samples.Markers;
    private readonly Marker[] markers = [.. Samples.Markers.Select(Marker.Parse)];
    private readonly string[] many =
    [
        .. Enumerable.Range(0, Many).Select(number => $"python_version < '3.9' and platform_release == '{number}'"),
    ];

    /// <summary>Reads texts that were read before, as most are in a resolution.</summary>
    [Benchmark]
    public int Parse() => texts.Count(text => !Marker.Parse(text).IsTrue);

    /// <summary>Reads more texts than are remembered.</summary>
    [Benchmark]
    public int ParseMany() => many.Count(text => !Marker.Parse(text).IsTrue);

    /// <summary>Evaluates for one environment.</summary>
    [Benchmark]
    public int Evaluate()
    {
        var holding = 0;
        foreach (var marker in markers)
            holding += marker.Evaluate(Environment) ? 1 : 0;
        return holding;
    }

    /// <summary>Conjunctions, disjunctions, implications: each with each.</summary>
    [Benchmark]
    public int Combine()
    {
        var holding = 0;
        foreach (var one in markers)
        {
            foreach (var other in markers)
                holding += one.And(other).IsFalse || one.Or(other).IsTrue || one.Implies(other) ? 1 : 0;
        }

        return holding;
    }

    /// <summary>Simplifies for ranges of Python versions, and writes the text.</summary>
    [Benchmark]
    public int Simplify()
    {
        var length = 0;
        for (var minor = 0; minor < Pythons; minor++)
        {
            var pythons = VersionRanges.AtLeast(Version.FromRelease(3, (ulong)minor));
            foreach (var marker in markers)
                length += marker.AssumePython(pythons).ToText()?.Length ?? 0;
        }

        return length;
    }
}
