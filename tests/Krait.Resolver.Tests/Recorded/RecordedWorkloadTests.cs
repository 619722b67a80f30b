using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;

namespace Krait.Resolver.Tests.Recorded;

/// <summary>Recorded requests have the recorded answers.</summary>
public sealed class RecordedWorkloadTests(ITestOutputHelper output)
{
    public static TheoryData<string> Plain() =>
        [.. Workload.All().Where(w => w.Mode != "universal").Select(w => w.ToString())];

    public static TheoryData<string> Universal() =>
        [.. Workload.All().Where(w => w.Mode == "universal").Select(w => w.ToString())];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Plain))]
    public Task Answers_as_recorded_for_one_environment(string workload) => CheckAsync(workload);

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Universal))]
    public Task Answers_as_recorded_for_all_environments(string workload) => CheckAsync(workload);

    private async Task CheckAsync(string name)
    {
        var workload = Workload.All().Single(w => w.ToString() == name);
        var source = new RecordedSource(RecordedIndex.Instance);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var outcome = await new PythonResolver(source).ResolveAsync(
            workload.ToRequest(),
            TestContext.Current.CancellationToken
        );
        watch.Stop();
        if (outcome is ResolutionOutcome.NoSolution none)
            Assert.Fail(none.Explanation.Diagnostic.Message);
        var resolution = ((ResolutionOutcome.Solved)outcome).Resolution;
        output.WriteLine($"{name}: {watch.ElapsedMilliseconds} ms, {resolution.Counts}");
        var lines = Lines.Of(resolution, workload.ToRequest().Target);
        var expected = workload.Expected();
        var missing = expected.Except(lines, StringComparer.Ordinal).Select(line => "- " + line);
        var extra = lines.Except(expected, StringComparer.Ordinal).Select(line => "+ " + line);
        var differences = missing
            .Concat(extra)
            .Except(Differences.Listed, StringComparer.Ordinal)
            .OrderBy(line => line[2..], StringComparer.Ordinal);
        var text = string.Join('\n', differences);
        Assert.True(text.Length == 0, text);
    }
}
