using Krait.Benchmarks.Gate;
using Krait.Testing;

namespace Krait.Benchmarks.Tests.Gate;

/// <summary>The comparison with the baselines: what fails it, and what must not.</summary>
public sealed class CheckTests : IDisposable
{
    private const string Work = "Solver.Solve";

    private readonly TempFolder folder = new();
    private readonly StringWriter output = new();
    private readonly List<IReadOnlySet<string>?> asked = [];

    public void Dispose()
    {
        output.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Equal_figures_pass_in_one_run()
    {
        Assert.Equal(0, await RunAsync(Of(time: 1_000, bytes: 5_000), Of(time: 1_000, bytes: 5_000)));
        Assert.Single(asked);
        Assert.EndsWith("2 passed, 0 failed\n", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_doubled_time_that_every_run_shows_fails()
    {
        Assert.Equal(1, await RunAsync(Of(time: 1_000), Of(time: 2_100), Of(time: 2_050), Of(time: 2_200)));
        Assert.Contains($"{Work} takes 2.2 times as long", output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("1 passed, 1 failed\n", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_doubled_time_that_is_not_seen_again_passes()
    {
        Assert.Equal(0, await RunAsync(Of(time: 1_000), Of(time: 2_100), Of(time: 2_050), Of(time: 1_100)));
        Assert.Equal(3, asked.Count);
    }

    [Fact]
    public async Task Only_what_was_lost_is_measured_again_with_the_calibration()
    {
        await RunAsync(Of(time: 1_000), Of(time: 2_100), Of(time: 1_000));
        Assert.Null(asked[0]);
        Assert.NotNull(asked[1]);
        Assert.Equal([Figures.Calibration, Work], asked[1]!.Order(StringComparer.Ordinal)); // not null, as just checked
    }

    [Fact]
    public async Task A_machine_that_is_three_times_slower_passes() =>
        Assert.Equal(0, await RunAsync(Of(time: 1_000, calibration: 500), Of(time: 3_000, calibration: 1_500)));

    [Fact]
    public async Task A_doubled_time_on_a_machine_that_is_twice_as_fast_fails()
    {
        var run = Of(time: 1_050, calibration: 250);
        Assert.Equal(1, await RunAsync(Of(time: 1_000, calibration: 500), run, run, run));
    }

    [Theory]
    [InlineData(5_000, 10_000, 1)]
    [InlineData(5_000, 7_000, 1)]
    [InlineData(5_000, 6_000, 0)]
    [InlineData(0, 200, 0)]
    [InlineData(0, 300, 1)]
    public async Task More_allocated_bytes_fail(long before, long now, int code)
    {
        var run = Of(time: 1_000, bytes: now);
        Assert.Equal(code, await RunAsync(Of(time: 1_000, bytes: before), run, run, run));
    }

    [Fact]
    public async Task A_benchmark_without_a_baseline_and_a_baseline_without_a_benchmark_fail()
    {
        var run = new Figures(Of(time: 1).ByName.Append(new("New.One", new Figure(1, 1))).ToDictionary());
        Assert.Equal(1, await RunAsync(Of(time: 1), run, run, run));
        Assert.Contains("New.One has no baseline", output.ToString(), StringComparison.Ordinal);
        var baselines = new Figures(Of(time: 1).ByName.Append(new("Old.One", new Figure(1, 1))).ToDictionary());
        Assert.Equal(1, await RunAsync(baselines, Of(time: 1)));
        Assert.Contains("Old.One is in the baselines", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{ "Solver.Solve": 3 }""")]
    [InlineData("""{ "Solver.Solve": { "nanoseconds": 1, "bytes": 2 } }""")]
    public async Task Baselines_that_cannot_be_used_are_an_error(string text)
    {
        var file = folder.Write("baselines.json", text);
        Assert.Equal(2, await Check.RunAsync(file, [Work], _ => Task.FromResult(Of(time: 1)), output));
        Assert.StartsWith("error: ", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, await Check.RunAsync(file + ".missing", [Work], _ => Task.FromResult(Of(time: 1)), output));
    }

    [Fact]
    public void Baselines_take_the_median_time_and_the_most_bytes_of_several_runs()
    {
        var merged = Renewal.Merge([Of(time: 900, bytes: 10), Of(time: 100, bytes: 30), Of(time: 500, bytes: 20)]);
        Assert.Equal(new Figure(500, 30), merged.ByName[Work]);
    }

    private async Task<int> RunAsync(Figures baselines, params Figures[] runs)
    {
        var file = Path.Join(folder.Path, "baselines.json");
        baselines.Write(file);
        asked.Clear();
        return await Check.RunAsync(
            file,
            runs[0].ByName.Keys,
            names =>
            {
                asked.Add(names);
                return Task.FromResult(runs[asked.Count - 1]);
            },
            output
        );
    }

    private static Figures Of(double time, long bytes = 0, double calibration = 500) =>
        new(
            new Dictionary<string, Figure>(StringComparer.Ordinal)
            {
                [Figures.Calibration] = new(calibration, 0),
                [Work] = new(time, bytes),
            }
        );
}
