namespace Krait.Cli.Tests.Commands;

/// <summary>`--project` in commands that need none.</summary>
public sealed class NamedProjectTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task An_environment_is_made_in_the_project_that_is_named()
    {
        line.Write("app/pyproject.toml", "[project]\nname = 'app'\nversion = '1'\n");
        (await line.TypeAsync("venv --project app")).Succeeded();
        Assert.True(File.Exists(line.At("app/.venv/pyvenv.cfg")));
        Assert.False(Directory.Exists(line.At(".venv")));
    }

    [Fact]
    public async Task A_path_still_starts_from_the_working_directory()
    {
        line.Write("app/pyproject.toml", "[project]\nname = 'app'\nversion = '1'\n");
        (await line.TypeAsync("venv --project app env")).Succeeded();
        Assert.True(File.Exists(line.At("env/pyvenv.cfg")));
    }

    [Theory]
    [InlineData("venv --project gone")]
    [InlineData("cache dir --project gone")]
    public async Task A_project_that_is_not_there_is_an_error(string words)
    {
        (await line.TypeAsync(words)).Failed(2, "the directory `gone` of `--project` does not exist");
        Assert.False(Directory.Exists(line.At(".venv")));
    }

    [Fact]
    public async Task The_cache_of_a_project_is_the_one_that_its_settings_name()
    {
        line.Write(
            "app/pyproject.toml",
            "[project]\nname = 'app'\nversion = '1'\n\n[tool.krait]\ncache-dir = 'kept'\n"
        );
        line["KRAIT_CACHE_DIR"] = "";
        var answer = (await line.TypeAsync("cache dir --project app")).Succeeded();
        Assert.EndsWith("/kept\n", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_project_is_named_by_its_directory() =>
        (await line.TypeAsync("init --project app")).Failed(2, "krait init DIR");
}
