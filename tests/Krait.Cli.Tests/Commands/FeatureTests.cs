using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

/// <summary>`KRAIT_FEATURES` and the widths: they change how the index is asked, never what comes out.</summary>
public sealed class FeatureTests : IDisposable
{
    private readonly CommandLine line = new();

    public FeatureTests()
    {
        line.Index.Add("app", "1.0", "lib<2").Add("lib", "2.0").Add("lib", "1.0", "flask").Add("flask", "1.0");
        line.Write("requirements.in", "app\n");
    }

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("all")]
    [InlineData("-http2, -brotli,-prewarm")]
    [InlineData("-prefetch")]
    [InlineData("-pipelining,-batches,-presubmit,-prediction,-non-blocking,-streaming")]
    [InlineData("none,ranges,parallel-downloads")]
    public async Task The_result_is_the_same_whatever_is_switched_off(string features)
    {
        line["KRAIT_FEATURES"] = features;
        var compiled = (await line.TypeAsync("pip compile requirements.in --no-header --no-annotate")).Succeeded();
        Assert.Equal("app==1.0\nflask==1.0\nlib==1.0\n", compiled.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-streaming")]
    [InlineData("none")]
    public async Task The_same_is_installed_whatever_is_switched_off(string features)
    {
        line["KRAIT_FEATURES"] = features;
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "app==1.0\nflask==1.0\nlib==1.0\n");
        (await line.TypeAsync("pip sync requirements.txt")).Succeeded();
        Assert.Equal(["app==1.0", "flask==1.0", "lib==1.0"], await line.InstalledAsync());
        var wheel = FakeIndex.FilePath("lib-1.0-py3-none-any.whl");
        line.Index.On(wheel, _ => new FakeReply(200, "not a wheel"));
        line["KRAIT_CACHE_DIR"] = line.At("other-cache");
        var failed = await line.TypeAsync("pip sync requirements.txt --reinstall");
        failed.Failed(1, "lib-1.0-py3-none-any.whl");
        Assert.Equal(["app==1.0", "flask==1.0", "lib==1.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task What_is_switched_off_is_not_done()
    {
        line["KRAIT_FEATURES"] = "-prediction";
        (await line.TypeAsync("pip compile requirements.in")).Succeeded();
        Assert.DoesNotContain(line.Index.Requests, request => request.Path.Contains("werkzeug"));

        line["KRAIT_FEATURES"] = "";
        line["KRAIT_CACHE_DIR"] = line.At("other-cache");
        // The answer about flask waits for the guess about werkzeug; else the resolution could end before the guess is on its way.
        var guessed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        line.Index.On(
            "/simple/werkzeug/",
            _ =>
            {
                guessed.TrySetResult();
                return null;
            }
        );
        line.Index.Hold(
            "/simple/flask/",
            guessed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)
        );
        (await line.TypeAsync("pip compile requirements.in")).Succeeded();
        Assert.True(guessed.Task.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData("KRAIT_FEATURES", "http3")]
    [InlineData("KRAIT_FEATURES", "-")]
    [InlineData("KRAIT_CONCURRENT_PAGES", "0")]
    [InlineData("KRAIT_CONCURRENT_METADATA", "-1")]
    [InlineData("KRAIT_CONCURRENT_DOWNLOADS", "many")]
    [InlineData("KRAIT_PREFETCH_DEPTH", "1.5")]
    public async Task A_value_that_means_nothing_is_refused(string variable, string value)
    {
        line[variable] = value;
        (await line.TypeAsync("pip compile requirements.in")).Failed(2, variable, value);
    }

    [Theory]
    [InlineData("KRAIT_PREFETCH_DEPTH", "0")]
    [InlineData("KRAIT_PREFETCH_DEPTH", "3")]
    [InlineData("KRAIT_CONCURRENT_PAGES", "1")]
    [InlineData("KRAIT_CONCURRENT_METADATA", "1")]
    public async Task A_width_may_be_small(string variable, string value)
    {
        line[variable] = value;
        (await line.TypeAsync("pip compile requirements.in")).Succeeded();
    }
}
