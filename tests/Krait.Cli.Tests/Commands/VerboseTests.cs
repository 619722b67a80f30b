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
}
