using System.Diagnostics;
using System.Text.Json;

namespace Krait.Platform.Tracing;

/// <summary>
/// The spans of one run, written in the trace event format of Chrome (complete events, times in microseconds), which
/// `chrome://tracing` and Perfetto show. Spans of one time lie in lanes below each other: a span takes the first lane that is free.
/// </summary>
public sealed class TraceLog : IDisposable
{
    private readonly long started;
    private readonly Lock gate = new();
    private readonly List<Entry> entries = [];
    private readonly List<bool> lanes = [];
    private bool isClosed;

    internal TraceLog(long started) => this.started = started;

    /// <summary>Writes all spans; those that have not ended are written as far as they got, and say so.</summary>
    /// <param name="target">Where to.</param>
    public void Write(Stream target)
    {
        var now = Stopwatch.GetTimestamp();
        using var json = new Utf8JsonWriter(target, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ms");
        json.WriteStartArray("traceEvents");
        lock (gate)
        {
            foreach (var entry in entries)
                Write(json, entry, now);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Ends the log; spans that begin later are not recorded.</summary>
    public void Dispose()
    {
        if (isClosed)
            return;
        isClosed = true;
        Tracer.Closed();
    }

    /// <summary>Adds a span that began earlier and ends now.</summary>
    public void AddPast(string name, long begin)
    {
        lock (gate)
            entries.Add(new Entry(name, What: null, begin, Lane: 0) { End = Stopwatch.GetTimestamp() });
    }

    internal Span Begin(string name, string? what)
    {
        var now = Stopwatch.GetTimestamp();
        lock (gate)
        {
            var lane = lanes.IndexOf(false);
            if (lane < 0)
            {
                lane = lanes.Count;
                lanes.Add(true);
            }

            lanes[lane] = true;
            entries.Add(new Entry(name, what, now, lane));
            return new Span(this, entries.Count - 1);
        }
    }

    internal void End(int number)
    {
        lock (gate)
        {
            if (entries[number] is not { End: null } entry)
                return;
            entries[number] = entry with { End = Stopwatch.GetTimestamp() };
            lanes[entry.Lane] = false;
        }
    }

    private void Write(Utf8JsonWriter json, Entry entry, long now)
    {
        json.WriteStartObject();
        json.WriteString("name", entry.Name);
        json.WriteString("ph", "X");
        json.WriteNumber("ts", Microseconds(started, entry.Begin));
        json.WriteNumber("dur", Microseconds(entry.Begin, entry.End ?? now));
        json.WriteNumber("pid", 1);
        json.WriteNumber("tid", entry.Lane);
        if (entry.What is not null || entry.End is null)
        {
            json.WriteStartObject("args");
            if (entry.What is { } what)
                json.WriteString("what", what);
            if (entry.End is null)
                json.WriteBoolean("unfinished", value: true);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static double Microseconds(long from, long to) =>
        Math.Round(Stopwatch.GetElapsedTime(from, to).TotalMicroseconds, 1);

    private sealed record Entry(string Name, string? What, long Begin, int Lane)
    {
        public long? End { get; init; }
    }
}
