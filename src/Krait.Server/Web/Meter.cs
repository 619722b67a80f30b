using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Krait.Server.Web;

/// <summary>What the server counts, in the text form of Prometheus.</summary>
/// <param name="gauges">Numbers that others count: their names, what they mean, and their values.</param>
internal sealed class Meter(IReadOnlyList<Gauge> gauges)
{
    private static readonly double[] Limits = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10];

    private readonly ConcurrentDictionary<int, long> statuses = new();
    private readonly long[] buckets = new long[Limits.Length + 1];
    private long microseconds;

    /// <summary>Counts an answer.</summary>
    public void Count(int status, TimeSpan time)
    {
        statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
        var place = Array.FindIndex(Limits, limit => time.TotalSeconds <= limit);
        Interlocked.Increment(ref buckets[place < 0 ? Limits.Length : place]);
        Interlocked.Add(ref microseconds, (long)time.TotalMicroseconds);
    }

    /// <summary>Writes all numbers.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        Head(text, "krait_requests_total", "Requests that were answered", "counter");
        foreach (var (status, count) in statuses.OrderBy(pair => pair.Key))
            text.Append(CultureInfo.InvariantCulture, $"krait_requests_total{{status=\"{status}\"}} {count}\n");
        Head(text, "krait_request_seconds", "Time to answer", "histogram");
        long total = 0;
        for (var i = 0; i < Limits.Length; i++)
        {
            total += Interlocked.Read(ref buckets[i]);
            text.Append(CultureInfo.InvariantCulture, $"krait_request_seconds_bucket{{le=\"{Limits[i]}\"}} {total}\n");
        }

        total += Interlocked.Read(ref buckets[^1]);
        text.Append(CultureInfo.InvariantCulture, $"krait_request_seconds_bucket{{le=\"+Inf\"}} {total}\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"krait_request_seconds_sum {Interlocked.Read(ref microseconds) / 1e6}\n"
        );
        text.Append(CultureInfo.InvariantCulture, $"krait_request_seconds_count {total}\n");
        foreach (var (name, help, read) in gauges)
        {
            Head(text, name, help, name.EndsWith("_total", StringComparison.Ordinal) ? "counter" : "gauge");
            text.Append(CultureInfo.InvariantCulture, $"{name} {read()}\n");
        }

        return text.ToString();
    }

    private static void Head(StringBuilder text, string name, string help, string type) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
}

/// <summary>A number that others count.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Help">What it means.</param>
/// <param name="Read">Its value.</param>
internal sealed record Gauge(string Name, string Help, Func<double> Read);
