using Krait.Cli.Parsing;
using Krait.Cli.Runs;
using Krait.Resolver.Reporting;

namespace Krait.Cli.Tests.Commands;

public sealed class MomentsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }

    [Theory]
    [InlineData("2026-11-01", "2026-11-02T00:00:00Z")]
    [InlineData("2026-11-01T12:30:00+01:00", "2026-11-01T11:30:00Z")]
    [InlineData("3 days", "2026-11-18T12:00:00Z")]
    [InlineData("1 week 12 hours", "2026-11-14T00:00:00Z")]
    [InlineData("36h", "2026-11-20T00:00:00Z")]
    [InlineData("90 minutes", "2026-11-21T10:30:00Z")]
    [InlineData("P7D", "2026-11-14T12:00:00Z")]
    [InlineData("P1DT12H30M", "2026-11-19T23:30:00Z")]
    public void Reads_dates_and_durations(string text, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected), Moments.Parse(text, "`--when`", new FixedClock()));

    [Fact]
    public void Lifts_the_limit() => Assert.Null(Moments.Parse("false", "`--when`", new FixedClock()));

    [Theory]
    [InlineData("yesterdayish")]
    [InlineData("3 fortnights")]
    [InlineData("P")]
    [InlineData("days")]
    [InlineData("99999999999 days")]
    [InlineData("2147483647 weeks")]
    public void Refuses_the_rest(string text) =>
        Assert.Throws<UsageException>(() => Moments.Parse(text, "`--when`", new FixedClock()));
}
