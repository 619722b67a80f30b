using System.Globalization;
using System.Text.Json;
using Krait.Testing;

namespace Krait.Cli.Tests.Health;

public sealed class BisectTests : IDisposable
{
    private const int Broken = 23;

    private readonly CommandLine line = new();

    public BisectTests()
    {
        for (var number = 1; number <= 40; number++)
        {
            var version = string.Create(CultureInfo.InvariantCulture, $"1.{number}");
            var wheel = new WheelBuilder("engine", version)
                .Requires(number < Broken ? "fuel>=1" : "fuel>=1,<3")
                .File("engine.py", number < Broken ? "works = True\n" : "raise ImportError('it broke')\n");
            line.Index.Add(wheel, uploaded: Day(number));
        }

        line.Index.Add(new WheelBuilder("fuel", "1.0"), uploaded: Day(0))
            .Add(new WheelBuilder("fuel", "2.0"), uploaded: Day(10));
        line.Index.Add(new WheelBuilder("car", "1.0").Requires("engine"), uploaded: Day(0));
        line.Write("requirements.txt", "car\n");
    }

    private static DateTimeOffset Day(int number) =>
        new DateTimeOffset(2024, 1, 1, 12, 0, 0, TimeSpan.Zero).AddDays(number);

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task Finds_the_breaking_release_among_forty_in_no_more_than_seven_probes()
    {
        await line.WithEnvironmentAsync();
        var answer = (
            await line.TypeAsync([
                .. "bisect --python .venv -r requirements.txt --package engine --good 1.1 --bad 1.40 -- python -c".Split(
                    ' '
                ),
                "import engine",
            ])
        ).Succeeded();
        var lines = answer.Output.TrimEnd().Split('\n');
        Assert.Equal("engine==1.23", lines[^1]);
        Assert.Contains("First bad: engine 1.23, released 2024-01-24", lines);
        Assert.Contains(
            "    requires fuel<3,>=1, before fuel>=1",
            lines.Select(one => one.Replace("fuel>=1,<3", "fuel<3,>=1", StringComparison.Ordinal))
        );
        Assert.Contains("Constraint to add: engine<1.23", lines);
        Assert.InRange(answer.Error.Split("\nprobe ").Length - 1, 1, 6);
        Assert.Empty(await line.InstalledAsync());
    }

    [Fact]
    public async Task Finds_the_release_by_dates()
    {
        await line.WithEnvironmentAsync();
        var answer = (
            await line.TypeAsync([
                .. "bisect -r requirements.txt --good 2024-01-05 --bad 2024-02-05 --output-format json -- python -c".Split(
                    ' '
                ),
                "import engine",
            ])
        ).Succeeded();
        using var document = JsonDocument.Parse(answer.Output);
        Assert.Equal("engine", document.RootElement.GetProperty("package").GetString());
        Assert.Equal("1.23", document.RootElement.GetProperty("version").GetString());
        Assert.InRange(document.RootElement.GetProperty("probes").GetInt32(), 1, 6);
    }

    [Fact]
    public async Task Refuses_ends_that_are_none()
    {
        await line.WithEnvironmentAsync();
        (await Type("--package engine --good 1.40 --bad 1.1")).Failed(2, "not older");
        (await Type("--package engine --good 0.1 --bad 1.1")).Failed(2, "0.1");
        (await Type("--package engine --good x --bad 1.1")).Failed(2, "--good");
        (await Type("--package missing --good 1.0 --bad 1.1")).Failed(1, "missing");
        (await Type("--good one --bad two")).Failed(2, "revision");
        (await line.TypeAsync("bisect --good 1.0 --bad 2.0 -- true")).Failed(2, "-r FILE");
        (await Type("--package engine --good 1.1 --bad 1.10 --verify")).Failed(1, "does not fail");

        Task<Answer> Type(string options) =>
            line.TypeAsync([.. $"bisect -r requirements.txt {options} -- python -c".Split(' '), "import engine"]);
    }
}
