using Krait.Server.Load;

// What a running krait-server does under load. Each kind of measurement is a word; each starts what it needs, and ends it.
const string Usage = """
    usage: Krait.Server.Load KIND --server PATH [options]

      throughput  pages, batches and remembered resolutions a second (needs wrk; nginx for TLS)
                  --seconds N [8]   --projects N [100000]: how many others the store has in the second half
      herd        many clients that want one new file at once   --clients N [200]  --rounds N [20]
      faults      an upstream that fails all the time           --minutes N [5]    --percent N [5]  --pause MS [0]: of each client, between two files
      clients     pip, uv and krait install 20 sets, with and without nginx in front
                  --pip PATH...  --uv PATH  --krait PATH  --sets N [20]
      uploads     twine and uv upload, with and without nginx   --twine PATH  --uv PATH  --sets N [20]
      fleet       one of three servers is killed all the time   --installs N [200] --packages N [30] --minutes N [10]: when to stop at the latest
                  --krait PATH  --config FILE: settings of a database and an object storage, as eng/with-services makes them (needs nginx)
      cold        resolutions without a cache, at each level    --krait PATH --uv PATH --index URL --python PATH
                  --inputs FILE...  --rtt MS [80]  --repeats N [5] (needs nginx)
    """;

if (args.Length == 0 || Choices.TryParse(args.AsSpan(1)) is not { } choices)
{
    await Console.Error.WriteLineAsync(Usage);
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
try
{
    switch (args[0])
    {
        case "throughput":
            await Throughput.RunAsync(choices, stop.Token);
            return 0;
        case "herd":
            return await Herd.RunAsync(choices, stop.Token) ? 0 : 1;
        case "faults":
            return await Faults.RunAsync(choices, stop.Token) ? 0 : 1;
        case "clients":
            return await Clients.RunAsync(choices, stop.Token) ? 0 : 1;
        case "uploads":
            return await Uploads.RunAsync(choices, stop.Token) ? 0 : 1;
        case "fleet":
            return await Fleet.RunAsync(choices, stop.Token) ? 0 : 1;
        case "cold":
            return await Cold.RunAsync(choices, stop.Token) ? 0 : 1;
        default:
            await Console.Error.WriteLineAsync(Usage);
            return 2;
    }
}
catch (LoadException failure)
{
    await Console.Error.WriteLineAsync($"error: {failure.Message}");
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}
