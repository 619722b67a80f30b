using System.Text.Json;

namespace Krait.Cli.Tests.Commands;

/// <summary>`--trace`: where the time of a run goes, as a file that browsers show.</summary>
public sealed class TraceTests : IDisposable
{
    private const double Enough = 0.95;

    private readonly CommandLine line = new();

    public TraceTests()
    {
        line.Index.Add("app", "1.0", "lib").Add("lib", "1.0");
        line.Index.Latency = TimeSpan.FromMilliseconds(50);
    }

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task The_spans_of_an_installation_into_an_empty_cache_cover_nearly_all_of_its_time()
    {
        await line.WithEnvironmentAsync();
        // What is compiled here when it first runs is compiled before.
        (await line.TypeAsync("pip install app --no-cache")).Succeeded();
        var spans = await TraceInstallationAsync();
        // A machine that has something else to do leaves gaps anywhere, but not each time.
        for (var attempt = 0; attempt < 4 && !IsCovered(spans); attempt++)
            spans = await TraceInstallationAsync();
        AssertCovered(spans);
        foreach (var name in (string[])["fetch page", "fetch metadata", "download file", "unpack wheel", "resolve"])
            Assert.Contains(spans, span => span.Name == name);
        Assert.Contains(spans, span => span is { Name: "fetch page", What: "lib" });
    }

    [Fact]
    public async Task No_span_is_left_open_and_none_is_recorded_twice()
    {
        line.Write("requirements.in", "app\n");
        (await line.TypeAsync("pip compile requirements.in --trace trace.json")).Succeeded();
        var spans = Read("trace.json");
        Assert.DoesNotContain(spans, span => span.IsUnfinished);
        Assert.Equal(spans.Length, spans.Distinct().Count());
        Assert.All(spans, span => Assert.True(span.End >= span.Begin));
    }

    [Fact]
    public async Task A_failed_run_leaves_a_trace_too()
    {
        line.Write("requirements.in", "missing\n");
        (await line.TypeAsync("pip compile requirements.in --trace trace.json")).Failed(1, "missing");
        Assert.NotEmpty(Read("trace.json"));
    }

    [Fact]
    public async Task A_path_that_cannot_be_written_is_refused_before_anything_is_done()
    {
        line.Write("requirements.in", "app\n");
        (await line.TypeAsync("pip compile requirements.in --trace no/such/trace.json")).Failed(
            2,
            "no/such/trace.json"
        );
        Assert.Empty(line.Index.Requests);
    }

    private async Task<ReadSpan[]> TraceInstallationAsync()
    {
        (await line.TypeAsync("pip install app --reinstall --no-cache --trace trace.json")).Succeeded();
        return Read("trace.json");
    }

    private static bool IsCovered(ReadSpan[] spans)
    {
        var whole = spans.Single(span => span.Name == "run command");
        return Covered([.. spans.Where(span => span != whole)]) >= Enough * whole.End;
    }

    private ReadSpan[] Read(string file)
    {
        using var trace = JsonDocument.Parse(line.Read(file));
        return
        [
            .. trace
                .RootElement.GetProperty("traceEvents")
                .EnumerateArray()
                .Select(span =>
                {
                    var begin = span.GetProperty("ts").GetDouble();
                    var hasArguments = span.TryGetProperty("args", out var arguments);
                    return new ReadSpan(
                        span.GetProperty("name").GetString()!,
                        hasArguments && arguments.TryGetProperty("what", out var what) ? what.GetString() : null,
                        begin,
                        begin + span.GetProperty("dur").GetDouble(),
                        hasArguments && arguments.TryGetProperty("unfinished", out _)
                    );
                }),
        ];
    }

    /// <summary>Asserts that what was done says where nearly all of the time went; that a command was run says nothing.</summary>
    private static void AssertCovered(ReadSpan[] spans)
    {
        var whole = spans.Single(span => span.Name == "run command");
        var parts = spans.Where(span => span != whole).ToArray();
        var longest = Gaps(parts, whole.End).OrderByDescending(gap => gap.End - gap.Begin).Take(3);
        Assert.True(
            Covered(parts) >= Enough * whole.End,
            $"{Covered(parts):N0} of {whole.End:N0} µs are covered; the longest gaps: "
                + string.Join(", ", longest.Select(gap => $"{gap.Begin:N0}…{gap.End:N0} after {gap.After}"))
        );
        Assert.All(parts, span => Assert.InRange(span.End, span.Begin, whole.End));
    }

    private static IEnumerable<(double Begin, double End, string After)> Gaps(ReadSpan[] spans, double end)
    {
        var (until, after) = (0.0, "the start");
        foreach (var span in spans.OrderBy(span => span.Begin))
        {
            if (span.Begin > until)
                yield return (until, span.Begin, after);
            if (span.End > until)
                (until, after) = (span.End, span.Name);
        }

        if (end > until)
            yield return (until, end, after);
    }

    /// <summary>The time that at least one span was under way.</summary>
    private static double Covered(ReadSpan[] spans)
    {
        var (covered, until) = (0.0, 0.0);
        foreach (var span in spans.OrderBy(span => span.Begin))
        {
            covered += Math.Max(0, span.End - Math.Max(until, span.Begin));
            until = Math.Max(until, span.End);
        }

        return covered;
    }

    private sealed record ReadSpan(string Name, string? What, double Begin, double End, bool IsUnfinished);
}
