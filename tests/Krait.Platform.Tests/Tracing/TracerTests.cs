using System.Text.Json;
using Krait.Platform.Tracing;

namespace Krait.Platform.Tests.Tracing;

/// <summary>Spans: recorded on behalf of the run that wants them, and free of cost for any other.</summary>
public sealed class TracerTests
{
    [Fact]
    public void A_span_that_nobody_records_allocates_nothing_and_asks_for_no_words()
    {
        Record();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Record();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Record()
    {
        for (var i = 0; i < 1_000; i++)
        {
            using var span = Tracer.Begin("count", i, static _ => throw new InvalidOperationException("nobody asked"));
            using var other = Tracer.Begin("count", "the same");
        }
    }

    [Fact]
    public async Task What_other_threads_do_on_behalf_of_a_run_is_recorded()
    {
        using var log = Tracer.Open(started: 0);
        await Task.Run(
            () =>
            {
                using var span = Tracer.Begin("count", 3, static number => $"number {number}");
            },
            TestContext.Current.CancellationToken
        );
        using var written = new MemoryStream();
        log.Write(written);
        using var json = JsonDocument.Parse(written.ToArray());
        var one = Assert.Single(json.RootElement.GetProperty("traceEvents").EnumerateArray());
        Assert.Equal("count", one.GetProperty("name").GetString());
        Assert.Equal("number 3", one.GetProperty("args").GetProperty("what").GetString());
    }
}
