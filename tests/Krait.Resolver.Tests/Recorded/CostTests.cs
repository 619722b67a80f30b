using System.Globalization;
using Krait.Resolver.Driving;
using Krait.Resolver.Reporting;
using Krait.Resolver.Tests.Fakes;

namespace Krait.Resolver.Tests.Recorded;

/// <summary>What recorded requests cost: a lost optimisation fails here.</summary>
public sealed class CostTests(ITestOutputHelper output)
{
    [Theory(Timeout = 1_200_000)]
    [InlineData("trio-docs", "3.12", "", 50)]
    [InlineData("fastapi-service", "3.9", "universal", 40)]
    [InlineData("airflow", "3.12", "", 10)]
    public async Task Gives_one_answer_in_whatever_order_is_asked_and_answered(
        string name,
        string python,
        string mode,
        int runs
    )
    {
        var workload = new Workload(name, python, mode);
        Assert.SkipUnless(workload.IsRecorded, "the whole recorded index is not on this machine");
        // `KRAIT_SHUFFLES=20` makes a thousand of fifty.
        var times = int.Parse(
            Environment.GetEnvironmentVariable("KRAIT_SHUFFLES") ?? "1",
            CultureInfo.InvariantCulture
        );
        for (var seed = 0; seed < runs * times; seed++)
        {
            var random = new Random(seed);
            var rounds = new Rounds(new RecordedSource(RecordedIndex.Instance)) { Shuffle = random };
            var request = workload.ToRequest();
            var requirements = request.Requirements.ToArray();
            random.Shuffle(requirements);
            request = request with { Requirements = [.. requirements] };
            var outcome = await rounds.Run(() =>
                new PythonResolver(rounds).ResolveAsync(request, CancellationToken.None)
            );
            Assert.Equal(
                workload.Expected(),
                Lines.Of(Assert.IsType<ResolutionOutcome.Solved>(outcome).Resolution, request.Target)
            );
        }
    }

    [Theory(Timeout = 120_000)]
    [InlineData("boto3-old-urllib3", 3000, 11, 2200)]
    [InlineData("airflow", 207, 25, 350)]
    [InlineData("trio-docs", 37, 9, 44)]
    [InlineData("jupyter", 96, 15, 117)]
    public async Task Needs_few_requests_and_few_rounds(
        string name,
        int maximalMetadata,
        int maximalRounds,
        int maximalDecisions
    )
    {
        Assert.SkipUnless(new Workload(name, "3.12", "").IsRecorded, "the whole recorded index is not on this machine");
        var source = new RecordedSource(RecordedIndex.Instance);
        var rounds = new Rounds(source);
        var request = new Workload(name, "3.12", "").ToRequest();
        var outcome = await rounds.Run(() => new PythonResolver(rounds).ResolveAsync(request, CancellationToken.None));
        var resolution = Assert.IsType<ResolutionOutcome.Solved>(outcome).Resolution;
        output.WriteLine(
            $"{name}: {rounds.Count} rounds, {source.Pages} pages, {source.Metadata} metadata, {resolution.Counts}"
        );
        Assert.True(source.Metadata <= maximalMetadata, $"{source.Metadata} metadata requests");
        Assert.True(rounds.Count <= maximalRounds, $"{rounds.Count} rounds");
        Assert.True(resolution.Counts.Decisions <= maximalDecisions, $"{resolution.Counts.Decisions} decisions");
    }
}
