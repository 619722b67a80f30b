using System.Diagnostics;
using System.Globalization;
using Krait.Testing;

namespace Krait.Server.Load;

/// <summary>Uploads by the programs that people upload with, directly and through nginx; what arrived is compared byte by byte.</summary>
internal static class Uploads
{
    private sealed record Uploader(string Name, string Program, Func<string, string, string[]> Words);

    /// <summary>Measures, and prints a table.</summary>
    /// <returns>Whether every upload succeeded and brought what it should.</returns>
    public static async Task<bool> RunAsync(Choices choices, CancellationToken cancellationToken)
    {
        var count = choices.Count("--sets", 20);
        using var place = new Workplace();
        var settings = place.Write("krait-server.toml", "port = 0\ndir = \"store\"\n[spaces.team]\n");
        var program = choices.Need("--server");
        string[] create = ["token", "create", "--config", settings, "--scope", "upload:team"];
        var (code, output) = await ServerProcess.RunAsync(program, create, cancellationToken);
        if (code != 0)
            throw new LoadException($"no token: {output}");
        using var server = ServerProcess.Start(program, "--config", settings);
        using var nginx = await Nginx.StartAsync(place, [server.Address], cancellationToken);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var report = new Report("client", "way", "uploads", "failed", "again", "times");
        var isGood = true;
        foreach (var uploader in Uploaders(choices, output.Trim(), place.At("ca.pem")))
        {
            foreach (var (way, address) in ((string, string)[])[("direct", server.Address), ("nginx", nginx.Address)])
            {
                var (times, failures, repeated) = (new List<double>(), new List<string>(), 0);
                for (var i = 0; i < count; i++)
                {
                    var project = string.Create(CultureInfo.InvariantCulture, $"{uploader.Name}-{way}-{i}");
                    var wheel = new WheelBuilder(project, "1.0").File("data.bin", new byte[100_000]);
                    var file = place.At(wheel.FileName);
                    await File.WriteAllBytesAsync(file, wheel.Build(), cancellationToken);
                    var started = Stopwatch.GetTimestamp();
                    var failure = await UploadAsync(uploader, place, address + "/upload/", file, cancellationToken);
                    times.Add(Numbers.Since(started));
                    // The same file once more is no mistake.
                    if (await UploadAsync(uploader, place, address + "/upload/", file, cancellationToken) is null)
                        repeated++;
                    var held = $"{server.Address}/files/team/{project}/{wheel.FileName}";
                    using var answer = await http.GetAsync(new Uri(held), cancellationToken);
                    var received = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
                    if (failure is not null || !received.AsSpan().SequenceEqual(wheel.Build()))
                        failures.Add(failure ?? $"{wheel.FileName} is not as it was sent");
                }

                isGood &= failures.Count == 0 && repeated == count;
                report.Add(uploader.Name, way, $"{count}", $"{failures.Count}", $"{repeated}", Numbers.Times(times));
                foreach (var failure in failures.Take(1))
                    Console.WriteLine(failure);
            }
        }

        return isGood;
    }

    private static IEnumerable<Uploader> Uploaders(Choices choices, string token, string certificates)
    {
        if (choices.Find("--twine") is { } twine)
        {
            yield return new Uploader(
                "twine",
                twine,
                (url, file) =>
                    [
                        "upload",
                        "--non-interactive",
                        "--disable-progress-bar",
                        "--cert",
                        certificates,
                        "--repository-url",
                        url,
                        "--username",
                        "__token__",
                        "--password",
                        token,
                        file,
                    ]
            );
        }

        if (choices.Find("--uv") is { } uv)
        {
            yield return new Uploader(
                "uv",
                uv,
                (url, file) => ["publish", "--no-config", "--publish-url", url, "--token", token, file]
            );
        }
    }

    private static async Task<string?> UploadAsync(
        Uploader uploader,
        Workplace place,
        string url,
        string file,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(uploader.Program, uploader.Words(url, file))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Surroundings.Replace(start, place.At("ca.pem"));
        using var process = Process.Start(start) ?? throw new LoadException($"{uploader.Program} did not start");
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? null : await output + errors;
    }
}
