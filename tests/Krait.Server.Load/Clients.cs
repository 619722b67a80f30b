using System.Diagnostics;
using Krait.Testing;

namespace Krait.Server.Load;

/// <summary>Installers as people use them, through the server and through nginx in front of it, with an empty cache and a full one.</summary>
internal static class Clients
{
    private const int MostSets = 20;
    private const int Libraries = 10;

    private sealed record Installer(string Name, string Program, Func<Place, string[]> Words);

    private sealed record Place(string Url, string Cache, string Target, string Certificates, string Wanted);

    /// <summary>Measures, and prints a table.</summary>
    /// <returns>Whether every installation succeeded and brought what it should.</returns>
    public static async Task<bool> RunAsync(Choices choices, CancellationToken cancellationToken)
    {
        var sets = choices.Count("--sets", MostSets);
        using var place = new Workplace();
        using var upstream = new FakeIndex();
        Fill(upstream, sets);
        using var server = ServerProcess.Start(
            choices.Need("--server"),
            "--port",
            "0",
            "--dir",
            place.At("store"),
            "--index-url",
            upstream.Url
        );
        using var nginx = await Nginx.StartAsync(place, [server.Address], cancellationToken);
        var report = new Report("client", "way", "cache", "installations", "failed", "times");
        var isGood = true;
        foreach (var installer in Installers(choices))
        {
            foreach (var (way, address) in ((string, string)[])[("direct", server.Address), ("nginx", nginx.Address)])
            {
                foreach (var cache in (string[])["empty", "full"])
                {
                    var times = new List<double>();
                    var failures = new List<string>();
                    for (var set = 0; set < sets; set++)
                    {
                        var used = place.At($"cache-{installer.Name}-{way}-{set}");
                        var target = place.At($"target-{installer.Name}-{way}-{set}-{cache}");
                        var where = new Place($"{address}/simple/", used, target, place.At("ca.pem"), $"set{set}");
                        var (failure, time) = await InstallAsync(installer, where, set, cancellationToken);
                        times.Add(time);
                        if (failure is not null)
                            failures.Add(failure);
                    }

                    isGood &= failures.Count == 0;
                    report.Add(installer.Name, way, cache, $"{sets}", $"{failures.Count}", Numbers.Times(times));
                    foreach (var failure in failures.Take(1))
                        Console.WriteLine(failure);
                }
            }
        }

        return isGood;
    }

    private static void Fill(FakeIndex upstream, int sets)
    {
        for (var i = 0; i < Libraries; i++)
        {
            foreach (var version in (string[])["1.0", "1.1", "2.0"])
                upstream.Add(new WheelBuilder($"lib{i}", version).File($"lib{i}/data.bin", new byte[30_000]));
            // The newest two are not for anyone.
            upstream.Add(new WheelBuilder($"lib{i}", "2.1"), yanked: "broken");
            upstream.Add(new WheelBuilder($"lib{i}", "3.0") { RequiresPython = ">=4" });
        }

        for (var set = 0; set < sets; set++)
        {
            var needs = Needs(set).Select(need => need.Name + need.Limit).Append("nobody ; os_name == 'x'");
            upstream.Add($"set{set}", "1.0", [.. needs]);
        }
    }

    private static IEnumerable<(string Name, string Limit, string Version)> Needs(int set)
    {
        for (var i = 0; i <= set % Libraries; i++)
        {
            var (limit, version) = ((set + i) % 3) switch
            {
                0 => ("", "2.0"),
                1 => ("<2", "1.1"),
                _ => ("==1.0", "1.0"),
            };
            yield return ($"lib{i}", limit, version);
        }
    }

    private static IEnumerable<Installer> Installers(Choices choices)
    {
        string[] Into(Place at) => ["--cache-dir", at.Cache, "--target", at.Target];
        foreach (var pip in choices.Values("--pip"))
        {
            yield return new Installer(
                VersionOf(pip),
                pip,
                at => ["install", .. Into(at), "--cert", at.Certificates, "--index-url", at.Url, at.Wanted]
            );
        }

        if (choices.Find("--uv") is { } uv)
        {
            yield return new Installer(
                "uv",
                uv,
                at => ["pip", "install", "--no-config", .. Into(at), "--default-index", at.Url, at.Wanted]
            );
        }

        if (choices.Find("--krait") is { } krait)
        {
            yield return new Installer(
                "krait",
                krait,
                at => ["pip", "install", .. Into(at), "--default-index", at.Url, at.Wanted]
            );
        }
    }

    /// <summary>`pip 26.3` of `pip 26.3 from …`.</summary>
    private static string VersionOf(string pip)
    {
        using var process = Process.Start(new ProcessStartInfo(pip, ["--version"]) { RedirectStandardOutput = true });
        var words = process?.StandardOutput.ReadToEnd().Split(' ') ?? [];
        process?.WaitForExit();
        return words.Length > 1 ? $"{words[0]} {words[1]}" : throw new LoadException($"{pip} has no version");
    }

    private static async Task<(string? Failure, double Milliseconds)> InstallAsync(
        Installer installer,
        Place place,
        int set,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(installer.Program, installer.Words(place))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Surroundings.Replace(start, place.Certificates);
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new LoadException($"{installer.Program} did not start");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        var time = Numbers.Since(started);
        var expected = Needs(set)
            .Select(need => $"{need.Name}-{need.Version}.dist-info")
            .Append($"set{set}-1.0.dist-info");
        var installed = Directory.Exists(place.Target)
            ? Directory.GetDirectories(place.Target, "*.dist-info").Select(path => Path.GetFileName(path))
            : [];
        var isRight = process.ExitCode == 0 && installed.Order().SequenceEqual(expected.Order());
        return (isRight ? null : await output + errors, time);
    }
}
