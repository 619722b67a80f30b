using Krait.Index;
using Krait.KnownPackages;
using Krait.Packaging.Names;
using Krait.Platform.Caching;

// Makes the table that predictions come from: what the packages of a list require in their newest versions on an index.
//   known-packages INDEX LIST OUTPUT [BYTES]
if (args is not [var address, var list, var output, .. var rest])
{
    await Console.Error.WriteLineAsync("usage: known-packages INDEX LIST OUTPUT [BYTES]");
    return 2;
}

const int UsualLimit = 64 * 1024;
var limit = rest is [var bytes] ? int.Parse(bytes, System.Globalization.CultureInfo.InvariantCulture) : UsualLimit;
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var names = (await File.ReadAllLinesAsync(list, stop.Token))
    .Select(line => line.Split('#')[0].Trim())
    .Where(line => line.Length > 0)
    .Select(PackageName.Parse)
    .Distinct()
    .ToList();
using var cache = CacheFolder.OpenTemporary();
await using var client = new IndexClient(new IndexClientOptions(), cache);
var crawl = new Crawl(client, new IndexLocation(SafeUrl.Parse(address)));
var table = new TableWriter();
foreach (var requirements in await Task.WhenAll(names.Select(name => crawl.ReadAsync(name, stop.Token))))
    table.Add(requirements);
var text = table.Write(limit);
await File.WriteAllTextAsync(output, text, stop.Token);
await Console.Error.WriteLineAsync($"{names.Count} names, {text.Count(c => c == '\n')} lines, {text.Length} bytes");
return 0;
