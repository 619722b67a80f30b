using System.Text.Json;
using Krait.Testing;

namespace Krait.Cli.Tests.Health;

public sealed class DriftTests : IDisposable
{
    private static readonly DateTimeOffset Before = new(2018, 1, 7, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset After = new(2018, 5, 21, 0, 0, 0, TimeSpan.Zero);

    private readonly CommandLine line = new();

    public DriftTests()
    {
        line.Index.Add(new WheelBuilder("celery", "4.1.0").Requires("kombu>=4.0.2,<5.0"), uploaded: Before);
        line.Index.Add(new WheelBuilder("kombu", "4.1.0").Requires("amqp"), uploaded: Before);
        line.Index.Add(new WheelBuilder("amqp", "2.0"), uploaded: Before);
    }

    public void Dispose() => line.Dispose();

    private async Task InstallAsync()
    {
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "celery\n");
        (await line.TypeAsync("pip install -r requirements.txt")).Succeeded();
    }

    [Fact]
    public async Task S1_03_Says_nothing_drifted_where_nothing_did()
    {
        await InstallAsync();
        Assert.Contains(
            "No drift",
            (await line.TypeAsync("drift requirements.txt")).Succeeded().Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task S1_03_and_S1_14_List_each_difference_with_its_date_and_range_and_change_nothing()
    {
        await InstallAsync();
        line.Index.Add(new WheelBuilder("kombu", "4.2.0").Requires("vine"), uploaded: After).Add("vine", "1.0");
        var answer = (await line.TypeAsync("drift requirements.txt")).Failed(1);
        Assert.Contains(
            "kombu 4.1.0 -> 4.2.0, released 2018-05-21, inside the allowed range",
            answer.Output,
            StringComparison.Ordinal
        );
        Assert.Contains("celery 4.1.0: kombu", answer.Output, StringComparison.Ordinal);
        Assert.Contains("vine (not installed) -> 1.0", answer.Output, StringComparison.Ordinal);
        Assert.Contains("amqp 2.0 -> (not needed any more)", answer.Output, StringComparison.Ordinal);
        Assert.Equal(["amqp==2.0", "celery==4.1.0", "kombu==4.1.0"], await line.InstalledAsync());
        var json = await line.TypeAsync("drift requirements.txt --output-format json");
        Assert.Equal(1, json.Code);
        using var document = JsonDocument.Parse(json.Output);
        Assert.True(document.RootElement.GetProperty("drift").GetBoolean());
        var kombu = document
            .RootElement.GetProperty("differences")
            .EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == "kombu");
        Assert.Equal("2018-05-21T00:00:00Z", kombu.GetProperty("released").GetString());
        Assert.Equal("2018-01-07T00:00:00Z", kombu.GetProperty("current_released").GetString());
        Assert.True(kombu.GetProperty("in_allowed_range").GetBoolean());
        using var sarif = JsonDocument.Parse(
            (await line.TypeAsync("drift requirements.txt --output-format sarif")).Output
        );
        Assert.Equal("2.1.0", sarif.RootElement.GetProperty("version").GetString());
        Assert.Equal(3, sarif.RootElement.GetProperty("runs")[0].GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task S1_03_Could_not_check_is_not_no_drift()
    {
        await InstallAsync();
        var answer = await line.TypeAsync(
            "drift requirements.txt --retries 0 --no-cache --index-url http://127.0.0.1:9/simple/"
        );
        answer.Failed(3, "could not check");
        (await line.TypeAsync("drift requirements.txt --retries 0 --index-url http://127.0.0.1:9/simple/")).Failed(
            3,
            "could not check"
        );
    }

    [Fact]
    public async Task S1_14_An_environment_that_is_none_is_unusable_input()
    {
        line.Write("requirements.txt", "celery\n");
        (await line.TypeAsync("drift requirements.txt --python missing")).Failed(2);
        (await line.TypeAsync("drift missing.txt")).Failed(2);
    }

    [Fact]
    public async Task A_fresh_installation_that_fails_is_drift()
    {
        await InstallAsync();
        line.Index.Add(new WheelBuilder("celery", "4.2.0").Requires("kombu>=9"));
        line.Write("requirements.txt", "celery>=4.2\n");
        (await line.TypeAsync("drift requirements.txt")).Failed(1, "a fresh installation would fail today");
    }

    [Fact]
    public async Task Compares_with_a_lock_and_with_another_file()
    {
        await InstallAsync();
        (await line.TypeAsync("pip compile requirements.txt --format pylock.toml -o pylock.toml")).Succeeded();
        (await line.TypeAsync("drift pylock.toml")).Succeeded();
        line.Index.Add(new WheelBuilder("kombu", "4.2.0"), uploaded: After);
        (await line.TypeAsync("drift pylock.toml")).Succeeded();
        line.Write("other.txt", "kombu==4.2.0\n");
        Assert.Contains(
            "kombu 4.1.0 -> 4.2.0",
            (await line.TypeAsync("drift requirements.txt --against other.txt")).Failed(1).Output,
            StringComparison.Ordinal
        );
        (await line.TypeAsync("drift requirements.txt --against no-such-revision")).Failed(2, "no-such-revision");
    }
}
