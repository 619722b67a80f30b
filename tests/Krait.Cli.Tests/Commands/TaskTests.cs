namespace Krait.Cli.Tests.Commands;

public sealed class TaskTests
{
    private const string Manifest = """
        [project]
        name = "edited"
        version = "1"
        requires-python = ">=3.9"

        [tool.krait.tasks]
        one = { run = "sh -c 'echo one >> out'" }
        two = { run = ["sh -c 'echo two >> out'", ["sh", "-c", "echo $WORD $0 >> out"]], depends-on = "one", env = { WORD = "w" } }
        copy = { run = "sh -c 'cat a.txt > b.txt; echo copy >> out'", inputs = ["*.txt"], outputs = ["b.txt"] }
        bad = "sh -c 'exit 4'"
        after = { run = "sh -c 'echo after >> out'", depends-on = ["bad"], description = "Never runs" }

        """;

    [Fact]
    public async Task What_a_task_depends_on_runs_first_and_arguments_go_to_the_task()
    {
        using var line = Project(Manifest);
        (await line.TypeAsync("run two x")).Succeeded();
        Assert.Equal("one\ntwo\nw x\n", line.Read("out"));
    }

    [Fact]
    public async Task A_task_whose_files_are_unchanged_is_skipped()
    {
        using var line = Project(Manifest);
        line.Write("a.txt", "1");
        (await line.TypeAsync("run copy")).Succeeded();
        Assert.Contains(
            "Skipped `copy`",
            (await line.TypeAsync("run copy")).Succeeded().Error,
            StringComparison.Ordinal
        );
        line.Write("a.txt", "2");
        (await line.TypeAsync("run copy")).Succeeded();
        File.Delete(line.At("b.txt"));
        (await line.TypeAsync("run copy")).Succeeded();
        Assert.Equal("copy\ncopy\ncopy\n", line.Read("out"));
    }

    [Fact]
    public async Task Nothing_runs_after_a_failure()
    {
        using var line = Project(Manifest);
        (await line.TypeAsync("run after")).Failed(4, "`bad` failed");
        Assert.False(File.Exists(line.At("out")));
    }

    [Fact]
    public async Task Tasks_are_listed()
    {
        using var line = Project(Manifest);
        var text = (await line.TypeAsync("task list")).Succeeded().Output;
        Assert.Contains("after  Never runs\n", text, StringComparison.Ordinal);
        var json = (await line.TypeAsync("task list --output-format json")).Succeeded().Output;
        Assert.Contains("\"depends_on\"", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a = { depends-on = [\"b\"] }\nb = { depends-on = [\"a\"] }", "`a` -> `b` -> `a`")]
    [InlineData("a = { depends-on = [\"none\"] }", "`none`")]
    [InlineData("a = 1", "`a`")]
    [InlineData("a = { rum = \"x\" }", "`rum`")]
    [InlineData("a = {}", "`run`")]
    [InlineData("a = \"x && y\"", "`&&`")]
    public async Task A_task_that_cannot_be_used_is_an_error(string task, string says)
    {
        using var line = Project($"[project]\nname = \"edited\"\nversion = \"1\"\n[tool.krait.tasks]\n{task}\n");
        (await line.TypeAsync("run a")).Failed(2, says);
    }

    private static CommandLine Project(string manifest)
    {
        var line = new CommandLine();
        line.Write("pyproject.toml", manifest);
        return line;
    }
}
