using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;

namespace Krait.Resolver.Tests.Recorded;

/// <summary>More requests to the recorded index, with answers that another resolver gave: for comparisons by hand.</summary>
public sealed class FolderTests
{
    public static TheoryData<string> All() =>
        Environment.GetEnvironmentVariable("KRAIT_WORKLOADS") is { Length: > 0 } folder
            ? [.. Workload.In(folder).Select(workload => workload.ToString())]
            : [""];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(All))]
    public async Task Answers_like_the_other(string name)
    {
        Assert.SkipWhen(name.Length == 0, "KRAIT_WORKLOADS names no folder");
        var folder = Environment.GetEnvironmentVariable("KRAIT_WORKLOADS")!; // there are no cases without it
        var workload = Workload.In(folder).Single(w => w.ToString() == name);
        var source = new RecordedSource(RecordedIndex.Instance);
        var outcome = await new PythonResolver(source).ResolveAsync(
            workload.ToRequest(),
            TestContext.Current.CancellationToken
        );
        string[] lines = outcome is ResolutionOutcome.Solved solved
            ? Lines.Of(solved.Resolution, workload.ToRequest().Target)
            : ["UNSAT"];
        var expected = workload.Expected();
        var differences = expected
            .Except(lines, StringComparer.Ordinal)
            .Select(line => "- " + line)
            .Concat(lines.Except(expected, StringComparer.Ordinal).Select(line => "+ " + line))
            .OrderBy(line => line[2..], StringComparer.Ordinal);
        var text = string.Join('\n', differences);
        Assert.True(text.Length == 0, text);
    }
}
