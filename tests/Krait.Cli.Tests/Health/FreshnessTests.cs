namespace Krait.Cli.Tests.Health;

/// <summary>What is pinned and in the cache needs no network.</summary>
public sealed class FreshnessTests : IDisposable
{
    private readonly CommandLine line = new();

    public FreshnessTests()
    {
        // Whatever the cache holds is out of date at once.
        line.Index.CacheControl = "max-age=0";
        line.Index.Add("app", "1.0", "lib>=1").Add("lib", "1.0").Add("lib", "2.0").Add("tool", "3.0");
    }

    public void Dispose() => line.Dispose();

    private async Task FillAsync(string requirements)
    {
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", requirements);
        (await line.TypeAsync("pip install -r requirements.txt")).Succeeded();
        (await line.TypeAsync("venv fresh")).Succeeded();
        line.Index.ClearLog();
    }

    /// <summary>From here on every connection fails.</summary>
    private async Task<int> CutOffAsync()
    {
        // Connections that earlier commands opened ahead may still arrive.
        await Task.Delay(500, TestContext.Current.CancellationToken);
        line.Index.ClearLog();
        foreach (
            var name in new[] { "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY" }
        )
        {
            line[name] = "http://127.0.0.1:9";
        }

        return line.Index.Connections;
    }

    [Theory]
    [InlineData("pip install -r requirements.txt --retries 0 --python fresh")]
    [InlineData("pip install app==1.0 lib==1.0 --retries 0 --python fresh")]
    [InlineData("pip install lib===1.0 tool==3.0 --retries 0 --python fresh")]
    [InlineData("pip install <4,==3.0tool --retries 0 --python fresh")]
    [InlineData("pip sync requirements.txt --retries 0 --python fresh")]
    [InlineData("pip compile requirements.txt -o out.txt --retries 0")]
    [InlineData("pip compile requirements.txt --generate-hashes -o out.txt --retries 0")]
    [InlineData("pip install -r pylock.toml --retries 0 --python fresh")]
    [InlineData("pip sync pylock.toml --retries 0 --python fresh")]
    public async Task S2_01_Pinned_and_cached_opens_no_connection(string command)
    {
        await FillAsync("app==1.0\nlib==1.0\ntool==3.0\n");
        (await line.TypeAsync("pip compile requirements.txt --format pylock.toml -o pylock.toml")).Succeeded();
        var connections = await CutOffAsync();
        (await line.TypeAsync(command.Replace("<4,==3.0tool", "tool<4,==3.0", StringComparison.Ordinal))).Succeeded();
        Assert.Empty(line.Index.Paths);
        Assert.Equal(connections, line.Index.Connections);
    }

    [Fact]
    public async Task S2_01_A_URL_with_a_hash_is_not_asked_about_again()
    {
        await line.WithEnvironmentAsync();
        var hash = Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(line.Index.Content("tool-3.0-py3-none-any.whl"))
        );
        var url = $"tool @ {line.Index.FileUrl("tool-3.0-py3-none-any.whl")}#sha256={hash}";
        (await line.TypeAsync("pip", "install", url)).Succeeded();
        (await line.TypeAsync("venv fresh")).Succeeded();
        var connections = await CutOffAsync();
        (await line.TypeAsync("pip", "install", url, "--retries", "0", "--python", "fresh")).Succeeded();
        Assert.Empty(line.Index.Paths);
        Assert.Equal(connections, line.Index.Connections);
    }

    [Theory]
    [InlineData("lib==1.*")]
    [InlineData("lib>=1")]
    [InlineData("lib==2.0 tool==4.0")]
    public async Task S2_01_What_is_no_pin_or_not_in_the_cache_is_asked_about(string packages)
    {
        await FillAsync("lib==1.0\ntool==3.0\n");
        await CutOffAsync();
        (await line.TypeAsync($"pip install {packages} --retries 0 --python fresh")).Failed(1);
    }

    [Fact]
    public async Task Freshness_has_three_modes()
    {
        await FillAsync("app==1.0\nlib==1.0\n");
        (await line.TypeAsync("pip install -r requirements.txt --python fresh --dry-run")).Succeeded();
        Assert.Empty(line.Index.Paths);
        (
            await line.TypeAsync("pip install -r requirements.txt --python fresh --dry-run --freshness headers")
        ).Succeeded();
        Assert.NotEmpty(line.Index.Paths);
        line.Index.ClearLog();
        (
            await line.TypeAsync("pip install -r requirements.txt --python fresh --dry-run --freshness always")
        ).Succeeded();
        Assert.NotEmpty(line.Index.Paths);
        line.Index.ClearLog();
        line["KRAIT_FRESHNESS"] = "always";
        (await line.TypeAsync("pip sync requirements.txt --python fresh --dry-run")).Failed(1);
        Assert.NotEmpty(line.Index.Paths);
        (await line.TypeAsync("pip install lib --freshness sometimes")).Failed(2, "sometimes");
    }

    [Fact]
    public async Task S2_02_A_withdrawn_pin_is_noticed_by_one_conditional_request()
    {
        await FillAsync("lib==1.0\ntool==3.0\n");
        (await line.TypeAsync("pip sync requirements.txt --python fresh --removal-check refuse")).Succeeded();
        Assert.Equal(2, line.Index.Paths.Count);
        line.Index.Add(new Krait.Testing.WheelBuilder("lib", "1.0"), yanked: "it eats data");
        (await line.TypeAsync("pip sync requirements.txt --removal-check warn")).Succeeded();
        var warned = await line.TypeAsync("pip install -r requirements.txt --removal-check warn");
        Assert.Contains(
            "lib==1.0` is pinned, but its author has withdrawn it",
            warned.Succeeded().Error,
            StringComparison.Ordinal
        );
        Assert.Contains("it eats data", warned.Error, StringComparison.Ordinal);
        (await line.TypeAsync("pip install -r requirements.txt --removal-check refuse")).Failed(
            1,
            "withdrawn",
            "--no-removal-check"
        );
        (await line.TypeAsync("pip install -r requirements.txt --removal-check refuse --no-removal-check")).Succeeded();
    }

    [Fact]
    public async Task S2_02_With_hashes_the_cached_bytes_are_verified()
    {
        await FillAsync("tool==3.0\n");
        line.Write("requirements.txt", "tool==3.0 --hash=sha256:" + new string('0', 64) + "\n");
        await CutOffAsync();
        (await line.TypeAsync("pip sync requirements.txt --python fresh --retries 0")).Failed(1);
    }
}
