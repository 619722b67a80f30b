namespace Krait.Cli.Tests.Commands;

public sealed class ImportTests
{
    private const string Poetry =
        "[tool.poetry]\nname = \"shop\"\nversion = \"0.1.0\"\npackage-mode = false\n\n[tool.poetry.dependencies]\npython = \"^3.9\"\namber = \"^1.0\"\n";

    private const string Pipfile =
        "[packages]\namber = \"*\"\n\n[dev-packages]\ncobalt = \">=1\"\n\n[requires]\npython_version = \"3.9\"\n\n[scripts]\nhello = \"echo hello\"\nodd = {call = \"x:main\"}\n\n[[source]]\nname = \"pypi\"\nurl = \"https://pypi.org/simple\"\nverify_ssl = true\n";

    private const string PipfileLock =
        """{"_meta": {"sources": []}, "default": {"amber": {"version": "==1.1"}}, "develop": {"cobalt": {"version": "==1.5"}}}""";

    [Theory]
    [InlineData("poetry.lock", "[[package]]\nname = \"amber\"\nversion = \"1.1\"\ngroups = [\"main\"]\n")]
    [InlineData("pdm.lock", "[[package]]\nname = \"amber\"\nversion = \"1.1\"\n")]
    [InlineData(
        "uv.lock",
        "version = 1\n[[package]]\nname = \"amber\"\nversion = \"1.1\"\nsource = { registry = \"https://x.example\" }\n"
    )]
    public async Task Locked_versions_are_kept(string file, string text)
    {
        using var line = Indexed();
        line.Write(
            "pyproject.toml",
            file is "poetry.lock"
                ? Poetry
                : "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.9\"\ndependencies = [\"amber\"]\n"
        );
        line.Write(file, text);
        var answer = (await line.TypeAsync($"import {file}")).Succeeded();
        Assert.Contains("Kept 1 of 1 locked versions", answer.Error, StringComparison.Ordinal);
        Assert.Contains("version = \"1.1\"", line.Read("pylock.toml"), StringComparison.Ordinal);
        Assert.Contains("[project]", line.Read("pyproject.toml"), StringComparison.Ordinal);
        Assert.False(File.Exists(line.At(".krait-undo")));
        (await line.TypeAsync("lock --check")).Succeeded();
        (await line.TypeAsync("import")).Failed(2, "has a lock file already");
    }

    [Fact]
    public async Task A_Pipfile_becomes_a_project_and_the_report_says_what_is_lost()
    {
        using var line = Indexed();
        line.Write("Pipfile", Pipfile);
        line.Write("Pipfile.lock", PipfileLock);
        var answer = (await line.TypeAsync("import --output-format json")).Succeeded();
        Assert.Contains("Could not carry over:", answer.Error, StringComparison.Ordinal);
        Assert.Contains("the script `odd` is not a plain command", answer.Error, StringComparison.Ordinal);
        Assert.Contains("\"tool\": \"Pipenv\"", answer.Output, StringComparison.Ordinal);
        Assert.Contains("\"kept\": 2", answer.Output, StringComparison.Ordinal);
        var manifest = line.Read("pyproject.toml");
        Assert.Contains("requires-python = \">=3.9\"", manifest, StringComparison.Ordinal);
        Assert.Contains("dev = [\n    \"cobalt>=1\",\n]", manifest, StringComparison.Ordinal);
        Assert.Contains("hello = \"echo hello\"", manifest, StringComparison.Ordinal);
        Assert.Contains("version = \"1.5\"", line.Read("pylock.toml"), StringComparison.Ordinal);
        (await line.TypeAsync("lock --check")).Succeeded();
    }

    [Fact]
    public async Task A_version_that_is_gone_is_named()
    {
        using var line = Indexed();
        line.Write("requirements.in", "amber\n");
        line.Write("requirements.txt", "amber==1.0.7\n");
        var answer = (await line.TypeAsync("import")).Succeeded();
        Assert.Contains("Kept 0 of 1 locked versions", answer.Error, StringComparison.Ordinal);
        Assert.Contains("amber 1.0.7 -> 1.2", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("import", 1, "nowhere")]
    [InlineData("import missing.lock", 2, "missing.lock")]
    [InlineData("import notes.md", 2, "not a file that can be imported")]
    [InlineData("import --dry-run Pipfile", 1, "nowhere")]
    public async Task A_failure_writes_nothing(string command, int code, string says)
    {
        using var line = Indexed();
        line.Write("Pipfile", "[packages]\nnowhere = '*'\n");
        line.Write("notes.md", "# Notes\n");
        var answer = await line.TypeAsync(command);
        Assert.Equal(code, answer.Code);
        Assert.Contains(says, answer.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(line.At("pyproject.toml")));
        Assert.False(File.Exists(line.At("pylock.toml")));
        Assert.False(File.Exists(line.At(".krait-undo")));
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        using var line = Indexed();
        line.Write("Pipfile", Pipfile);
        var answer = (await line.TypeAsync("import --dry-run")).Succeeded();
        Assert.Contains("Would import", answer.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(line.At("pyproject.toml")));
        Assert.False(File.Exists(line.At("pylock.toml")));
    }

    private static CommandLine Indexed()
    {
        var line = new CommandLine();
        line.Index.Add("amber", "1.0")
            .Add("amber", "1.1")
            .Add("amber", "1.2")
            .Add("cobalt", "1.5")
            .Add("cobalt", "2.0");
        return line;
    }
}
