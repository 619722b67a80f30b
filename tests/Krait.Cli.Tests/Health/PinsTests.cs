using System.Text.Json;

namespace Krait.Cli.Tests.Health;

public sealed class PinsTests : IDisposable
{
    private const string Hash = "--hash=sha256:0000000000000000000000000000000000000000000000000000000000000000";

    private readonly CommandLine line = new();

    public PinsTests()
    {
        line.Index.Add("django-scarface", "3.1")
            .Add("django-scarface", "3.2")
            .Add("celery", "4.1.0", "kombu>=4.0.2,<5.0");
        line.Index.Add("kombu", "4.1.0").Add("kombu", "4.2.0");
    }

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task S1_10_Points_out_the_one_line_of_the_story()
    {
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "# production\ndjango-scarface\n");
        var answer = (await line.TypeAsync("pins requirements.txt")).Succeeded();
        Assert.Contains(
            "requirements.txt:2: `django-scarface` is not pinned; today it is 3.2",
            answer.Output,
            StringComparison.Ordinal
        );
        Assert.Equal(1, (await line.TypeAsync("pins requirements.txt --strict")).Code);
    }

    [Fact]
    public async Task Accepts_what_is_pinned_with_hashes()
    {
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", $"django-scarface==3.1 {Hash}\n");
        Assert.Contains(
            "All 1 requirements are pinned",
            (await line.TypeAsync("pins requirements.txt --strict")).Succeeded().Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task S1_20_Points_out_dependencies_that_are_pinned_nowhere_and_pins_without_a_hash()
    {
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "celery==4.1.0\n");
        using var document = JsonDocument.Parse((await line.TypeAsync("pins --output-format json")).Succeeded().Output);
        var findings = document.RootElement.GetProperty("findings").EnumerateArray().ToList();
        Assert.Equal(["no-hash", "unlisted"], findings.Select(one => one.GetProperty("kind").GetString()));
        Assert.Equal(["celery", "kombu"], findings.Select(one => one.GetProperty("name").GetString()));
        Assert.Equal("4.2.0", findings[1].GetProperty("today").GetString());
        Assert.Equal("celery 4.1.0", findings[1].GetProperty("required_by").GetString());
        line.Write("requirements.txt", "celery==4.1.0\n-c pins.txt\n");
        line.Write("pins.txt", "kombu==4.1.0\n");
        Assert.DoesNotContain("kombu", (await line.TypeAsync("pins")).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wildcard_and_a_range_are_no_pins_and_one_of_several_clauses_is_none_either()
    {
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "django-scarface==3.*\ncelery>=4\nkombu==4.1.0,<5\n");
        var output = (await line.TypeAsync("pins requirements.txt --strict")).Output;
        Assert.Contains("3 not pinned", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_findings_when_the_index_cannot_be_asked()
    {
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "django-scarface\n");
        var answer = await line.TypeAsync(
            "pins requirements.txt --strict --retries 0 --index-url http://127.0.0.1:9/simple/"
        );
        Assert.Equal(1, answer.Code);
        Assert.Contains("requirements.txt:1: `django-scarface` is not pinned", answer.Output, StringComparison.Ordinal);
        Assert.Contains("could not find out", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreadable_file_is_unusable_input() =>
        (await line.TypeAsync("pins missing.txt")).Failed(2, "missing.txt");

    [Fact]
    public async Task Writes_SARIF()
    {
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "django-scarface\n");
        using var document = JsonDocument.Parse(
            (await line.TypeAsync("pins --output-format sarif")).Succeeded().Output
        );
        var result = document.RootElement.GetProperty("runs")[0].GetProperty("results")[0];
        Assert.Equal("unpinned", result.GetProperty("ruleId").GetString());
        var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal("requirements.txt", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.Equal(1, place.GetProperty("region").GetProperty("startLine").GetInt32());
    }
}
