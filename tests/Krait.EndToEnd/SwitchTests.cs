namespace Krait.EndToEnd;

/// <summary>The pages on coming from other tools: their five commands do what they say, word by word, on projects of these tools.</summary>
public sealed class SwitchTests(RecordedIndex index)
{
    /// <summary>The address that the recorded projects name.</summary>
    private const string Recorded = "http://127.0.0.1:8640/simple";

    [Theory]
    [InlineData("uv", "pyproject.toml uv.lock")]
    [InlineData("poetry", "pyproject.toml poetry.lock")]
    [InlineData("pipenv", "Pipfile Pipfile.lock")]
    [InlineData("pip-tools", "requirements.in requirements.txt")]
    public async Task The_switch_takes_five_commands(string tool, string files)
    {
        var shared = Machine.RequireShared();
        var python = Machine.RequirePython("3.12");
        var path =
            $"{Path.GetDirectoryName(Machine.Krait)}:{Path.GetDirectoryName(python)}:/usr/local/bin:/usr/bin:/bin";
        using var sandbox = new Sandbox(
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["PATH"] = path,
                ["KRAIT_DEFAULT_INDEX"] = index.Url("http"),
            }
        );
        foreach (var file in files.Split(' '))
        {
            var text = await File.ReadAllTextAsync(
                Path.Combine(shared, "imports", tool, file),
                TestContext.Current.CancellationToken
            );
            sandbox.Write(file, text.Replace(Recorded, index.Url("http"), StringComparison.Ordinal));
        }

        var commands = await CommandsAsync(tool);
        Assert.Equal(5, commands.Length);
        foreach (var command in commands)
            (await sandbox.ProgramAsync("/bin/sh", "-c", command)).Succeeded();
        Assert.True(File.Exists(sandbox.At("pylock.toml")));
        Assert.True(File.Exists(sandbox.At("pyproject.toml")));
        Assert.DoesNotContain(files.Split(' '), file => file is not "pyproject.toml" && File.Exists(sandbox.At(file)));
        // What is left is a project like any other.
        (await sandbox.KraitAsync("lock", "--check")).Succeeded();
        (await sandbox.KraitAsync("why", "django")).Succeeded();
    }

    private static async Task<string[]> CommandsAsync(string tool)
    {
        var page = await File.ReadAllTextAsync(
            Path.Combine(Machine.Root, "docs", $"from-{tool}.md"),
            TestContext.Current.CancellationToken
        );
        var block = page.Split("```sh\n")[1].Split("```")[0];
        return block.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
