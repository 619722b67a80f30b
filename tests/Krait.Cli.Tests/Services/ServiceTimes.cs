using System.Diagnostics;
using System.Globalization;

namespace Krait.Cli.Tests.Services;

/// <summary>What the help of an index is worth behind a slow path; run by hand, as it measures time (`-explicit only`).</summary>
public sealed class ServiceTimes(ITestOutputHelper output)
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(80);

    [Theory(Explicit = true)]
    [InlineData("local", "krait-resolver/1", 0)]
    [InlineData("auto", "other/1", 0)]
    [InlineData("auto", "krait-resolver/1", 0)]
    [InlineData("server", "krait-resolver/1", 0)]
    [InlineData("auto", "krait-resolver/1", 20)]
    [InlineData("auto", "other/1", 20)]
    public async Task A_resolution_of_many_levels(string choice, string engine, int delay)
    {
        using var line = new CommandLine();
        line.Write("in.txt", "level0\n");
        for (var level = 0; level < 12; level++)
        {
            var leaves = Enumerable.Range(0, 3).Select(i => $"leaf{level}x{i}").ToArray();
            line.Index.Add(
                $"level{level}",
                "1.0",
                [.. leaves, .. level < 11 ? [$"level{level + 1}"] : Array.Empty<string>()]
            );
            foreach (var leaf in leaves)
                line.Index.Add(leaf, "1.0");
        }

        var service = new FakeService(line.Index, engine);
        if (delay > 0)
            service.Reply = reply => reply with { Delay = TimeSpan.FromSeconds(delay) };
        // Loads what only a first run has to load.
        (await line.TypeAsync($"pip compile in.txt --resolver {choice} --no-cache -o -")).Succeeded();
        line.Index.Latency = Latency;
        line.Index.ClearLog();
        var started = Stopwatch.GetTimestamp();
        (await line.TypeAsync($"pip compile in.txt --resolver {choice} --no-cache -o -")).Succeeded();
        var elapsed = Stopwatch.GetElapsedTime(started);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{choice} {engine} {delay}: {elapsed.TotalMilliseconds:0} ms, {elapsed / Latency:0.0} round trips, {line.Index.Requests.Count} requests"
            )
        );
    }
}
