namespace Krait.Cli.Tests.Commands;

/// <summary>What `-v` says.</summary>
public sealed class VerboseTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task Names_the_interpreter_and_why_it_is_used()
    {
        await line.WithEnvironmentAsync();
        var answer = (await line.TypeAsync("pip list -v")).Succeeded();
        Assert.Contains("Using Python 3.", answer.Error, StringComparison.Ordinal);
        Assert.Contains("is in the working directory or above it", answer.Error, StringComparison.Ordinal);
        answer = (await line.TypeAsync("pip list -v --python .venv")).Succeeded();
        Assert.Contains("requested as `.venv`", answer.Error, StringComparison.Ordinal);
        line["VIRTUAL_ENV"] = line.At(".venv");
        answer = (await line.TypeAsync("pip list -v")).Succeeded();
        Assert.Contains("the active environment (`VIRTUAL_ENV`)", answer.Error, StringComparison.Ordinal);
        Assert.Equal("", (await line.TypeAsync("pip list")).Succeeded().Error);
    }

    [Fact]
    public async Task Names_the_settings_that_are_read()
    {
        await line.WithEnvironmentAsync();
        line.Write("krait.toml", "");
        Assert.Contains(
            "Reading settings from `",
            (await line.TypeAsync("pip list -v")).Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_expected_failure_has_no_stack_trace()
    {
        line.Write("a.in", "missing\n");
        var answer = await line.TypeAsync("pip compile a.in -v -v");
        Assert.NotEqual(0, answer.Code);
        Assert.DoesNotContain("   at Krait.", answer.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_indexes_requests_and_what_the_cache_has()
    {
        line.Index.Add("app", "1.0", "lib>=1").Add("lib", "1.0").Add("lib", "2.0");
        line.Write("a.in", "app\n");
        var first = (await line.TypeAsync("pip compile -v a.in")).Succeeded().Error;
        Assert.Contains($"Index: {line.Index.Url}", first, StringComparison.Ordinal);
        Assert.Contains("Cache miss: the page of lib", first, StringComparison.Ordinal);
        Assert.Matches("GET http://.*/app/: 200 after [0-9]+ ms", first);
        Assert.DoesNotContain("Trying", first, StringComparison.Ordinal);
        var second = (await line.TypeAsync("pip compile -v a.in")).Succeeded().Error;
        Assert.Contains("the page of lib", second, StringComparison.Ordinal);
        Assert.DoesNotContain("Cache miss", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_decisions_and_why_they_are_taken_back()
    {
        line.Index.Add("app", "1.0", "lib<2").Add("app", "2.0", "lib>=3").Add("lib", "1.0").Add("lib", "2.0");
        line.Write("a.in", "app\nlib\n");
        var answer = (await line.TypeAsync("pip compile -vv a.in")).Succeeded().Error;
        Assert.Contains("You require app\n", answer, StringComparison.Ordinal);
        Assert.Contains("Trying app 2.0 for app\n", answer, StringComparison.Ordinal);
        Assert.Contains("app 2.0 requires lib>=3\n", answer, StringComparison.Ordinal);
        Assert.Contains("No version satisfies lib>=3\n", answer, StringComparison.Ordinal);
        Assert.Contains("Trying app 1.0 for app", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_entries_that_were_skipped_and_why()
    {
        line.Index.Add("app", "1.0").AddFile("app", "app-2.0.exe", [1]);
        line.Write("a.in", "app\n");
        var answer = (await line.TypeAsync("pip compile -v a.in")).Succeeded();
        Assert.Contains(
            "`app-2.0.exe` is neither a wheel nor a source distribution",
            answer.Error,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "app-2.0.exe",
            (await line.TypeAsync("pip compile a.in")).Error,
            StringComparison.Ordinal
        );
        line.Write("b.in", "app>=2\n");
        (await line.TypeAsync("pip compile b.in")).Failed(1, "only 1.0", "`app-2.0.exe`");
    }
}
