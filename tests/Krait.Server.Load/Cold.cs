using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Krait.Server.Load;

/// <summary>
/// Resolutions by clients without a cache, far from a server that knows all it needs, at each level of what it offers: pages one by one, a
/// batch, a remembered resolution. uv, which asks for pages one by one, is the measure.
/// </summary>
internal static class Cold
{
    private sealed record Variant(string Name, Func<string, string, string[]> Words, string Program);

    private sealed record Sample(double Seconds, int Requests, int Waves, string Pins);

    /// <summary>Measures, and prints a table.</summary>
    /// <returns>Whether every level gave the same versions.</returns>
    public static async Task<bool> RunAsync(Choices choices, CancellationToken cancellationToken)
    {
        var roundTrip = TimeSpan.FromMilliseconds(choices.Number("--rtt", 80));
        using var place = new Workplace();
        var settings = place.Write(
            "krait-server.toml",
            $"""
            port = 0
            dir = "store"
            access-log = true
            [spaces.public]
            upstream = "{choices.Need("--index")}"
            """
        );
        using var server = ServerProcess.Start(choices.Need("--server"), "--config", settings);
        using var nginx = await Nginx.StartAsync(place, [server.Address], cancellationToken);
        using var line = new DelayLine(nginx.Port, roundTrip);
        var url = string.Create(CultureInfo.InvariantCulture, $"https://localhost:{line.Port}/simple/");
        var bench = new Bench(choices, place, server, roundTrip);
        var report = new Report("requirements", "who", "seconds", "of uv", "requests", "waves", "versions");
        var areSame = true;
        foreach (var input in choices.Values("--inputs"))
        {
            var all = await bench.MeasureAsync(input, Variants(choices, place, url), cancellationToken);
            var measure = Median(all[0].Samples).Seconds;
            var right = all[1].Samples[0].Pins;
            foreach (var (variant, samples) in all)
            {
                var middle = Median(samples);
                var isSame = samples.All(sample => string.Equals(sample.Pins, right, StringComparison.Ordinal));
                areSame &= isSame || variant.Name is "uv";
                report.Add(
                    Path.GetFileNameWithoutExtension(input),
                    variant.Name,
                    middle.Seconds.ToString("0.00", CultureInfo.InvariantCulture),
                    (middle.Seconds / measure).ToString("0.00", CultureInfo.InvariantCulture),
                    $"{middle.Requests}",
                    $"{middle.Waves}",
                    isSame ? "the same" : "others"
                );
            }
        }

        return areSame;
    }

    private static Variant[] Variants(Choices choices, Workplace place, string url)
    {
        Directory.CreateDirectory(place.At("nothing"));
        // Named, so that nobody has to search for one: that is not what is measured.
        var python = choices.Need("--python");
        string[] Krait(string input, string cache, params string[] more) =>
            [
                "pip",
                "compile",
                input,
                "--python",
                python,
                "--default-index",
                url,
                "--cache-dir",
                cache,
                "--no-header",
                "--no-annotate",
                "-o",
                "-",
                .. more,
            ];
        return
        [
            new(
                "uv",
                (input, cache) =>
                    [
                        "pip",
                        "compile",
                        input,
                        "--python",
                        python,
                        "--default-index",
                        url,
                        "--cache-dir",
                        cache,
                        "--no-header",
                        "--no-annotate",
                        "--no-config",
                    ],
                choices.Need("--uv")
            ),
            new("krait, pages", (input, cache) => Krait(input, cache, "--resolver", "local"), choices.Need("--krait")),
            // With a second place that packages may come from, an index cannot resolve alone.
            new(
                "krait, batch",
                (input, cache) => Krait(input, cache, "--resolver", "server", "--find-links", place.At("nothing")),
                choices.Need("--krait")
            ),
            new(
                "krait, resolution",
                (input, cache) => Krait(input, cache, "--resolver", "server"),
                choices.Need("--krait")
            ),
            new("krait, as the pages say", (input, cache) => Krait(input, cache), choices.Need("--krait")),
        ];
    }

    private static Sample Median(IReadOnlyList<Sample> samples) =>
        samples.OrderBy(sample => sample.Seconds).ElementAt(samples.Count / 2);

    private sealed class Bench(Choices choices, Workplace place, ServerProcess server, TimeSpan roundTrip)
    {
        private int runs;

        public async Task<(Variant Variant, List<Sample> Samples)[]> MeasureAsync(
            string input,
            Variant[] variants,
            CancellationToken cancellationToken
        )
        {
            var all = variants.Select(variant => (variant, new List<Sample>())).ToArray();
            for (var round = -1; round < choices.Count("--repeats", 5); round++)
            {
                foreach (var (variant, samples) in all)
                {
                    var sample = await RunAsync(variant, input, cancellationToken);
                    // The first round is for the server, which has everything from then on.
                    if (round >= 0)
                        samples.Add(sample);
                }
            }

            return all;
        }

        private async Task<Sample> RunAsync(Variant variant, string input, CancellationToken cancellationToken)
        {
            var cache = place.At(string.Create(CultureInfo.InvariantCulture, $"cache{runs++}"));
            var start = new ProcessStartInfo(variant.Program, variant.Words(Path.GetFullPath(input), cache))
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = place.At(""),
            };
            Surroundings.Replace(start, place.At("ca.pem"));
            server.Log.Clear();
            var started = Stopwatch.GetTimestamp();
            using var process = Process.Start(start) ?? throw new LoadException($"{variant.Program} did not start");
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            var seconds = Numbers.Since(started) / 1000;
            if (process.ExitCode != 0)
                throw new LoadException($"{variant.Name} failed: {await errors}");
            // A request that was given up is logged when the server notices.
            await Task.Delay(200, cancellationToken);
            var starts = server.Log.Select(StartOf).Order().ToList();
            Directory.Delete(cache, recursive: true);
            return new Sample(seconds, starts.Count, WavesOf(starts), PinsOf(output));
        }

        private static DateTimeOffset StartOf(string line)
        {
            using var entry = JsonDocument.Parse(line);
            var end = entry.RootElement.GetProperty("time").GetDateTimeOffset();
            return end.AddMilliseconds(-entry.RootElement.GetProperty("ms").GetDouble());
        }

        /// <summary>How many requests may have waited for one another: one that depends on another begins a round trip after it at least.</summary>
        private int WavesOf(List<DateTimeOffset> starts)
        {
            var waves = 0;
            var last = DateTimeOffset.MinValue;
            foreach (var start in starts)
            {
                // Clocks and schedulers are off by a little.
                if (start - last < roundTrip * 0.95)
                    continue;
                (waves, last) = (waves + 1, start);
            }

            return waves;
        }

        private static string PinsOf(string output) =>
            string.Join(
                '\n',
                output
                    .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Where(line => line.Contains("==", StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal)
            );
    }
}
