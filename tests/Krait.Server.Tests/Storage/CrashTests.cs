using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using Krait.Server.Commands;
using Krait.Testing;

namespace Krait.Server.Tests.Storage;

/// <summary>The real process, killed while it takes uploads, fetches files or cleans up: what it has acknowledged is there afterwards.</summary>
public sealed class CrashTests : IDisposable
{
    /// <summary>How often a server and a cleaning are killed; `KRAIT_CRASH_ROUNDS=250` makes 500 kills, and takes up to an hour.</summary>
    private static readonly int Rounds = int.TryParse(
        Environment.GetEnvironmentVariable("KRAIT_CRASH_ROUNDS"),
        System.Globalization.CultureInfo.InvariantCulture,
        out var rounds
    )
        ? rounds
        : 15;

    private readonly TempFolder folder = new();
    private readonly FakeIndex upstream = new();
    private readonly HttpClient client = new();
    private readonly ConcurrentDictionary<string, byte[]> acknowledged = new(StringComparer.Ordinal);
    private readonly List<Process> started = [];
    private readonly Random chance = new(20261130);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var process in started)
        {
            process.Kill();
            process.Dispose();
        }

        client.Dispose();
        upstream.Dispose();
        folder.Dispose();
        output.Dispose();
    }

    [Fact]
    public async Task Loses_no_acknowledged_upload_and_leaves_nothing_damaged()
    {
        folder.Write(
            "krait-server.toml",
            $"port = 0\ndir = \"store\"\n[spaces.team]\n[spaces.public]\nupstream = \"{upstream.Url}\"\n"
        );
        Assert.Equal(0, await RunAsync("token", "create", "--scope", "upload:team"));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", output.ToString().Trim());
        for (var i = 0; i < Rounds * 8; i++)
            upstream.Add(new WheelBuilder($"public{i}", "1.0").File("x.bin", new byte[50_000]));
        for (var round = 0; round < Rounds; round++)
        {
            var process = Start(out var address);
            var before = acknowledged.Count;
            var work = Enumerable.Range(0, 4).Select(worker => WorkAsync(address, round, worker)).ToList();
            // A cold process needs most of a second for its first answer.
            for (var waited = 0; waited < 100 && acknowledged.Count == before; waited++)
                await Task.Delay(50, Token);
            await Task.Delay(chance.Next(1, 300), Token);
            process.Kill();
            await process.WaitForExitAsync(Token);
            await Task.WhenAll(work);
            using (var cleaning = StartProgram("gc", "--older-than", "0 s", "--dir", folder.At("store")))
            {
                await Task.Delay(chance.Next(1, 400), Token);
                cleaning.Kill();
                await cleaning.WaitForExitAsync(Token);
            }

            Assert.Equal(0, await RunAsync("fsck", "--repair"));
            Assert.Equal(0, await RunAsync("fsck"));
            Assert.Empty(output.ToString());
        }

        Start(out var end);
        Assert.NotEmpty(acknowledged);
        foreach (var (path, content) in acknowledged)
            Assert.Equal(content, await client.GetByteArrayAsync(new Uri(end + path), Token));
    }

    private readonly StringWriter output = new();

    private async Task WorkAsync(string address, int round, int worker)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                var wheel = new WheelBuilder($"own{round}_{worker}", $"1.{i}").File("x.bin", new byte[20_000]);
                var form = new MultipartFormDataContent
                {
                    { new StringContent("file_upload"), ":action" },
                    { new StringContent(wheel.Name), "name" },
                };
                form.Add(new ByteArrayContent(wheel.Build()), "content", wheel.FileName);
                using var response = await client.PostAsync(new Uri(address + "/upload/"), form, Token);
                if (response.IsSuccessStatusCode)
                    acknowledged[$"/files/team/{wheel.Name.Replace('_', '-')}/{wheel.FileName}"] = wheel.Build();
                var name = $"public{((round * 4) + worker + i) % (Rounds * 8)}";
                await client.GetByteArrayAsync(
                    new Uri($"{address}/files/public/{name}/{name}-1.0-py3-none-any.whl"),
                    Token
                );
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The server was killed.
        }
    }

    private Process Start(out string address)
    {
        // Whatever becomes of the test, the server ends with it.
        var ownId = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var process = StartProgram("serve", "--config", folder.At("krait-server.toml"), "--stop-with", ownId);
        started.Add(process);
        var line = process.StandardError.ReadLine() ?? "";
        Assert.StartsWith("Listening on ", line, StringComparison.Ordinal);
        address = line["Listening on ".Length..];
        return process;
    }

    private static Process StartProgram(params string[] words) =>
        Process.Start(
            new ProcessStartInfo(Path.Join(AppContext.BaseDirectory, "krait-server"), words)
            {
                RedirectStandardError = true,
            }
        )!; // it is a new process

    private async Task<int> RunAsync(params string[] words)
    {
        output.GetStringBuilder().Clear();
        using var errors = new StringWriter();
        var code = await CommandLine.RunAsync(
            [.. words, "--dir", folder.At("store")],
            new Dictionary<string, string>(),
            new ServerConsole(output, errors),
            Token
        );
        if (words is ["fsck", "--repair"])
            output.GetStringBuilder().Clear();
        return code;
    }
}
