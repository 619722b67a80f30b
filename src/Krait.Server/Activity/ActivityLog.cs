using System.Diagnostics;

namespace Krait.Server.Activity;

/// <summary>
/// What this server did in the last day, minute by minute. It is kept in memory, in a ring that never grows, and starts empty when the server
/// does. Safe for use by several threads.
/// </summary>
internal sealed class ActivityLog
{
    /// <summary>How many minutes are kept.</summary>
    public const int Minutes = 24 * 60;

    private readonly TimeProvider clock;
    private readonly ActivityMinute[] ring = new ActivityMinute[Minutes];
    private readonly Lock gate = new();

    /// <summary>An empty log.</summary>
    public ActivityLog(TimeProvider clock)
    {
        this.clock = clock;
        Since = clock.GetUtcNow();
    }

    /// <summary>When it began.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>Counts an answer to a client.</summary>
    public void CountAnswer(int status) => Add(new ActivityMinute { Answers = 1, Failures = status >= 500 ? 1 : 0 });

    /// <summary>Counts a page of an upstream that was wanted.</summary>
    public void CountPage(bool isHit) => Add(isHit ? new() { PageHits = 1 } : new() { PageMisses = 1 });

    /// <summary>Counts a file of an upstream that was wanted.</summary>
    public void CountFile(bool isHit) => Add(isHit ? new() { FileHits = 1 } : new() { FileMisses = 1 });

    /// <summary>Asks an upstream, and counts how long it takes.</summary>
    public async Task<T> TimeAsync<T>(Func<Task<T>> askAsync)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var answer = await askAsync();
            CountUpstream(Stopwatch.GetElapsedTime(started));
            return answer;
        }
        catch
        {
            Add(new ActivityMinute { UpstreamFailures = 1 });
            throw;
        }
    }

    /// <summary>Counts an answer of an upstream.</summary>
    public void CountUpstream(TimeSpan time) =>
        Add(
            new ActivityMinute
            {
                UpstreamAnswers = 1,
                UpstreamTime = time,
                SlowestUpstream = time,
            }
        );

    /// <summary>The last minutes, the oldest first, so many of them together in each.</summary>
    /// <param name="count">How many minutes; at most those that are kept.</param>
    /// <param name="step">How many are put together; <paramref name="count"/> is a multiple of it.</param>
    public ActivityMinute[] Read(int count, int step)
    {
        var last = MinuteOf(clock.GetUtcNow());
        // The last group ends with this minute, wherever that is within the hour: so a point is never of half a group but at the start.
        var first = last - count + 1;
        var groups = new ActivityMinute[count / step];
        lock (gate)
        {
            for (var i = 0; i < groups.Length; i++)
            {
                var start = first + (i * (long)step);
                groups[i] = new ActivityMinute { Start = TimeOf(start) };
                for (var minute = start; minute < start + step; minute++)
                {
                    if (ring[minute % Minutes] is var kept && kept.Start == TimeOf(minute))
                        groups[i] = groups[i].With(kept);
                }
            }
        }

        return groups;
    }

    private void Add(ActivityMinute news)
    {
        var minute = MinuteOf(clock.GetUtcNow());
        lock (gate)
        {
            ref var kept = ref ring[minute % Minutes];
            var start = TimeOf(minute);
            // What was here is of another day.
            if (kept.Start != start)
                kept = new ActivityMinute { Start = start };
            kept = kept.With(news);
        }
    }

    private static long MinuteOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 60;

    private static DateTimeOffset TimeOf(long minute) => DateTimeOffset.FromUnixTimeSeconds(minute * 60);
}
