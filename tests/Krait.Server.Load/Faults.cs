using System.Diagnostics;
using System.Globalization;
using Krait.Testing;

namespace Krait.Server.Load;

/// <summary>
/// A server over an upstream that fails in every way, for as long as one likes. What it has fetched is taken away from it again, so that it
/// has to fetch all the time. Nothing wrong may come out, and neither its memory nor its open files may grow.
/// </summary>
internal static class Faults
{
    private const int Projects = 400;
    private const int Clients = 8;

    /// <summary>Measures, and prints a table.</summary>
    /// <returns>Whether everything that came out was right.</returns>
    public static async Task<bool> RunAsync(Choices choices, CancellationToken cancellationToken)
    {
        var length = TimeSpan.FromMinutes(choices.Number("--minutes", 5));
        var pause = TimeSpan.FromMilliseconds(choices.Number("--pause", 0));
        using var place = new Workplace();
        using var upstream = new FakeIndex();
        var wheels = Fill(upstream, choices.Number("--percent", 5) / 100);
        var settings = place.Write(
            "krait-server.toml",
            $"""
            port = 0
            dir = "store"
            longest-freshness = "2 s"
            shortest-freshness = "1 s"
            [spaces.public]
            upstream = "{upstream.Url}"
            """
        );
        using var server = ServerProcess.Start(choices.Need("--server"), "--config", settings);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(length);
        var counts = new Counts();
        var work = Enumerable
            .Range(0, Clients)
            .Select(i => ClientAsync(server.Address, wheels, pause, new Random(i), counts, over.Token))
            .Append(TakeAwayAsync(place.At("store", "blobs"), over.Token))
            .ToList();
        var samples = await WatchAsync(server, upstream, over.Token);
        await Task.WhenAll(work);
        cancellationToken.ThrowIfCancellationRequested();
        Show(length, samples, counts);
        return counts.Wrong == 0;
    }

    private static List<WheelBuilder> Fill(FakeIndex upstream, double share)
    {
        var wheels = new List<WheelBuilder>();
        for (var i = 0; i < Projects; i++)
        {
            var bytes = new byte[60_000];
            new Random(i).NextBytes(bytes);
            var wheel = new WheelBuilder($"demo{i}", "1.0").File("x.bin", bytes);
            upstream.Add(wheel);
            wheels.Add(wheel);
            var content = wheel.Build();
            foreach (var path in (string[])[FakeIndex.FilePath(wheel.FileName), FakeIndex.PagePath($"demo{i}")])
                upstream.On(path, _ => Random.Shared.NextDouble() < share ? Fault(content) : null);
        }

        return wheels;
    }

    private static FakeReply Fault(byte[] content) =>
        Random.Shared.Next(9) switch
        {
            0 => new FakeReply(500, "away"),
            1 => new FakeReply(503, "away", ("Retry-After", "1")),
            2 => new FakeReply(404, "not here"),
            3 => new FakeReply(200, content) { CutAt = content.Length / 2 },
            4 => new FakeReply(200, [.. content.Reverse()]),
            5 => new FakeReply(200, "<html>Sign in</html>", ("Content-Type", "text/html")),
            6 => new FakeReply(200, Array.Empty<byte>()),
            7 => new FakeReply(200, content) { Raw = "nonsense\r\n\r\n"u8.ToArray() },
            _ => new FakeReply(500, "late") { Delay = TimeSpan.FromSeconds(2) },
        };

    private static async Task ClientAsync(
        string address,
        List<WheelBuilder> wheels,
        TimeSpan pause,
        Random chance,
        Counts counts,
        CancellationToken cancellationToken
    )
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        while (!cancellationToken.IsCancellationRequested)
        {
            var wheel = wheels[chance.Next(wheels.Count)];
            try
            {
                var page = await http.GetStringAsync(new Uri($"{address}/simple/{wheel.Name}/"), cancellationToken);
                counts.Note(page.Contains(wheel.FileName, StringComparison.Ordinal) || IsEmpty(page));
                var file = new Uri($"{address}/files/public/{wheel.Name}/{wheel.FileName}");
                var content = await http.GetByteArrayAsync(file, cancellationToken);
                counts.Note(content.AsSpan().SequenceEqual(wheel.Build()));
                await Task.Delay(pause, cancellationToken);
            }
            catch (HttpRequestException)
            {
                counts.NoteRefusal();
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Whether a page lists nothing: the upstream may have said that the project is gone.</summary>
    private static bool IsEmpty(string page) => !page.Contains("<a ", StringComparison.Ordinal);

    /// <summary>Removes what the server has fetched, as a careless administrator would.</summary>
    private static async Task TakeAwayAsync(string blobs, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var path in Directory.GetFiles(blobs, "*", SearchOption.AllDirectories))
            {
                // Small ones are pages, which the server has in its memory.
                if (new FileInfo(path).Length < 50_000)
                    continue;
                File.Delete(path);
                await Task.Delay(20, CancellationToken.None);
                if (cancellationToken.IsCancellationRequested)
                    return;
            }

            await Task.Delay(100, CancellationToken.None);
        }
    }

    private static async Task<List<(double Seconds, double Megabytes, int Descriptors)>> WatchAsync(
        ServerProcess server,
        FakeIndex upstream,
        CancellationToken cancellationToken
    )
    {
        var samples = new List<(double, double, int)>();
        var started = Stopwatch.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            samples.Add((Numbers.Since(started) / 1000, server.ResidentMegabytes, server.Descriptors));
            upstream.ClearLog();
            await Task.Delay(2000, CancellationToken.None);
        }

        return samples;
    }

    private static void Show(
        TimeSpan length,
        List<(double Seconds, double Megabytes, int Descriptors)> samples,
        Counts counts
    )
    {
        // Until all caches are full, memory grows as it should.
        var later = samples.Skip(samples.Count / 2).ToList();
        var memory = Numbers.Slope([.. later.Select(s => (s.Seconds / 3600, s.Megabytes))]);
        var descriptors = Numbers.Slope([.. later.Select(s => (s.Seconds / 3600, (double)s.Descriptors))]);
        var report = new Report(
            "minutes",
            "right answers",
            "refused or broken off",
            "wrong",
            "memory: start, half, end",
            "growth an hour in the second half",
            "open files: half, end"
        );
        report.Add(
            Numbers.Text(length.TotalMinutes),
            counts.Right.ToString("#,0", CultureInfo.InvariantCulture),
            counts.Refused.ToString("#,0", CultureInfo.InvariantCulture),
            $"{counts.Wrong}",
            $"{Numbers.Text(samples[0].Megabytes)}, {Numbers.Text(later[0].Megabytes)}, {Numbers.Text(later[^1].Megabytes)} MiB",
            $"{memory.ToString("0.0", CultureInfo.InvariantCulture)} MiB, {descriptors.ToString("0", CultureInfo.InvariantCulture)} files",
            $"{later[0].Descriptors}, {later[^1].Descriptors}"
        );
    }

    private sealed class Counts
    {
        private long right;
        private long wrong;
        private long refused;

        public long Right => Interlocked.Read(ref right);

        public long Wrong => Interlocked.Read(ref wrong);

        public long Refused => Interlocked.Read(ref refused);

        public void Note(bool isRight) => Interlocked.Increment(ref (isRight ? ref right : ref wrong));

        public void NoteRefusal() => Interlocked.Increment(ref refused);
    }
}
