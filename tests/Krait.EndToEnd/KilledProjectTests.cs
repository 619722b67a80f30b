using System.Diagnostics;
using System.Globalization;

namespace Krait.EndToEnd;

/// <summary>A command on a project that is killed at any moment leaves the project as it was or as it will be, and the next run ends right.</summary>
public sealed class KilledProjectTests(RecordedIndex index)
{
    private const string Manifest = """
        [project]
        name = "app"
        version = "1"
        requires-python = ">=3.12"
        dependencies = [
            "flask",  # the web
        ]

        """;

    /// <summary>How many moments are tried in each case; the variable asks for more than every change needs.</summary>
    private static readonly int Moments = int.Parse(
        Environment.GetEnvironmentVariable("KRAIT_KILL_MOMENTS") ?? "4",
        CultureInfo.InvariantCulture
    );

    [Theory]
    [InlineData("add", "warm")]
    [InlineData("add", "cold")]
    [InlineData("sync", "warm")]
    [InlineData("sync", "cold")]
    public async Task The_next_run_ends_right(string command, string state)
    {
        Machine.RequireShared();
        var python = Machine.RequirePython("3.12");
        string[] words = command is "add" ? ["add", "idna", "six"] : ["sync"];
        var variables = new Dictionary<string, string?>(index.Trust, StringComparer.Ordinal)
        {
            ["KRAIT_DEFAULT_INDEX"] = index.Url("h2"),
            ["PATH"] = $"{Path.GetDirectoryName(python)}:/usr/bin:/bin",
        };
        using var first = new Sandbox(variables);
        Begin(first);
        if (state is "warm")
            (await first.KraitAsync("sync")).Succeeded();
        var duration = await MeasureAsync(first, words);
        for (var moment = 1; moment <= Moments; moment++)
        {
            using var fresh = state is "cold" ? new Sandbox(variables) : null;
            var sandbox = fresh ?? first;
            Begin(sandbox);
            if (command is "add")
                (await sandbox.KraitAsync("lock")).Succeeded();
            await KillAfterAsync(sandbox, words, duration * moment / (Moments + 1));

            // Whatever was killed, manifest and lock fit each other, and are whole.
            if (command is "add")
                (await sandbox.KraitAsync("lock", "--check")).Succeeded();
            var manifest = await File.ReadAllTextAsync(
                sandbox.At("pyproject.toml"),
                TestContext.Current.CancellationToken
            );
            Assert.Contains("\"flask\",  # the web", manifest, StringComparison.Ordinal);

            (await sandbox.KraitAsync(words)).Succeeded();

            (await sandbox.KraitAsync("lock", "--check")).Succeeded();
            (await sandbox.KraitAsync("sync", "--check")).Succeeded();
            (await sandbox.KraitAsync("pip", "check")).Succeeded();
            Assert.False(File.Exists(sandbox.At(".krait-undo")));
            if (command is "add")
            {
                manifest = await File.ReadAllTextAsync(
                    sandbox.At("pyproject.toml"),
                    TestContext.Current.CancellationToken
                );
                Assert.Equal(2, manifest.Split("\"six>=").Length);
                Assert.Equal(2, manifest.Split("\"idna>=").Length);
            }
        }
    }

    /// <summary>The project as it is before the command.</summary>
    private static void Begin(Sandbox sandbox)
    {
        if (Directory.Exists(sandbox.At(".venv")))
            Directory.Delete(sandbox.At(".venv"), recursive: true);
        File.Delete(sandbox.At("pylock.toml"));
        sandbox.Write("pyproject.toml", Manifest);
    }

    private static async Task<TimeSpan> MeasureAsync(Sandbox sandbox, string[] words)
    {
        Begin(sandbox);
        var clock = Stopwatch.StartNew();
        (await sandbox.KraitAsync(words)).Succeeded();
        return clock.Elapsed;
    }

    private static async Task KillAfterAsync(Sandbox sandbox, string[] arguments, TimeSpan delay)
    {
        using var process = sandbox.StartKrait([.. arguments, "--quiet"]);
        var ended = process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Task.WhenAny(ended, Task.Delay(delay, TestContext.Current.CancellationToken));
        if (!process.HasExited)
            process.Kill();
        await ended;
    }
}
