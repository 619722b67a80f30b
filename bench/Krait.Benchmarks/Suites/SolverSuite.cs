using BenchmarkDotNet.Attributes;
using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;
using Krait.Resolver.Tests.Recorded;

namespace Krait.Benchmarks.Suites;

/// <summary>Recorded problems, with all pages and metadata in memory.</summary>
public class SolverSuite
{
    private RecordedIndex index = RecordedIndex.Carried;
    private ResolutionRequest? request;

    /// <summary>What is resolved: a request, the Python, and whether for all environments.</summary>
    [Params("flask-3.12", "trio-docs-3.12", "django-shop-3.12", "trio-docs-3.9-universal")]
    public string Problem { get; set; } = "";

    /// <summary>Reads the request; resolving once brings pages and metadata into memory.</summary>
    [GlobalSetup]
    public async Task ReadRecording()
    {
        index = RecordedIndex.Carried;
        request = (Workload.Parse(Problem) with { Folder = index.Requests }).ToRequest();
        await Solve();
    }

    /// <summary>Resolves it.</summary>
    [Benchmark]
    public async Task<int> Solve()
    {
        var outcome = await new PythonResolver(new RecordedSource(index)).ResolveAsync(
            request ?? throw new InvalidOperationException("there is no request"),
            CancellationToken.None
        );
        return outcome is ResolutionOutcome.Solved solved
            ? solved.Resolution.Packages.Length
            : throw new InvalidDataException($"`{Problem}` has no solution");
    }
}
