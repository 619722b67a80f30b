using System.Text.Json;
using Krait.Projects.Pipenv;
using Krait.Testing;

namespace Krait.Cli.Tests.Pipenv;

public sealed class PipenvTests : IDisposable
{
    private const string Pipfile = """
        # The sources of our company.
        [packages]
        app = "*"  # what it is all about

        [dev-packages]
        tool = ">=1"

        [docs]
        theme = "*"

        [scripts]
        hello = "python -c 'print(42)'"
        twice = ["python -c 'print(1)'", "python -c 'print(2)'"]
        called = {call = "json:dumps('x')"}

        """;

    private readonly CommandLine line = new();

    public PipenvTests()
    {
        line.Index.Add(new WheelBuilder("app", "1.0") { RequiresPython = ">=3.6" }.Requires("lib"))
            .Add("lib", "1.0")
            .Add("lib", "2.0");
        line.Index.Add(new WheelBuilder("tool", "1.0").Requires("lib<2"))
            .Add(new WheelBuilder("tool", "2.0").Requires("lib"))
            .Add("theme", "1.0");
        line.Index.Add("extra", "1.0", "helper").Add("helper", "1.0");
        line["PIPENV_VENV_IN_PROJECT"] = "1";
        line.Write("Pipfile", Pipfile);
    }

    public void Dispose() => line.Dispose();

    private async Task<Answer> TypeAsync(string command)
    {
        var answer = await line.TypeAsync("pipenv " + command);
        Assert.SkipWhen(answer.Error.Contains("no Python", StringComparison.OrdinalIgnoreCase), answer.Error);
        return answer;
    }

    private JsonElement Lock() => JsonDocument.Parse(line.Read("Pipfile.lock")).RootElement;

    [Fact]
    public async Task Locks_installs_verifies_and_keeps_the_file_as_it_was_written()
    {
        (await TypeAsync("install --dev")).Succeeded();
        Assert.Equal(Pipfile, line.Read("Pipfile"));
        Assert.Equal(["app==1.0", "lib==2.0", "tool==2.0"], await line.InstalledAsync());
        var locked = Lock();
        Assert.Equal(["_meta", "default", "develop", "docs"], locked.EnumerateObject().Select(one => one.Name));
        Assert.Equal(
            "python_version >= '3.6'",
            locked.GetProperty("default").GetProperty("app").GetProperty("markers").GetString()
        );
        Assert.StartsWith(
            "sha256:",
            locked.GetProperty("default").GetProperty("lib").GetProperty("hashes")[0].GetString(),
            StringComparison.Ordinal
        );
        (await TypeAsync("verify")).Succeeded();
        var before = line.Read("Pipfile.lock");
        (await TypeAsync("lock")).Succeeded();
        Assert.Equal(before, line.Read("Pipfile.lock"));
        line.Write("Pipfile", Pipfile + "\n# later\n");
        (await TypeAsync("verify")).Succeeded();
        line.Write("Pipfile", Pipfile.Replace("app = \"*\"", "app = \">=1\"", StringComparison.Ordinal));
        (await TypeAsync("verify")).Failed(1, "out-of-date");
        (await TypeAsync("install --deploy")).Failed(1, "out of date");
    }

    [Fact]
    public async Task S2_14_Adding_a_package_changes_only_what_it_forces()
    {
        (await TypeAsync("install")).Succeeded();
        line.Index.Add("lib", "3.0");
        (await TypeAsync("install extra")).Succeeded();
        Assert.Contains("app = \"*\"  # what it is all about", line.Read("Pipfile"), StringComparison.Ordinal);
        Assert.Contains("extra = \"*\"", line.Read("Pipfile"), StringComparison.Ordinal);
        Assert.Equal("==2.0", Lock().GetProperty("default").GetProperty("lib").GetProperty("version").GetString());
        Assert.Equal(["app==1.0", "extra==1.0", "helper==1.0", "lib==2.0"], await line.InstalledAsync());
        (await TypeAsync("uninstall extra")).Succeeded();
        Assert.Equal(Pipfile, line.Read("Pipfile"));
        Assert.Equal(["app==1.0", "lib==2.0"], await line.InstalledAsync());
        (await TypeAsync("lock --keep-outdated")).Succeeded();
        Assert.Equal("==2.0", Lock().GetProperty("default").GetProperty("lib").GetProperty("version").GetString());
        Assert.Contains(
            "'lib' out-of-date",
            (await TypeAsync("update --outdated --refresh")).Failed(1).Output,
            StringComparison.Ordinal
        );
        (await TypeAsync("update --refresh")).Succeeded();
        Assert.Equal(["app==1.0", "lib==3.0"], await line.InstalledAsync());
        File.Delete(line.At("Pipfile.lock"));
        (await TypeAsync("lock --keep-outdated")).Failed(2, "keep-outdated");
    }

    [Fact]
    public async Task S2_16_A_conflicting_package_leaves_everything_as_it_was()
    {
        (await TypeAsync("install")).Succeeded();
        var (pipfile, locked) = (line.Read("Pipfile"), line.Read("Pipfile.lock"));
        line.Index.Add("rival", "1.0", "lib>=9");
        (await TypeAsync("install rival")).Failed(1);
        Assert.Equal(pipfile, line.Read("Pipfile"));
        Assert.Equal(locked, line.Read("Pipfile.lock"));
        Assert.Equal(["app==1.0", "lib==2.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task Sync_brings_back_what_the_lock_says()
    {
        (await TypeAsync("sync")).Failed(2, "Pipfile.lock");
        (await TypeAsync("install")).Succeeded();
        (await line.TypeAsync("pip install theme --python .venv")).Succeeded();
        (await TypeAsync("sync --dev")).Succeeded();
        Assert.Equal(["app==1.0", "lib==2.0", "theme==1.0", "tool==2.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task Clean_removes_what_the_lock_does_not_have()
    {
        (await TypeAsync("install")).Succeeded();
        line.Index.Add("stray", "1.0");
        (await line.TypeAsync("pip install stray --python .venv")).Succeeded();
        Assert.Equal("stray\n", (await TypeAsync("clean --dry-run")).Failed(1).Output);
        (await TypeAsync("clean")).Succeeded();
        Assert.DoesNotContain("stray==1.0", await line.InstalledAsync());
    }

    [Fact]
    public async Task Graph_shows_who_requires_whom()
    {
        (await TypeAsync("install")).Succeeded();
        Assert.Contains(
            "app==1.0\n└── lib [required: Any, installed: 2.0]",
            (await TypeAsync("graph")).Succeeded().Output,
            StringComparison.Ordinal
        );
        using var json = JsonDocument.Parse((await TypeAsync("graph --json")).Succeeded().Output);
        Assert.Equal("app", json.RootElement[0].GetProperty("package").GetProperty("key").GetString());
    }

    [Fact]
    public async Task Requirements_prints_the_lock_for_pip()
    {
        (await TypeAsync("lock")).Succeeded();
        var requirements = (await TypeAsync("requirements")).Succeeded().Output;
        Assert.Equal("-i https://pypi.org/simple\napp==1.0; python_version >= '3.6'\nlib==2.0\n", requirements);
        Assert.Contains(
            "--hash=sha256:",
            (await TypeAsync("requirements --hash --exclude-index --dev")).Succeeded().Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Run_starts_commands_and_scripts_of_the_Pipfile()
    {
        (await TypeAsync("install")).Succeeded();
        Assert.Contains("hello", (await TypeAsync("scripts")).Succeeded().Output, StringComparison.Ordinal);
        (await TypeAsync("run hello")).Succeeded();
        (await TypeAsync("run twice")).Succeeded();
        Assert.Equal(3, (await line.TypeAsync("pipenv", "run", "python", "-c", "import sys; sys.exit(3)")).Code);
        (await TypeAsync("run nothing-like-that")).Failed(1, "nothing-like-that");
    }

    [Fact]
    public async Task Check_accepts_the_environment_that_the_Pipfile_requires()
    {
        (await TypeAsync("install")).Succeeded();
        (await TypeAsync("check")).Succeeded();
        Assert.Equal(line.At(".venv") + "\n", (await TypeAsync("venv")).Succeeded().Output);
    }

    [Fact]
    public async Task Categories_that_the_Pipfile_does_not_have_are_refused() =>
        (await TypeAsync("install --categories nothing")).Failed(2, "nothing");

    [Fact]
    public void The_hash_is_that_of_a_real_lock_and_its_text_survives()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "../../../../../../shared/imports/pipenv");
        Assert.SkipWhen(!Directory.Exists(folder), $"{folder} is missing");
        var pipfile = Krait.Projects.Pipenv.Pipfile.Parse(File.ReadAllText(Path.Combine(folder, "Pipfile")), "Pipfile");
        var text = File.ReadAllText(Path.Combine(folder, "Pipfile.lock"));
        var locked = PipfileLock.Parse(text, "Pipfile.lock");
        Assert.Equal(locked.Hash, PipfileHash.Of(pipfile));
        Assert.True(PipfileHash.Matches(pipfile, locked.Hash));
        Assert.Equal(text, locked.Write());
    }

    [Theory]
    [InlineData("not toml = [", "Pipfile")]
    [InlineData("[packages]\napp = 1\n", "app")]
    [InlineData("[packages]\napp = {version = \"*\", index = \"ours\"}\n", "ours")]
    public async Task Refuses_a_Pipfile_that_makes_no_sense(string text, string says)
    {
        line.Write("Pipfile", text);
        (await TypeAsync("lock")).Failed(2, says);
    }
}
