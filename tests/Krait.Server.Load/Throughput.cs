using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Tags;
using Krait.Protocol.Batches;
using Krait.Protocol.Content;
using Krait.Protocol.Resolving;
using Krait.Resolver.Requests;

namespace Krait.Server.Load;

/// <summary>How many pages, batches and resolutions a server gives out, with few projects in its store and with many.</summary>
internal static class Throughput
{
    private const string Json = "application/vnd.pypi.simple.v1+json";
    private const int Rounds = 5;
    private const int Repeats = 200;

    /// <summary>Measures both stores in turn, so that whatever else the machine does meets both, and prints a table.</summary>
    public static async Task RunAsync(Choices choices, CancellationToken cancellationToken)
    {
        var report = new Report("projects", "what", "requests/s", "times", "processor time each");
        using var few = await Site.OpenAsync(choices, MadeStore.Large, cancellationToken);
        using var many = await Site.OpenAsync(choices, choices.Count("--projects", 100_000), cancellationToken);
        var names = Enumerable.Range(0, MadeStore.Large).Select(i => PackageName.Parse($"p{i}"));
        var batch = new ProjectsRequest
        {
            Projects = [.. names.Select(name => new AskedProject(name, null))],
        }.ToBytes();
        var query = Query().ToBytes();
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });

        await MeasureAsync("one cached page", site => site.WrkAsync(site.PageAddress, script: null, cancellationToken));
        await MeasureAsync(
            "120 cached pages",
            site => site.WrkAsync(site.Address, site.Among(MadeStore.Large), cancellationToken)
        );
        await MeasureAsync(
            "any page",
            site =>
                site.Count > MadeStore.Large
                    ? site.WrkAsync(site.Address, site.Among(site.Count), cancellationToken)
                    : Task.FromResult<Sample?>(null)
        );
        await MeasureAsync(
            "one cached page, TLS, nginx",
            site => site.WrkAsync(site.SecurePageAddress, script: null, cancellationToken)
        );
        await MeasureAsync(
            "120 shards in one batch",
            site => site.PostAsync(client, "projects", batch, ProtocolNames.FramesType, cancellationToken)
        );
        await MeasureAsync(
            "remembered resolution of 120",
            site => site.PostAsync(client, "resolve", query, "*/*", cancellationToken)
        );
        await MeasureAsync(
            "the same with its shards",
            site => site.PostAsync(client, "resolve", query, ProtocolNames.FramesType, cancellationToken)
        );
        await MeasureAsync("the same, unchanged (304)", site => site.ConfirmAsync(client, cancellationToken));
        foreach (var site in (Site[])[few, many])
            report.Add(site.Name, "memory afterwards", "", Numbers.Text(site.ResidentMegabytes, " MiB"), "");

        Task MeasureAsync(string what, Func<Site, Task<Sample?>> takeAsync) =>
            Throughput.MeasureAsync(report, [few, many], what, takeAsync);
    }

    private static async Task MeasureAsync(
        Report report,
        Site[] sites,
        string what,
        Func<Site, Task<Sample?>> takeAsync
    )
    {
        var samples = sites.ToDictionary(site => site, _ => new List<Sample>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var site in sites)
            {
                if (await takeAsync(site) is { } sample)
                    samples[site].Add(sample);
            }
        }

        foreach (var (site, taken) in samples.Where(taken => taken.Value.Count > 0))
            report.Add([site.Name, what, .. Sample.Median(taken)]);
    }

    /// <summary>A round of one measurement.</summary>
    /// <param name="Rate">Requests a second.</param>
    /// <param name="Middle">The time below which half of them are answered, in milliseconds.</param>
    /// <param name="Late">The time below which 99 of 100 are.</param>
    /// <param name="Each">What one costs the server, in microseconds of processor time, which hardly depends on what else the machine does.</param>
    /// <param name="How">How they were sent.</param>
    private sealed record Sample(double Rate, double Middle, double Late, double Each, string How)
    {
        /// <summary>The last cells of a row: medians of the rounds.</summary>
        public static string[] Median(List<Sample> samples)
        {
            string Of(Func<Sample, double> value, string unit = "") =>
                Numbers.Text(Numbers.Percentile(samples.Select(value), 50), unit);
            var times = $"p50 {Of(sample => sample.Middle, " ms")}, p99 {Of(sample => sample.Late, " ms")}";
            return [Of(sample => sample.Rate), $"{times} ({samples[0].How})", Of(sample => sample.Each, " µs")];
        }

        public static Sample Of(List<double> times, TimeSpan cost, string how) =>
            new(
                1000 / times.Average(),
                Numbers.Percentile(times, 50),
                Numbers.Percentile(times, 99),
                cost.TotalMicroseconds / times.Count,
                how
            );
    }

    /// <summary>A server with a store of its own.</summary>
    private sealed class Site(Choices choices, Workplace place, ServerProcess server, Nginx nginx, int count)
        : IDisposable
    {
        public static async Task<Site> OpenAsync(Choices choices, int count, CancellationToken cancellationToken)
        {
            var place = new Workplace();
            await MadeStore.MakeAsync(place.At("store"), count, cancellationToken);
            var settings = place.Write("krait-server.toml", "port = 0\ndir = \"store\"\n[spaces.team]\n");
            var server = ServerProcess.Start(choices.Need("--server"), "--config", settings);
            var nginx = await Nginx.StartAsync(place, [server.Address], cancellationToken);
            return new Site(choices, place, server, nginx, count);
        }

        public int Count => count;

        public string Name => count.ToString("#,0", CultureInfo.InvariantCulture);

        public string Address => server.Address;

        public string PageAddress => $"{server.Address}/simple/p1/";

        public string SecurePageAddress => $"{nginx.Address}/simple/p1/";

        public double ResidentMegabytes => server.ResidentMegabytes;

        public void Dispose()
        {
            nginx.Dispose();
            server.Dispose();
            place.Dispose();
        }

        /// <summary>A script for `wrk` that asks for any of the first pages.</summary>
        public string Among(int most) =>
            place.Write(
                "random.lua",
                $$"""
                request = function()
                  return wrk.format("GET", "/simple/p" .. math.random(0, {{most - 1}}) .. "/", { Accept = "{{Json}}" })
                end
                """
            );

        public async Task<Sample?> WrkAsync(string url, string? script, CancellationToken cancellationToken)
        {
            var seconds = choices.Count("--seconds", 3);
            string[] words = ["-t", "1", "-c", "32", "--latency", "-H", $"Accept: {Json}"];
            if (script is not null)
                words = [.. words, "-s", script];
            // What was not requested before is read first.
            await RunAsync(1);
            var before = server.ProcessorTime;
            var output = await RunAsync(seconds);
            var rate = double.Parse(After(output, "Requests/sec:"), CultureInfo.InvariantCulture);
            var each = (server.ProcessorTime - before).TotalMicroseconds / (rate * seconds);
            return new Sample(
                rate,
                Milliseconds(After(output, "50%")),
                Milliseconds(After(output, "99%")),
                each,
                "32 connections"
            );

            async Task<string> RunAsync(int time)
            {
                var (code, printed) = await ServerProcess.RunAsync(
                    "wrk",
                    [.. words, "-d", $"{time}s", url],
                    cancellationToken
                );
                return code == 0 && !printed.Contains("Non-2xx", StringComparison.Ordinal)
                    ? printed
                    : throw new LoadException($"wrk failed:\n{printed}");
            }
        }

        public async Task<Sample?> PostAsync(
            HttpClient client,
            string resource,
            byte[] body,
            string accept,
            CancellationToken cancellationToken
        )
        {
            var taken = new List<double>(Repeats);
            var (size, before) = (0L, TimeSpan.Zero);
            for (var i = -20; i < Repeats; i++)
            {
                if (i == 0)
                    before = server.ProcessorTime;
                using var request = new HttpRequestMessage(HttpMethod.Post, AddressOf(resource));
                request.Content = new ByteArrayContent(body);
                request.Headers.TryAddWithoutValidation("Accept", accept);
                var started = Stopwatch.GetTimestamp();
                using var answer = await client.SendAsync(request, cancellationToken);
                size = (await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellationToken)).Length;
                if (i >= 0)
                    taken.Add(Numbers.Since(started));
            }

            return Sample.Of(taken, server.ProcessorTime - before, $"1 connection, {size / 1024} KiB");
        }

        public async Task<Sample?> ConfirmAsync(HttpClient client, CancellationToken cancellationToken)
        {
            var address = AddressOf($"resolutions/{Query().Digest.Hex}");
            using var first = await client.GetAsync(address, cancellationToken);
            if (first.Headers.ETag is not { } tag)
                throw new LoadException("the resolution is not remembered");
            var taken = new List<double>(Repeats);
            var before = server.ProcessorTime;
            for (var i = 0; i < Repeats; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(tag.Tag));
                var started = Stopwatch.GetTimestamp();
                using var answer = await client.SendAsync(request, cancellationToken);
                if ((int)answer.StatusCode != 304)
                    throw new LoadException($"status {(int)answer.StatusCode} in place of 304");
                taken.Add(Numbers.Since(started));
            }

            return Sample.Of(taken, server.ProcessorTime - before, "1 connection");
        }

        private Uri AddressOf(string resource) => new($"{server.Address}/-/krait/v1/{resource}");

        /// <summary>A time as `wrk` prints it.</summary>
        private static double Milliseconds(string text)
        {
            var unit = text.TrimStart([.. "0123456789."]);
            return double.Parse(text[..^unit.Length], CultureInfo.InvariantCulture)
                * unit switch
                {
                    "us" => 0.001,
                    "ms" => 1,
                    "s" => 1000,
                    _ => throw new LoadException($"`{text}` is no time"),
                };
        }
    }

    private static ResolveQuery Query() =>
        new(
            new ResolutionRequest
            {
                Requirements = [new RootRequirement(Requirement.Parse("p0"))],
                Target = new ResolutionTarget.Specific(
                    new MarkerEnvironment
                    {
                        ImplementationName = "cpython",
                        ImplementationVersion = "3.12.1",
                        OsName = "posix",
                        PlatformMachine = "x86_64",
                        PlatformPythonImplementation = "CPython",
                        PlatformRelease = "6.1.0",
                        PlatformSystem = "Linux",
                        PlatformVersion = "#1 SMP",
                        PythonFullVersion = "3.12.1",
                        PythonVersion = "3.12",
                        SysPlatform = "linux",
                    },
                    TagSet.ForCPython(3, 12, ["cp312"], PlatformTags.Manylinux(2, 28, "x86_64")),
                    Version.Parse("3.12.1")
                ),
            }
        );

    /// <summary>The rest of the line that begins with a word, as `wrk` prints them.</summary>
    private static string After(string output, string word) =>
        output
            .Split('\n', StringSplitOptions.TrimEntries)
            .FirstOrDefault(line => line.StartsWith(word, StringComparison.Ordinal))
            ?[word.Length..].Trim()
        ?? "";
}
