using System.Diagnostics;
using System.Text.Json;
using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

/// <summary>`krait workspace list` and `metadata`.</summary>
public sealed class WorkspaceTests : IDisposable
{
    private const string Script = "# /// script\n# dependencies = []\n# ///\n";

    private readonly CommandLine line = new();

    public WorkspaceTests()
    {
        line.Index.Add(
            new WheelBuilder("amber", "1.0").File("amber/__init__.py").File("amber/deep/part.py").File("amber.py.txt")
        );
        line.Write(
            "pyproject.toml",
            "[project]\nname = \"app\"\nversion = \"1\"\nrequires-python = \">=3.9\"\ndependencies = [\"amber\"]\n"
        );
    }

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lists_the_scripts_that_are_part_of_it(bool isRepository)
    {
        foreach (var path in new[] { "one.py", "deep/er/two.py", ".hidden/three.py", ".venv/lib/no.py", "env/no.py" })
            line.Write(path, Script);
        line.Write("env/pyvenv.cfg", "");
        line.Write("plain.py", "print()\n");
        line.Write("script.txt", Script);
        line.Write("broken.py", "# /// script\n# dependencies = [\n# ///\n");
        if (isRepository)
        {
            line.Write(".gitignore", "made/\n");
            line.Write("made/no.py", Script);
            using var git = Process.Start(
                new ProcessStartInfo("git", ["init", "-q"]) { WorkingDirectory = line.At(".") }
            )!;
            await git.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var answer = (await line.TypeAsync("workspace list --scripts")).Succeeded();
        Assert.Equal(".hidden/three.py\ndeep/er/two.py\none.py\n", answer.Output);
        Assert.Contains("warning: broken.py", answer.Error, StringComparison.Ordinal);
        var json = (await line.TypeAsync("workspace list --scripts --output-format json")).Succeeded();
        Assert.Equal(3, JsonDocument.Parse(json.Output).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Prints_who_has_which_module_in_an_environment_that_is_in_sync()
    {
        var without = (await line.TypeAsync("workspace metadata")).Succeeded();
        Assert.False(JsonDocument.Parse(without.Output).RootElement.TryGetProperty("environment", out _));
        Assert.False(Directory.Exists(line.At(".venv")));
        var answer = (await line.TypeAsync("workspace metadata --sync")).Succeeded();
        var root = JsonDocument.Parse(answer.Output).RootElement;
        Assert.Equal(line.At(".venv"), root.GetProperty("environment").GetProperty("root").GetString());
        Assert.Equal(
            "amber==1.0",
            Assert
                .Single(root.GetProperty("environment").GetProperty("packages").EnumerateArray())
                .GetProperty("id")
                .GetString()
        );
        Assert.Equal(
            ["amber", "amber.deep.part"],
            root.GetProperty("modules").EnumerateObject().Select(module => module.Name)
        );
        (await line.TypeAsync("workspace metadata --exact")).Failed(2, "`--exact`", "--sync");
        (await line.TypeAsync("workspace metadata --sync --dry-run")).Failed(2, "cannot be used together");
    }

    [Fact]
    public async Task Removes_what_the_lock_does_not_have_only_where_that_is_asked_for()
    {
        line.Index.Add("flint", "1.0");
        (await line.TypeAsync("sync")).Succeeded();
        (await line.TypeAsync("pip install --python .venv flint")).Succeeded();
        Assert.Contains(
            "flint==1.0",
            (await line.TypeAsync("workspace metadata --sync")).Succeeded().Output,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "flint==1.0",
            (await line.TypeAsync("workspace metadata --sync --exact")).Succeeded().Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Prints_a_script_as_a_workspace_of_its_own()
    {
        line.Write("x.py", "# /// script\n# requires-python = \">=3.9\"\n# dependencies = [\"amber\"]\n# ///\n");
        var root = JsonDocument
            .Parse((await line.TypeAsync("workspace metadata --script x.py --sync")).Succeeded().Output)
            .RootElement;
        Assert.Equal("script-x", root.GetProperty("members")[0].GetProperty("name").GetString());
        Assert.True(root.GetProperty("modules").TryGetProperty("amber", out _));
        Assert.False(File.Exists(line.At("pylock.x.toml")));
        (await line.TypeAsync("workspace metadata --script absent.py")).Failed(2, "absent.py");
    }
}
