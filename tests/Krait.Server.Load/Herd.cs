using Krait.Testing;

namespace Krait.Server.Load;

/// <summary>Many clients want the same new file at the same time: the upstream is asked once, and everybody gets all of it.</summary>
internal static class Herd
{
    private const int Size = 3_000_000;

    /// <summary>Measures, and prints a table.</summary>
    /// <returns>Whether there was one request for each file and page, and nothing was cut short.</returns>
    public static async Task<bool> RunAsync(Choices choices, CancellationToken cancellationToken)
    {
        var (clients, rounds) = (choices.Count("--clients", 200), choices.Count("--rounds", 20));
        using var place = new Workplace();
        using var upstream = new FakeIndex();
        using var server = ServerProcess.Start(
            choices.Need("--server"),
            "--port",
            "0",
            "--dir",
            place.At("store"),
            "--index-url",
            upstream.Url
        );
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var (good, wrong) = (0, 0);
        for (var round = 0; round < rounds; round++)
        {
            var wheel = new WheelBuilder($"demo{round}", "1.0").File("x.bin", Noise(round));
            upstream.Add(wheel);
            var expected = wheel.Build();
            var address = new Uri($"{server.Address}/files/public/demo{round}/{wheel.FileName}");
            var received = await Task.WhenAll(
                Enumerable.Range(0, clients).Select(_ => GetAsync(http, address, cancellationToken))
            );
            good += received.Count(content => content is not null && content.AsSpan().SequenceEqual(expected));
            wrong += received.Count(content => content is null || !content.AsSpan().SequenceEqual(expected));
        }

        var files = upstream.Paths.Count(path => path.StartsWith("/files/", StringComparison.Ordinal));
        var pages = upstream.Paths.Count(path => path.StartsWith("/simple/", StringComparison.Ordinal));
        var report = new Report("clients", "files", "whole", "cut or wrong", "upstream: pages", "upstream: files");
        report.Add($"{clients}", $"{rounds}", $"{good}", $"{wrong}", $"{pages}", $"{files}");
        return wrong == 0 && files == rounds && pages == rounds;
    }

    private static async Task<byte[]?> GetAsync(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return await http.GetByteArrayAsync(address, cancellationToken);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static byte[] Noise(int seed)
    {
        var bytes = new byte[Size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
