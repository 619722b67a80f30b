using Krait.Testing;

namespace Krait.Cli.Tests.Health;

/// <summary>What pip-faster and venv-update promised, and what was wrong with it; one test for each rule, named after it.</summary>
public sealed class PipFasterTests : IDisposable
{
    private readonly CommandLine line = new();

    public PipFasterTests() =>
        line
            .Index.Add("app", "1.0", "lib")
            .Add("lib", "1.0")
            .Add(
                new WheelBuilder("tool", "1.0")
                    .Requires("helper")
                    .File("tool.py", "def main(): pass\n")
                    .EntryPoints("console_scripts", "tool = tool:main")
            )
            .Add("helper", "1.0");

    public void Dispose() => line.Dispose();

    private Task<Answer> SmokeAsync() => line.TypeAsync("smoke");

    [Theory]
    [InlineData("-r requirements.txt", "requirements.txt", "app\ntool\n", "app\n")]
    [InlineData("-r Pipfile", "Pipfile", "[packages]\napp = \"*\"\ntool = \"*\"\n", "[packages]\napp = \"*\"\n")]
    public async Task S2_03_Prune_removes_what_the_file_no_longer_needs_with_its_programs(
        string words,
        string file,
        string before,
        string after
    )
    {
        await line.WithEnvironmentAsync();
        var source = $"[[source]]\nname = \"here\"\nurl = \"{line.Index.Url}\"\nverify_ssl = true\n\n";
        var head = file == "Pipfile" ? source : "";
        line.Write(file, head + before);
        (await line.TypeAsync($"pip install --prune {words}")).Succeeded();
        Assert.Equal(["app==1.0", "helper==1.0", "lib==1.0", "tool==1.0"], await line.InstalledAsync());
        Assert.True(File.Exists(line.At(".venv/bin/tool")));
        var kept = File.GetCreationTimeUtc(line.SiteFile("app-1.0.dist-info"));
        line.Write(file, head + after);
        (await line.TypeAsync($"pip install --prune {words}")).Succeeded();
        Assert.Equal(["app==1.0", "lib==1.0"], await line.InstalledAsync());
        Assert.False(File.Exists(line.At(".venv/bin/tool")));
        Assert.Equal(kept, File.GetCreationTimeUtc(line.SiteFile("app-1.0.dist-info")));
    }

    [Fact]
    public async Task S2_03_Nothing_is_uninstalled_where_a_requirement_cannot_be_traced()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install app tool")).Succeeded();
        line.Index.Add("broken", "1.0", "nothing-like-that");
        line.Write("requirements.txt", "app\nbroken\n");
        (await line.TypeAsync("pip install --prune -r requirements.txt")).Failed(1, "nothing-like-that");
        Assert.Equal(["app==1.0", "helper==1.0", "lib==1.0", "tool==1.0"], await line.InstalledAsync());
    }

    [Theory]
    [InlineData("old-driver", "new-driver")]
    [InlineData("new-driver", "old-driver")]
    public async Task S2_04_A_package_takes_the_place_of_another_that_owns_the_same_files(string from, string to)
    {
        foreach (var name in new[] { "old-driver", "new-driver" })
        {
            line.Index.Add(
                new WheelBuilder(name, "1.0").File("driver/__init__.py", $"name = '{name}'\n").File("driver/core.py")
            );
        }

        await line.WithEnvironmentAsync();
        foreach (var command in new[] { "pip install --prune -r requirements.txt", "pip sync requirements.txt" })
        {
            foreach (var name in new[] { from, to })
            {
                line.Write("requirements.txt", name + "==1.0\n");
                (await line.TypeAsync(command)).Succeeded();
                Assert.Equal([name + "==1.0"], await line.InstalledAsync());
                Assert.Equal(
                    $"name = '{name}'\n",
                    await File.ReadAllTextAsync(
                        line.SiteFile("driver/__init__.py"),
                        TestContext.Current.CancellationToken
                    )
                );
                (await SmokeAsync()).Succeeded();
                (await line.TypeAsync("doctor")).Succeeded();
            }
        }
    }

    [Fact]
    public async Task S2_04_Two_wanted_packages_that_own_one_path_are_named_with_it()
    {
        line.Index.Add(new WheelBuilder("left", "1.0").File("both/data.txt", "left\n"))
            .Add(new WheelBuilder("right", "1.0").File("both/data.txt", "right\n"));
        await line.WithEnvironmentAsync();
        var answer = (await line.TypeAsync("pip install left right")).Succeeded();
        Assert.Contains("`left", answer.Error, StringComparison.Ordinal);
        Assert.Contains("`right", answer.Error, StringComparison.Ordinal);
        Assert.Contains("both/data.txt", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S2_05_All_conflicts_of_what_is_installed_are_in_one_report_with_their_paths()
    {
        line.Index.Add("base", "1.0").Add("base", "2.0").Add("other", "1.0").Add("other", "2.0");
        line.Index.Add("middle", "1.0", "base<2", "other<2").Add("top", "1.0", "middle");
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install top")).Succeeded();
        Assert.Equal(["base==1.0", "middle==1.0", "other==1.0", "top==1.0"], await line.InstalledAsync());
        var answer = await line.TypeAsync("pip install --strict --no-deps base==2.0 other==2.0");
        answer.Failed(1, "base<2", "other<2", "middle", "top");
        (await line.TypeAsync("pip check")).Failed(1);
    }

    [Fact]
    public async Task S2_05_A_cycle_is_a_warning_and_an_end_is_found()
    {
        line.Index.Add("egg", "1.0", "hen").Add("hen", "1.0", "egg");
        await line.WithEnvironmentAsync();
        var answer = (await line.TypeAsync("pip install --strict egg")).Succeeded();
        Assert.Contains("require each other", answer.Error, StringComparison.Ordinal);
        Assert.Equal(["egg==1.0", "hen==1.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task S2_07_An_environment_needs_neither_pip_nor_virtualenv()
    {
        await line.WithEnvironmentAsync();
        Assert.Empty(await line.InstalledAsync());
        (await line.TypeAsync("pip install tool")).Succeeded();
        (await SmokeAsync()).Succeeded();
        line["PATH"] = line.At("empty");
        line["HOME"] = line.At("empty");
        (await line.TypeAsync("venv another")).Failed(2, "Python", "hint");
        Assert.False(Directory.Exists(line.At("another")));
    }

    [Theory]
    [InlineData("pip instal tool", "install")]
    [InlineData("pip install --requirment requirements.txt", "--requirement")]
    [InlineData("pip freeze --exclude-editble", "--exclude-editable")]
    public async Task S2_10_What_is_not_known_is_refused_with_a_suggestion(string command, string suggestion) =>
        (await line.TypeAsync(command)).Failed(2, suggestion);

    [Fact]
    public async Task S2_10_The_words_of_pip_work_unchanged()
    {
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "app\n");
        line.Write("pyproject.toml", "[project]\nname = \"mine\"\nversion = \"1.0\"\ndependencies = [\"tool\"]\n");
        line.Write(
            "Pipfile",
            $"[[source]]\nname = \"here\"\nurl = \"{line.Index.Url}\"\nverify_ssl = true\n\n[packages]\nhelper = \"*\"\n"
        );
        (await line.TypeAsync("pip install -r requirements.txt -r pyproject.toml -r Pipfile")).Succeeded();
        Assert.Equal(["app==1.0", "helper==1.0", "lib==1.0", "tool==1.0"], await line.InstalledAsync());
        (await line.TypeAsync("pip show tool")).Succeeded();
        (await line.TypeAsync("pip list --format=freeze")).Succeeded();
        (await line.TypeAsync("pip check")).Succeeded();
        (await line.TypeAsync("pip uninstall -y tool")).Succeeded();
    }

    [Fact]
    public async Task S2_11_A_broken_pip_in_the_environment_does_not_matter()
    {
        await line.WithEnvironmentAsync();
        foreach (var name in new[] { "pip", "setuptools", "pkg_resources" })
        {
            Directory.CreateDirectory(line.SiteFile(name));
            await File.WriteAllTextAsync(
                line.SiteFile(name + "/__init__.py"),
                $"open({Quoted(line.At("imported"))}, 'w')\nraise SystemExit('{name} is broken')\n",
                TestContext.Current.CancellationToken
            );
        }

        (await line.TypeAsync("pip install app")).Succeeded();
        line.Write("requirements.txt", "tool==1.0\nhelper==1.0\n");
        (await line.TypeAsync("pip sync requirements.txt")).Succeeded();
        (await line.TypeAsync("pip uninstall -y tool helper")).Succeeded();
        Assert.False(File.Exists(line.At("imported")));

        static string Quoted(string path) => $"'{path}'";
    }

    [Theory]
    [InlineData("3.6")]
    [InlineData("3.7")]
    [InlineData("3.8")]
    [InlineData("3.9")]
    [InlineData("3.10")]
    [InlineData("3.11")]
    [InlineData("3.12")]
    [InlineData("3.13")]
    public async Task S2_12_Every_supported_Python_can_be_filled_and_tried(string version)
    {
        var made = await line.TypeAsync($"venv .venv --python {version}");
        Assert.SkipWhen(
            made.Code != 0 && made.Error.Contains("No Python", StringComparison.OrdinalIgnoreCase),
            made.Error
        );
        made.Succeeded();
        (await line.TypeAsync("pip install tool")).Succeeded();
        (await SmokeAsync()).Succeeded();
        (await line.TypeAsync("doctor")).Succeeded();
        (await line.TypeAsync("pip uninstall -y tool")).Succeeded();
    }

    [Fact]
    public async Task S2_12_A_Python_that_is_not_supported_is_named_with_its_version()
    {
        var old = SearchPath
            .Value.Split(':')
            .Select(folder => Path.Combine(folder, "python2.7"))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(old is null, "there is no Python 2.7");
        var answer = (await line.TypeAsync("venv", ".venv", "--python", old!)).Failed(2, "2.7");
        Assert.DoesNotContain("Traceback", answer.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(line.At(".venv")));
    }

    [Theory]
    [InlineData("[build-system]\nrequires = \"setuptools\"\n", "`requires`")]
    [InlineData("[build-system]\nrequires = []\nbuild-backend = 3\n", "`build-backend`")]
    [InlineData("[build-system]\nrequires = []\nbackend-path = \".\"\n", "`backend-path`")]
    [InlineData("[build-system]\nbuild-backend = \"backend\"\n", "requires")]
    public async Task S2_13_A_table_that_breaks_the_standard_is_named_with_file_and_key(string text, string key)
    {
        await line.WithEnvironmentAsync();
        line.Write("project/pyproject.toml", text);
        (await line.TypeAsync("pip install ./project")).Failed(2, "project/pyproject.toml", key);
    }

    [Fact]
    public async Task S2_13_Projects_are_built_by_the_hooks_of_their_backend()
    {
        await line.WithEnvironmentAsync();
        var project = new Commands.SmallProject("small", "1.0")
        {
            Log = line.At("hooks.log"),
            BuildRequires = ["helper"],
        };
        project.WriteTo(line.At("small"));
        (await line.TypeAsync("pip install ./small")).Succeeded();
        Assert.Equal("wheel small\n", line.Read("hooks.log"));
        Assert.DoesNotContain("helper==1.0", await line.InstalledAsync());
    }

    [Fact]
    public async Task S2_15_Sync_makes_the_environment_what_the_lock_holds_and_needs_one()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install app tool")).Succeeded();
        (await line.TypeAsync("pip sync pylock.toml")).Failed(2, "pylock.toml");
        (await line.TypeAsync("pipenv sync")).Failed(2, "Pipfile");
        Assert.Equal(["app==1.0", "helper==1.0", "lib==1.0", "tool==1.0"], await line.InstalledAsync());
        line.Write("app.in", "app\n");
        (await line.TypeAsync("pip compile app.in -o pylock.toml")).Succeeded();
        (await line.TypeAsync("pip sync pylock.toml")).Succeeded();
        Assert.Equal(["app==1.0", "lib==1.0"], await line.InstalledAsync());
        Assert.False(File.Exists(line.At(".venv/bin/tool")));
    }

    [Fact]
    public async Task S2_18_An_environment_can_be_seeded_and_a_place_that_cannot_be_written_is_named()
    {
        line.Index.Add("pip", "26.3").Add("setuptools", "80.0").Add("wheel", "0.45");
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("venv seeded --seed")).Succeeded();
        Assert.Contains(
            "pip==26.3",
            (await line.TypeAsync("pip freeze --all --python seeded")).Succeeded().Output,
            StringComparison.Ordinal
        );
        line.Write("file", "not a directory\n");
        (await line.TypeAsync("venv file/inside")).Failed(1, line.At("file"));
        (await line.TypeAsync("venv /proc/nowhere")).Failed(1, "/proc/nowhere");
    }

    [Theory]
    [InlineData("pip install app")]
    [InlineData("pip sync requirements.txt")]
    [InlineData("pip compile app.in -o out.txt")]
    [InlineData("pip install -r requirements.txt")]
    public async Task S2_19_Offline_does_all_that_the_cache_allows(string command)
    {
        await line.WithEnvironmentAsync();
        line.Write("app.in", "app\n");
        line.Write("requirements.txt", "app==1.0\nlib==1.0\n");
        (await line.TypeAsync("pip install app")).Succeeded();
        (await line.TypeAsync("pip uninstall -y app lib")).Succeeded();
        line.Index.ClearLog();
        (await line.TypeAsync(command + " --offline")).Succeeded();
        Assert.Empty(line.Index.Paths);
        (await line.TypeAsync("pip install app tool --offline")).Failed(1, "`tool` is not in the cache");
        Assert.DoesNotContain("tool==1.0", await line.InstalledAsync());
    }
}
