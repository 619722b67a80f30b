using System.Text.Json;

namespace Krait.Cli.Tests.Commands;

/// <summary>`krait matrix run`: one command in several environments.</summary>
public sealed class MatrixTests : IDisposable
{
    private const string Code =
        "import importlib.metadata as m, sys; print('amber', m.version('amber')); sys.exit(3 if m.version('amber') == '1.0' else 0)";

    private readonly CommandLine line = new();

    public MatrixTests()
    {
        line.Index.Add("amber", "1.0").Add("amber", "2.0");
        line.Write(
            "pyproject.toml",
            "[project]\nname = \"app\"\nversion = \"1\"\nrequires-python = \">=3.9\"\ndependencies = [\"amber>=1\"]\n"
        );
    }

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task Each_selection_of_versions_has_an_environment_of_its_own()
    {
        (await line.TypeAsync("lock")).Succeeded();
        line.Index.Add("amber", "3.0");
        string[] words = ["matrix", "run", "--refresh", "--resolution", "locked,highest,lowest", "--junit", "out.xml"];
        var answer = await line.TypeAsync([.. words, "python", "-c", Code]);
        Assert.Equal(1, answer.Code);
        Assert.Matches(@"(?m)^Python +Versions +Result +Time$", answer.Output);
        Assert.Matches(@"(?m)^\d[\d.]* +locked +passed +[\d.]+ s$", answer.Output);
        Assert.Matches(@"(?m)^\d[\d.]* +lowest +failed \(3\) +[\d.]+ s$", answer.Output);
        Assert.Contains("  amber 2.0", answer.Error, StringComparison.Ordinal);
        Assert.Contains("  amber 3.0", answer.Error, StringComparison.Ordinal);
        Assert.Contains("  amber 1.0", answer.Error, StringComparison.Ordinal);
        Assert.Contains("failures=\"1\" errors=\"0\"", line.Read("out.xml"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(line.At(".venv")));
        Assert.DoesNotContain("3.0", line.Read("pylock.toml"), StringComparison.Ordinal);
        var again = await line.TypeAsync([
            "matrix",
            "run",
            "--offline",
            "--resolution",
            "locked",
            "python",
            "-c",
            Code,
        ]);
        again.Succeeded();
    }

    [Fact]
    public async Task A_Python_that_is_not_there_is_a_failure_unless_it_may_be_missing()
    {
        var missing = await line.TypeAsync("matrix run --python 3.77 --output-format json true");
        Assert.Equal(1, missing.Code);
        using var json = JsonDocument.Parse(missing.Output);
        Assert.Equal("not-ready", json.RootElement[0].GetProperty("result").GetString());
        var skipped = (await line.TypeAsync("matrix run --python 3.77 --skip-missing true")).Succeeded();
        Assert.Matches(@"(?m)^3\.77 +locked +skipped +-$", skipped.Output);
    }

    [Fact]
    public async Task A_frozen_lock_is_taken_as_it_is()
    {
        (await line.TypeAsync("lock")).Succeeded();
        line.Write(
            "pyproject.toml",
            line.Read("pyproject.toml").Replace("amber>=1", "nowhere", StringComparison.Ordinal)
        );
        var answer = (await line.TypeAsync(["matrix", "run", "--frozen", "python", "-c", Code])).Succeeded();
        Assert.Contains("  amber 2.0", answer.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("matrix run", "COMMAND")]
    [InlineData("matrix run --resolution best true", "does not know `best`")]
    [InlineData("matrix run --jobs none true", "--jobs")]
    public async Task Refuses_what_makes_no_sense(string command, string says) =>
        (await line.TypeAsync(command)).Failed(2, says);

    [Fact]
    public async Task A_command_that_is_not_there_fails_in_its_row()
    {
        var answer = await line.TypeAsync("matrix run no-such-command");
        Assert.Equal(1, answer.Code);
        Assert.Contains("no-such-command", answer.Error, StringComparison.Ordinal);
    }
}
