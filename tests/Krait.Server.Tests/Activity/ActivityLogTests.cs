using Krait.Server.Activity;
using Krait.Testing;

namespace Krait.Server.Tests.Activity;

/// <summary>What a server did, minute by minute.</summary>
public sealed class ActivityLogTests
{
    private readonly FakeClock clock = new();

    [Fact]
    public void Puts_minutes_together()
    {
        var log = new ActivityLog(clock);
        log.CountAnswer(200);
        log.CountPage(isHit: true);
        clock.Advance(TimeSpan.FromMinutes(1));
        log.CountAnswer(503);
        log.CountPage(isHit: true);
        log.CountPage(isHit: false);
        log.CountFile(isHit: false);
        log.CountUpstream(TimeSpan.FromMilliseconds(10));
        log.CountUpstream(TimeSpan.FromMilliseconds(30));

        var single = log.Read(60, 1);
        var hour = log.Read(60, 60).Single();

        Assert.Equal((60, 1L, 1L), (single.Length, single[^2].Answers, single[^1].Answers));
        Assert.Equal((1.0, 0.5), (single[^2].PageRatio, single[^1].PageRatio));
        Assert.Null(single[0].PageRatio);
        Assert.Equal((2L, 1L), (hour.Answers, hour.Failures));
        Assert.Equal((2.0 / 3, 0.0, 0.5), (hour.PageRatio, hour.FileRatio, hour.CacheRatio));
        Assert.Equal(
            (TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(30)),
            (hour.MeanUpstream, hour.SlowestUpstream)
        );
    }

    [Fact]
    public void Forgets_what_is_more_than_a_day_ago()
    {
        var log = new ActivityLog(clock);
        log.CountAnswer(200);
        clock.Advance(TimeSpan.FromHours(23));
        log.CountAnswer(200);
        Assert.Equal(2, log.Read(ActivityLog.Minutes, ActivityLog.Minutes)[0].Answers);

        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, log.Read(ActivityLog.Minutes, ActivityLog.Minutes)[0].Answers);
        clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal(0, log.Read(ActivityLog.Minutes, ActivityLog.Minutes)[0].Answers);
    }

    [Fact]
    public void A_clock_that_goes_back_breaks_nothing()
    {
        var log = new ActivityLog(clock);
        log.CountAnswer(200);
        clock.Advance(TimeSpan.FromDays(-3));
        log.CountAnswer(200);

        Assert.Equal(1, log.Read(60, 60)[0].Answers);
    }

    [Fact]
    public async Task Counts_answers_and_failures_of_upstreams()
    {
        var log = new ActivityLog(clock);
        Assert.Equal(3, await log.TimeAsync(() => Task.FromResult(3)));
        await Assert.ThrowsAsync<IOException>(() => log.TimeAsync<int>(() => throw new IOException()));

        var minute = log.Read(60, 60)[0];
        Assert.Equal((1L, 1L), (minute.UpstreamAnswers, minute.UpstreamFailures));
    }
}
