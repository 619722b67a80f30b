using Krait.Benchmarks.Gate;
using Krait.Benchmarks.Suites;

namespace Krait.Benchmarks.Tests.Gate;

/// <summary>The baselines of the repository.</summary>
public sealed class BaselineTests
{
    private static readonly Figures Baselines = Figures.Read(Path.Join(AppContext.BaseDirectory, "baselines.json"));

    [Fact]
    public void Every_benchmark_has_one_and_no_other_has() =>
        Assert.Equal(
            AllSuites.Benchmarks.Keys.Order(StringComparer.Ordinal),
            Baselines.ByName.Keys.Order(StringComparer.Ordinal)
        );

    [Fact]
    public void Halved_they_fail_each_benchmark_that_takes_time()
    {
        var halved = Of(figure => new Figure(figure.Nanoseconds / 2.1, figure.Bytes));
        Assert.Equal(
            Baselines.ByName.Keys.Except([Figures.Calibration], StringComparer.Ordinal).Order(StringComparer.Ordinal),
            Comparison.Losses(halved, Baselines).Keys
        );
    }

    [Fact]
    public void With_half_the_bytes_they_fail_each_benchmark_that_allocates()
    {
        var halved = Of(figure => figure with { Bytes = figure.Bytes / 2 });
        Assert.Equal(
            Baselines.ByName.Where(one => one.Value.Bytes > 1_000).Select(one => one.Key).Order(StringComparer.Ordinal),
            Comparison.Losses(halved, Baselines).Keys
        );
    }

    /// <summary>The baselines changed, but for the time of the calibration.</summary>
    private static Figures Of(Func<Figure, Figure> change) =>
        new(
            Baselines.ByName.ToDictionary(
                one => one.Key,
                one =>
                    string.Equals(one.Key, Figures.Calibration, StringComparison.Ordinal)
                        ? change(one.Value) with
                        {
                            Nanoseconds = one.Value.Nanoseconds,
                        }
                        : change(one.Value),
                StringComparer.Ordinal
            )
        );
}
