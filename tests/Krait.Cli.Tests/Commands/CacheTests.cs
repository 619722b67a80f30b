using System.Globalization;
using Krait.Resolver.Reporting;

namespace Krait.Cli.Tests.Commands;

public sealed class CacheTests : IDisposable
{
    private readonly CommandLine line = new();

    public CacheTests() => line.Index.Add("app", "1.0", "lib").Add("lib", "1.0");

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task Tells_where_the_cache_is_and_how_much_it_holds()
    {
        var folder = (await line.TypeAsync("cache dir")).Succeeded().Output.TrimEnd('\n');
        Assert.Equal(line.At("../cache"), folder.Replace("/cache", "/work/../cache", StringComparison.Ordinal));
        Assert.Equal(0, await SizeAsync());
        await InstallAsync();
        Assert.True(await SizeAsync() > 1000);
        Assert.Equal(await SizeAsync(), await SizeAsync("--output-format machine"));
        foreach (var forPeople in new[] { "--human", "--output-format human", "-H --output-format auto" })
            Assert.Matches(@"^[0-9.]+ KiB\n$", (await line.TypeAsync($"cache size {forPeople}")).Succeeded().Output);
        (await line.TypeAsync("cache size --output-format xml")).Failed(2, "`xml`", "machine");
    }

    [Fact]
    public async Task Pruning_for_CI_removes_what_was_downloaded_and_keeps_what_indexes_said()
    {
        await InstallAsync();
        (await line.TypeAsync("pip uninstall --yes app lib")).Succeeded();
        (await line.TypeAsync("cache prune")).Succeeded();
        (await line.TypeAsync("pip install --offline app")).Succeeded();
        (await line.TypeAsync("pip uninstall --yes app lib")).Succeeded();

        (await line.TypeAsync("cache prune --ci")).Succeeded();

        (await line.TypeAsync("pip install --offline --dry-run app")).Succeeded();
        (await line.TypeAsync("pip install --offline app")).Failed(1, "offline");
        (await line.TypeAsync("pip install app")).Succeeded();
    }

    [Fact]
    public async Task Cleaning_a_package_makes_the_next_run_fetch_that_one_again()
    {
        await InstallAsync();
        (await line.TypeAsync("pip uninstall --yes app lib")).Succeeded();
        (await line.TypeAsync("cache clean lib")).Succeeded();
        line.Index.ClearLog();
        (await line.TypeAsync("pip install app")).Succeeded();
        Assert.NotEmpty(line.Index.Paths);
        Assert.All(line.Index.Paths, path => Assert.Contains("lib", path, StringComparison.Ordinal));
        var before = await SizeAsync();
        (await line.TypeAsync("cache clean")).Succeeded();
        Assert.True(await SizeAsync() < before);
        (await line.TypeAsync("pip install --offline --dry-run --reinstall app")).Failed(1, "not in the cache");
        (await line.TypeAsync("cache clean -bad-")).Failed(2);
    }

    private async Task InstallAsync()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install app")).Succeeded();
    }

    private async Task<long> SizeAsync(string options = "") =>
        long.Parse((await line.TypeAsync($"cache size {options}")).Succeeded().Output, CultureInfo.InvariantCulture);
}
