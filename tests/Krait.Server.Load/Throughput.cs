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
    private const int Repeats = 1000;

    /// <summary>Measures, and prints a table.</summary>
    public static async Task RunAsync(Choices choices, CancellationToken cancellationToken)
    {
        var report = new Report("projects", "what", "requests/s", "times", "processor time each");
        foreach (var count in (int[])[MadeStore.Large, choices.Count("--projects", 100_000)])
        {
            using var place = new Workplace();
            await MadeStore.MakeAsync(place.At("store"), count, cancellationToken);
            var settings = place.Write("krait-server.toml", "port = 0\ndir = \"store\"\n[spaces.team]\n");
            using var server = ServerProcess.Start(choices.Need("--server"), "--config", settings);
            var run = new Run(choices, place, server, count);
            await run.MeasureAsync(report, cancellationToken);
        }
    }

    private sealed class Run(Choices choices, Workplace place, ServerProcess server, int count)
    {
        private readonly string projects = count.ToString("#,0", CultureInfo.InvariantCulture);

        public async Task MeasureAsync(Report report, CancellationToken cancellationToken)
        {
            void Add(string what, Result result) => report.Add(projects, what, result.Rate, result.Times, result.Each);
            var page = $"{server.Address}/simple/p1/";
            Add("one cached page", await WrkAsync(page, script: null, cancellationToken));
            Add("120 cached pages", await WrkAsync(server.Address, Among(MadeStore.Large), cancellationToken));
            if (count > MadeStore.Large)
                Add("any page", await WrkAsync(server.Address, Among(count), cancellationToken));
            using (var nginx = await Nginx.StartAsync(place, [server.Address], cancellationToken))
            {
                var secure = $"{nginx.Address}/simple/p1/";
                Add("one cached page, TLS, nginx", await WrkAsync(secure, script: null, cancellationToken));
            }

            var names = Enumerable.Range(0, MadeStore.Large).Select(i => PackageName.Parse($"p{i}"));
            var batch = new ProjectsRequest { Projects = [.. names.Select(name => new AskedProject(name, null))] };
            var query = Query().ToBytes();
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
            Add(
                "120 shards in one batch",
                await PostAsync(client, "projects", batch.ToBytes(), ProtocolNames.FramesType, cancellationToken)
            );
            Add("remembered resolution of 120", await PostAsync(client, "resolve", query, "*/*", cancellationToken));
            Add(
                "the same with its shards",
                await PostAsync(client, "resolve", query, ProtocolNames.FramesType, cancellationToken)
            );
            Add("the same, unchanged (304)", await ConfirmAsync(client, cancellationToken));
            Add("memory afterwards", new Result("", Numbers.Text(server.ResidentMegabytes, " MiB")));
        }

        private string Among(int most) =>
            place.Write(
                "random.lua",
                $$"""
                request = function()
                  return wrk.format("GET", "/simple/p" .. math.random(0, {{most - 1}}) .. "/", { Accept = "{{Json}}" })
                end
                """
            );

        private async Task<Result> WrkAsync(string url, string? script, CancellationToken cancellationToken)
        {
            var seconds = choices.Count("--seconds", 8);
            string[] words = ["-t", "1", "-c", "32", "--latency", "-H", $"Accept: {Json}"];
            if (script is not null)
                words = [.. words, "-s", script];
            // What was not requested before is read first.
            foreach (var time in (int[])[1, seconds])
            {
                var before = server.ProcessorTime;
                var (code, output) = await ServerProcess.RunAsync(
                    "wrk",
                    [.. words, "-d", $"{time}s", url],
                    cancellationToken
                );
                if (code != 0 || output.Contains("Non-2xx", StringComparison.Ordinal))
                    throw new LoadException($"wrk failed:\n{output}");
                if (time == seconds)
                {
                    var rate = double.Parse(After(output, "Requests/sec:"), CultureInfo.InvariantCulture);
                    return new Result(
                        Numbers.Text(rate),
                        $"p50 {After(output, "50%")}, p99 {After(output, "99%")} (32 connections)",
                        Each(before, rate * seconds)
                    );
                }
            }

            throw new LoadException("no time");
        }

        private async Task<Result> PostAsync(
            HttpClient client,
            string resource,
            byte[] body,
            string accept,
            CancellationToken cancellationToken
        )
        {
            var taken = new List<double>(Repeats);
            var (size, before) = (0L, TimeSpan.Zero);
            for (var i = -100; i < Repeats; i++)
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

            return new Result(
                Numbers.Text(1000 / taken.Average()),
                $"{Numbers.Times(taken)} (1 connection, {size / 1024} KiB)",
                Each(before, Repeats)
            );
        }

        private async Task<Result> ConfirmAsync(HttpClient client, CancellationToken cancellationToken)
        {
            var address = AddressOf($"resolutions/{Query().Digest.Hex}");
            using var first = await client.GetAsync(address, cancellationToken);
            if (first.Headers.ETag is not { } tag)
                return new Result("", "not there");
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

            return new Result(
                Numbers.Text(1000 / taken.Average()),
                $"{Numbers.Times(taken)} (1 connection)",
                Each(before, Repeats)
            );
        }

        /// <summary>What a request has cost the server, which hardly depends on what else the machine does.</summary>
        private string Each(TimeSpan before, double requests) =>
            Numbers.Text((server.ProcessorTime - before).TotalMilliseconds * 1000 / requests, " µs");

        private Uri AddressOf(string resource) => new($"{server.Address}/-/krait/v1/{resource}");
    }

    private sealed record Result(string Rate, string Times, string Each = "");

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
