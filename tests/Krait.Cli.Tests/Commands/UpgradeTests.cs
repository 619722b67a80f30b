using System.Text.Json;

namespace Krait.Cli.Tests.Commands;

/// <summary>`krait upgrade`, `outdated`, `why` and `why-not` in a project.</summary>
public sealed class UpgradeTests : IDisposable
{
    private const string Manifest = """
        [project]
        name = "app"
        version = "1"
        requires-python = ">=3.9"
        dependencies = [
            # the web
            "amber>=1.0,<2",  # keep me
            "cobalt ~= 1.1 ; python_version >= '3'",
            "flint",
        ]

        [project.optional-dependencies]
        more = ["amber==1.0"]

        [dependency-groups]
        dev = ["onyx==1.*", 'onyx!=1.5']

        """;

    private readonly CommandLine line = new();

    public UpgradeTests()
    {
        line.Index.Add("amber", "1.0", "flint<2").Add("cobalt", "1.1").Add("flint", "1.0").Add("onyx", "1.2");
        line.Write("pyproject.toml", Manifest);
    }

    public void Dispose() => line.Dispose();

    private async Task LockAsync()
    {
        (await line.TypeAsync("lock")).Succeeded();
        line.Index.Add("amber", "1.1", "flint<2").Add("amber", "3.2", "flint").Add("cobalt", "2.5").Add("flint", "2.0");
        line.Index.Add("onyx", "1.5").Add("onyx", "2.3");
    }

    [Fact]
    public async Task Bounds_are_raised_in_their_own_form_and_the_file_stays()
    {
        await LockAsync();
        (await line.TypeAsync("upgrade --refresh")).Succeeded();
        Assert.Equal(
            Manifest
                .Replace("amber>=1.0,<2", "amber>=3.2,<4", StringComparison.Ordinal)
                .Replace("cobalt ~= 1.1", "cobalt ~= 2.5", StringComparison.Ordinal)
                .Replace("amber==1.0", "amber==3.2", StringComparison.Ordinal)
                .Replace("onyx==1.*", "onyx==2.*", StringComparison.Ordinal),
            line.Read("pyproject.toml")
        );
        Assert.Equal(["amber==3.2", "cobalt==2.5", "flint==2.0", "onyx==2.3"], await line.InstalledAsync());
        (await line.TypeAsync("lock --check")).Succeeded();
        var again = (await line.TypeAsync("upgrade")).Succeeded();
        Assert.Contains("Nothing to raise", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_what_is_named_is_raised()
    {
        await LockAsync();
        (await line.TypeAsync("upgrade cobalt --no-sync --refresh")).Succeeded();
        var text = line.Read("pyproject.toml");
        Assert.Contains("\"cobalt ~= 2.5 ; python_version >= '3'\"", text, StringComparison.Ordinal);
        Assert.Contains("amber>=1.0,<2", text, StringComparison.Ordinal);
        Assert.Contains("name = \"flint\"\nversion = \"1.0\"", line.Read("pylock.toml"), StringComparison.Ordinal);
        (await line.TypeAsync("upgrade nowhere")).Failed(2, "does not require `nowhere`");
    }

    [Fact]
    public async Task Upper_bounds_can_stay()
    {
        await LockAsync();
        line.Write(
            "pyproject.toml",
            Manifest
                .Replace("\namber==1.0", "", StringComparison.Ordinal)
                .Replace("more = [\"amber==1.0\"]", "more = []", StringComparison.Ordinal)
        );
        (await line.TypeAsync("upgrade --compatible --no-sync --refresh")).Succeeded();
        var text = line.Read("pyproject.toml");
        Assert.Contains("\"amber>=1.1,<2\",  # keep me", text, StringComparison.Ordinal);
        Assert.Contains("cobalt ~= 1.1", text, StringComparison.Ordinal);
        Assert.Contains("onyx==1.*", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--dry-run")]
    [InlineData("--offline")]
    public async Task Nothing_changes_where_it_must_not_or_cannot(string option)
    {
        await LockAsync();
        var locked = line.Read("pylock.toml");
        var answer = await line.TypeAsync($"upgrade --refresh {option}");
        if (option is "--dry-run")
        {
            Assert.Contains(
                "Would raise `amber>=1.0,<2` to `>=3.2,<4`",
                answer.Succeeded().Error,
                StringComparison.Ordinal
            );
        }

        Assert.Equal(Manifest, line.Read("pyproject.toml"));
        Assert.Equal(locked, line.Read("pylock.toml"));
        Assert.False(Directory.Exists(line.At(".venv")));
    }

    [Theory]
    [InlineData("KRAIT_FROZEN")]
    [InlineData("UV_FROZEN")]
    [InlineData("KRAIT_LOCKED")]
    public async Task A_variable_that_keeps_the_lock_as_it_is_refuses_it(string variable)
    {
        await LockAsync();
        line[variable] = "1";
        (await line.TypeAsync("upgrade --refresh")).Failed(2, $"the variable `{variable}`");
        Assert.Equal(Manifest, line.Read("pyproject.toml"));
    }

    [Fact]
    public async Task The_settings_of_a_virtual_root_hold_back_too()
    {
        line.Write(
            "pyproject.toml",
            "[tool.krait]\nconstraint-dependencies = [\"amber<2\"]\n[tool.krait.workspace]\nmembers = [\"api\"]\n"
        );
        line.Write(
            "api/pyproject.toml",
            "[project]\nname = \"api\"\nversion = \"1\"\nrequires-python = \">=3.9\"\ndependencies = [\"amber\"]\n"
        );
        (await line.TypeAsync("lock")).Succeeded();
        (await line.TypeAsync("why-not amber==3.2")).Failed(1, "constraint-dependencies");
    }

    [Fact]
    public async Task A_failing_installation_leaves_everything_as_it_was()
    {
        await LockAsync();
        var locked = line.Read("pylock.toml");
        line.Write(".venv/mine.txt", "no environment");
        (await line.TypeAsync("upgrade cobalt --refresh")).Failed(2, "refusing to replace");
        Assert.Equal(Manifest, line.Read("pyproject.toml"));
        Assert.Equal(locked, line.Read("pylock.toml"));
    }

    [Fact]
    public async Task Outdated_tells_what_holds_back()
    {
        await LockAsync();
        var table = (await line.TypeAsync("outdated --refresh")).Succeeded().Output;
        Assert.Matches(@"(?m)^amber +1\.0 +1\.0 +3\.2 +app: amber<2,>=1\.0|app: amber>=1\.0,<2", table);
        Assert.Matches(@"(?m)^flint +1\.0 +1\.0 +2\.0 +amber 1\.0: flint<2$", table);
        Assert.Equal(1, (await line.TypeAsync("outdated --check --direct")).Code);
        using var json = JsonDocument.Parse((await line.TypeAsync("outdated --output-format json")).Succeeded().Output);
        var flint = json.RootElement.EnumerateArray().Single(one => one.GetProperty("name").GetString() is "flint");
        Assert.Equal("2.0", flint.GetProperty("latest").GetString());
        Assert.Equal("amber 1.0", flint.GetProperty("held_back_by")[0].GetProperty("by").GetString());
        Assert.False(flint.GetProperty("held_back_by")[0].GetProperty("own").GetBoolean());
        (await line.TypeAsync("upgrade --no-sync")).Succeeded();
        var none = (await line.TypeAsync("outdated --check")).Succeeded();
        Assert.Contains("Every locked package is the newest", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_reads_the_lock_and_sends_no_request()
    {
        await LockAsync();
        line.Index.ClearLog();
        var why = (await line.TypeAsync("why flint")).Succeeded().Output;
        Assert.StartsWith("flint 1.0\n  app asks for flint\n", why, StringComparison.Ordinal);
        Assert.Contains("  app asks for amber>=1.0,<2 → amber 1.0 requires flint<2\n", why, StringComparison.Ordinal);
        Assert.Contains(
            "  app[more] asks for amber==1.0 → amber 1.0 requires flint<2\n",
            why,
            StringComparison.Ordinal
        );
        Assert.Empty(line.Index.Requests);
    }

    [Theory]
    [InlineData("why flint", "krait lock")]
    [InlineData("why-not flint==2.0", "krait lock")]
    public async Task Without_a_lock_there_is_nothing_to_explain(string words, string says) =>
        (await line.TypeAsync(words)).Failed(1, says);

    [Theory]
    [InlineData("why-not flint==2.0", 1, "amber 1.0 requires flint<2")]
    [InlineData("why-not amber==3.2", 1, "krait upgrade amber")]
    [InlineData("why flin", 1, "Did you mean `flint`?")]
    [InlineData("why-not flint", 2, "does not name one version")]
    public async Task Why_not_names_what_excludes_a_version(string words, int code, string says)
    {
        await LockAsync();
        line.Index.ClearLog();
        (await line.TypeAsync(words)).Failed(code, says);
        Assert.Empty(line.Index.Requests);
    }

    [Theory]
    [InlineData("why-not flint==1.0", "`flint==1.0` is locked")]
    [InlineData("why-not flint==0.5", "excludes `flint==0.5`")]
    public async Task Why_not_says_so_where_nothing_excludes_a_version(string words, string says)
    {
        await LockAsync();
        Assert.Contains(says, (await line.TypeAsync(words)).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_not_answers_programs()
    {
        await LockAsync();
        using var json = JsonDocument.Parse((await line.TypeAsync("why-not flint==2.0 --output-format json")).Output);
        Assert.True(json.RootElement.GetProperty("excluded").GetBoolean());
    }
}
