using System.Diagnostics;
using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;
using Krait.Resolver.Tests.Recorded;

// Resolves recorded requests in the process: what remains when pages and metadata are in memory.
// Arguments: names of answers (`airflow-3.12`), or none for the hard ones.
if (RecordedIndex.Instance is not { } index)
{
    Console.WriteLine("the recorded index is not on this machine");
    return 1;
}

var runs = int.Parse(Environment.GetEnvironmentVariable("RUNS") ?? "12");
string[] names =
    args.Length > 0
        ? args
        :
        [
            "trio-docs-3.12",
            "jupyter-3.12",
            "airflow-3.12",
            "boto3-old-urllib3-3.12",
            "science-3.9-universal",
            "airflow-3.10-universal",
        ];
foreach (var name in names)
{
    var workload = Workload.All().Single(w => w.ToString() == name);
    var samples = new List<double>();
    var allocated = 0L;
    Resolution? resolution = null;
    for (var i = 0; i < runs; i++)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        var outcome = await new PythonResolver(new RecordedSource(index)).ResolveAsync(workload.ToRequest(), default);
        samples.Add(watch.Elapsed.TotalMilliseconds);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        resolution = ((ResolutionOutcome.Solved)outcome).Resolution;
    }

    var first = samples[0];
    samples.RemoveAt(0);
    samples.Sort();
    Console.WriteLine(
        $"{name}: first {first:F1} ms, then median {samples[samples.Count / 2]:F1} ms, {allocated / 1048576.0:F1} MB; {resolution!.Counts}"
    );
}

return 0;
