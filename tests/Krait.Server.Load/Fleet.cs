using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Krait.Testing;

namespace Krait.Server.Load;

/// <summary>
/// Three servers behind nginx, one of which is killed every two seconds, while clients install and upload. From time to time nginx reloads its
/// configuration.
/// </summary>
internal static class Fleet
{
    private const int Servers = 3;
    private const int Workers = 4;
    private const int KillsPerReload = 5;

    /// <summary>Measures, and prints a table.</summary>
    /// <returns>Whether no installation failed and no acknowledged upload was lost.</returns>
    public static async Task<bool> RunAsync(Choices choices, CancellationToken cancellationToken)
    {
        using var place = new Workplace();
        using var upstream = new FakeIndex();
        var packages = choices.Count("--packages", 30);
        for (var i = 1; i < packages; i++)
            upstream.Add(new WheelBuilder($"part{i}", "1.0").File($"part{i}.py", new byte[20_000]));
        upstream.Add("whole", "1.0", [.. Enumerable.Range(1, packages - 1).Select(i => $"part{i}")]);
        var services = await File.ReadAllTextAsync(choices.Need("--config"), cancellationToken);
        var spaces = $"\n[spaces.team]\n[spaces.public]\nupstream = \"{upstream.Url}\"\n";
        var settings = place.Write("krait-server.toml", services + spaces);
        var program = choices.Need("--server");
        await NeedAsync(program, ["migrate", "--config", settings], cancellationToken);
        string[] create = ["token", "create", "--config", settings, "--scope", "upload:team"];
        var token = (await NeedAsync(program, create, cancellationToken)).Trim();

        var all = Enumerable
            .Range(0, Servers)
            .Select(i => new Member(program, settings, place.At($"server{i}")))
            .ToList();
        using var nginx = await Nginx.StartAsync(place, all.Select(member => member.Address), cancellationToken);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var killing = KillAsync(all, nginx, over.Token);
        var uploading = UploadAsync(place, nginx, token, over.Token);
        var (failures, times) = await InstallAsync(choices, place, nginx, cancellationToken);
        await over.CancelAsync();
        var kills = await killing;
        var uploads = await uploading;
        var lost = await CountLostAsync(all[0].Address, uploads, cancellationToken);
        foreach (var member in all)
            member.Dispose();

        var report = new Report("installations", "failed", "times", "servers killed", "uploads acknowledged", "lost");
        report.Add(
            $"{times.Count}",
            $"{failures.Count}",
            Numbers.Times(times),
            $"{kills}",
            $"{uploads.Count}",
            $"{lost}"
        );
        foreach (var failure in failures.Take(3))
            Console.WriteLine(failure);
        return failures.IsEmpty && lost == 0;
    }

    private static async Task<string> NeedAsync(string program, string[] words, CancellationToken cancellationToken)
    {
        var (code, output) = await ServerProcess.RunAsync(program, words, cancellationToken);
        return code == 0 ? output : throw new LoadException($"{words[0]} failed: {output}");
    }

    private static async Task<int> KillAsync(List<Member> all, Nginx nginx, CancellationToken cancellationToken)
    {
        var kills = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(2000, CancellationToken.None);
            all[kills++ % all.Count].Restart();
            if (kills % KillsPerReload == 0)
                nginx.Reload();
        }

        return kills;
    }

    private static async Task<(ConcurrentBag<string> Failures, ConcurrentBag<double> Times)> InstallAsync(
        Choices choices,
        Workplace place,
        Nginx nginx,
        CancellationToken cancellationToken
    )
    {
        var failures = new ConcurrentBag<string>();
        var times = new ConcurrentBag<double>();
        var began = Stopwatch.GetTimestamp();
        var packages = choices.Count("--packages", 30);
        var longest = TimeSpan.FromMinutes(choices.Number("--minutes", 10));
        var options = new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = cancellationToken };
        await Parallel.ForAsync(
            0,
            choices.Count("--installs", 200),
            options,
            async (i, token) =>
            {
                if (Stopwatch.GetElapsedTime(began) > longest)
                    return;
                var folder = place.At(string.Create(CultureInfo.InvariantCulture, $"install{i}"));
                var start = new ProcessStartInfo(
                    choices.Need("--krait"),
                    [
                        "pip",
                        "install",
                        "--target",
                        folder,
                        "--no-cache",
                        "--default-index",
                        $"{nginx.Address}/simple/",
                        "whole",
                    ]
                )
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                };
                Surroundings.Replace(start, place.At("ca.pem"));
                var started = Stopwatch.GetTimestamp();
                using var process = Process.Start(start) ?? throw new LoadException("krait did not start");
                var output = process.StandardOutput.ReadToEndAsync(token);
                var errors = await process.StandardError.ReadToEndAsync(token);
                await process.WaitForExitAsync(token);
                times.Add(Numbers.Since(started));
                var installed = Directory.Exists(folder) ? Directory.GetDirectories(folder, "*.dist-info").Length : 0;
                if (process.ExitCode != 0 || installed != packages)
                    failures.Add($"{installed} of {packages}: {await output}{errors}");
                else
                    Directory.Delete(folder, recursive: true);
            }
        );
        return (failures, times);
    }

    private static async Task<Dictionary<string, byte[]>> UploadAsync(
        Workplace place,
        Nginx nginx,
        string token,
        CancellationToken cancellationToken
    )
    {
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(place.At("ca.pem")) },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        using var handler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = trust } };
        using var http = new HttpClient(handler);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var acknowledged = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        for (var i = 0; !cancellationToken.IsCancellationRequested; i++)
        {
            var wheel = new WheelBuilder($"own{i % 10}", $"1.{i}").File("x.bin", new byte[5000]);
            using var form = new MultipartFormDataContent
            {
                { new StringContent("file_upload"), ":action" },
                { new StringContent(wheel.Name), "name" },
                { new ByteArrayContent(wheel.Build()), "content", wheel.FileName },
            };
            try
            {
                using var answer = await http.PostAsync(
                    new Uri(nginx.Address + "/upload/"),
                    form,
                    CancellationToken.None
                );
                if (answer.IsSuccessStatusCode)
                    acknowledged[$"/files/team/{wheel.Name}/{wheel.FileName}"] = wheel.Build();
            }
            catch (HttpRequestException)
            {
                // It may be there or not: it was not acknowledged.
            }

            await Task.Delay(50, CancellationToken.None);
        }

        return acknowledged;
    }

    private static async Task<int> CountLostAsync(
        string address,
        Dictionary<string, byte[]> uploads,
        CancellationToken cancellationToken
    )
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var lost = 0;
        foreach (var (path, content) in uploads)
        {
            using var answer = await http.GetAsync(new Uri(address + path), cancellationToken);
            var received = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            if (!received.AsSpan().SequenceEqual(content))
                lost++;
        }

        return lost;
    }

    /// <summary>A server that can be killed and started again at the same address.</summary>
    private sealed class Member(string program, string settings, string folder) : IDisposable
    {
        private readonly int port = Nginx.FreePort();
        private ServerProcess? server;

        public string Address => (server ??= Start()).Address;

        public void Restart()
        {
            server?.Dispose();
            server = Start();
        }

        public void Dispose() => server?.Dispose();

        private ServerProcess Start() =>
            ServerProcess.Start(
                program,
                "--config",
                settings,
                "--dir",
                folder,
                "--port",
                port.ToString(CultureInfo.InvariantCulture)
            );
    }
}
