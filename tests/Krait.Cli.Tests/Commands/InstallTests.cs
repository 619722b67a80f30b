using System.Text.Json;
using Krait.Resolver.Reporting;
using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

public sealed class InstallTests : IDisposable
{
    private readonly CommandLine line = new();

    public InstallTests() =>
        line.Index.Add("app", "1.0", "lib>=1").Add("lib", "1.0").Add("lib", "1.1").Add("tool", "3.0");

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task Upgrades_what_is_named_and_the_rest_only_where_needed_when_asked()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install app lib==1.0")).Succeeded();
        line.Index.Add("app", "2.0", "lib>=1");
        (await line.TypeAsync("pip install -U --upgrade-strategy only-if-needed app")).Succeeded();
        Assert.Equal(["app==2.0", "lib==1.0"], await line.InstalledAsync());
        (await line.TypeAsync("pip install -U app")).Succeeded();
        Assert.Equal(["app==2.0", "lib==1.1"], await line.InstalledAsync());
    }

    [Theory]
    [InlineData("lib")]
    [InlineData("lib==1.1")]
    [InlineData("--dry-run lib==1.1")]
    public async Task Refuses_requirements_without_hashes_though_they_are_installed(string words)
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install lib==1.1")).Succeeded();
        (await line.TypeAsync($"pip install --require-hashes {words}")).Failed(2, "hash");
        line.Write("r.txt", "--require-hashes\nlib==1.1\n");
        (await line.TypeAsync("pip install -r r.txt")).Failed(2, "hash");
    }

    [Fact]
    public async Task Takes_only_what_a_package_depends_on()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install --only-deps app")).Succeeded();
        Assert.Equal(["lib==1.1"], await line.InstalledAsync());
        (await line.TypeAsync("pip install --only-deps --no-deps app")).Failed(2, "`--only-deps` and `--no-deps`");
    }

    [Fact]
    public async Task Serves_as_a_resolver_for_programs()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install app")).Succeeded();
        string[] words = ["pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-", "app"];
        var report = JsonDocument.Parse((await line.TypeAsync(words)).Succeeded().Output).RootElement;
        Assert.Equal("1", report.GetProperty("version").GetString());
        var names = report
            .GetProperty("install")
            .EnumerateArray()
            .Select(i => i.GetProperty("metadata").GetProperty("name"));
        Assert.Equal(["app", "lib"], names.Select(name => name.GetString()));
    }

    [Theory]
    [InlineData("--dry-run")]
    [InlineData("")]
    public async Task Reports_all_that_packages_say_of_themselves(string option)
    {
        line.Index.Add(
            new WheelBuilder("said", "1.0")
                .Header("Summary: told")
                .Header("License-Expression: MIT")
                .Header("Classifier: Topic :: Utilities")
        );
        await line.WithEnvironmentAsync();
        (await line.TypeAsync($"pip install {option} --report report.json said")).Succeeded();
        var metadata = JsonDocument
            .Parse(line.Read("report.json"))
            .RootElement.GetProperty("install")[0]
            .GetProperty("metadata");
        Assert.Equal("told", metadata.GetProperty("summary").GetString());
        Assert.Equal("MIT", metadata.GetProperty("license_expression").GetString());
        Assert.Equal("Topic :: Utilities", metadata.GetProperty("classifier")[0].GetString());
    }

    [Fact]
    public async Task Fills_folders_without_looking_at_the_environment()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install app")).Succeeded();
        (await line.TypeAsync("pip install --target out app")).Succeeded();
        Assert.True(File.Exists(line.At("out/lib/__init__.py")));
        (await line.TypeAsync("pip install --prefix pre lib==1.0")).Succeeded();
        Assert.Single(Directory.GetDirectories(line.At("pre"), "lib-1.0.dist-info", SearchOption.AllDirectories));
        (await line.TypeAsync("pip install --root away lib==1.0")).Succeeded();
        Assert.Single(Directory.GetDirectories(line.At("away"), "lib-1.0.dist-info", SearchOption.AllDirectories));
        Assert.Equal(["app==1.0", "lib==1.1"], await line.InstalledAsync());
        (await line.TypeAsync("pip install --root away --target out lib")).Failed(2, "cannot be used together");
    }

    [Fact]
    public async Task Installs_wheels_for_another_machine_into_a_folder_only()
    {
        line.Index.Add(new WheelBuilder("native", "1.0") { Tags = "cp39-cp39-win_amd64" })
            .Add(new WheelBuilder("native", "2.0") { Tags = "cp39-cp39-manylinux2014_x86_64" });
        await line.WithEnvironmentAsync();
        var words = "pip install --platform win_amd64 --python-version 39 --implementation cp --abi cp39 native";
        (await line.TypeAsync(words)).Failed(2, "`--platform`", "--target DIR");
        (await line.TypeAsync(words + " --target win")).Succeeded();
        Assert.True(Directory.Exists(line.At("win/native-1.0.dist-info")));
        (await line.TypeAsync(words + " --python-platform linux --target x")).Failed(2, "cannot be used together");
    }

    [Fact]
    public async Task Demands_a_digest_for_everything_once_there_is_one()
    {
        await line.WithEnvironmentAsync();
        var zeros = new string('0', 64);
        line.Write("some.txt", $"tool==3.0 --hash=sha256:{zeros}\nlib==1.0\n");
        (await line.TypeAsync("pip install -r some.txt")).Failed(2, "`lib==1.0` has none");
        line.Write("wide.txt", $"tool>=3 --hash=sha256:{zeros}\n");
        (await line.TypeAsync("pip install -r wide.txt")).Failed(2, "does not name one version");
        line.Write("wrong.txt", $"tool==3.0 --hash=sha256:{zeros}\n");
        (await line.TypeAsync("pip install -r wrong.txt")).Failed(1, "tool");
        (await line.TypeAsync("pip install -r wrong.txt --no-verify-hashes")).Succeeded();
    }

    [Fact]
    public async Task Checks_the_digest_of_a_wheel_by_its_path()
    {
        await line.WithEnvironmentAsync();
        line.WriteWheel(new WheelBuilder("own", "1.0"));
        line.Write("own.txt", $"./own-1.0-py3-none-any.whl --hash=sha256:{new string('0', 64)}\n");
        (await line.TypeAsync("pip install -r own.txt")).Failed(1, "own");
        Assert.Empty(await line.InstalledAsync());
    }

    [Fact]
    public async Task Reads_scripts_groups_and_lock_files()
    {
        await line.WithEnvironmentAsync();
        line.Write("job", "# /// script\n# dependencies = ['tool']\n# ///\n");
        line.Write("pyproject.toml", "[project]\nname = 'p'\nversion = '1'\n[dependency-groups]\nci = ['lib<1.1']\n");
        (await line.TypeAsync("pip install --requirements-from-script job --group ci")).Succeeded();
        Assert.Equal(["lib==1.0", "tool==3.0"], await line.InstalledAsync());
        line.Write("a.in", "app\n");
        (await line.TypeAsync("pip compile a.in -o pylock.toml")).Succeeded();
        (await line.TypeAsync("pip install -r pylock.toml")).Succeeded();
        Assert.Equal(["app==1.0", "lib==1.1", "tool==3.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task Tells_by_its_exit_code_whether_something_is_to_be_done()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install --check tool")).Failed(1, "tool==3.0");
        Assert.Empty(await line.InstalledAsync());
        (await line.TypeAsync("pip install tool")).Succeeded();
        (await line.TypeAsync("pip install --check tool")).Succeeded();
    }

    [Fact]
    public async Task Is_strict_about_what_was_installed_before()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install --no-deps app")).Succeeded();
        (await line.TypeAsync("pip install --no-deps --strict app")).Failed(1, "lib");
    }

    [Fact]
    public async Task Prunes_what_nothing_asks_for()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install app tool")).Succeeded();
        (await line.TypeAsync("pip install --prune app")).Succeeded();
        Assert.Equal(["app==1.0", "lib==1.1"], await line.InstalledAsync());
        (await line.TypeAsync("pip install --exact --prune missing-package")).Failed(1, "missing-package");
        Assert.Equal(["app==1.0", "lib==1.1"], await line.InstalledAsync());
    }

    [Theory]
    [InlineData("pip install --user tool", "krait venv")]
    [InlineData("pip install --keyring-provider import tool", "subprocess")]
    [InlineData("pip install --pre --all-releases tool tool", "--all-releases")]
    [InlineData("pip install --egg tool", "Eggs")]
    [InlineData("pip install --output-format json --report - tool", "--report FILE")]
    public async Task Refuses_what_it_cannot_do_with_advice(string command, string advice)
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync(command)).Failed(2, advice);
    }

    [Fact]
    public async Task Warns_of_options_without_effect_and_is_silent_about_usual_ones()
    {
        await line.WithEnvironmentAsync();
        var answer = await line.TypeAsync("pip install --no-input --disable-pip-version-check --use-feature x tool");
        answer.Succeeded();
        Assert.Contains("`--use-feature` has no effect", answer.Error);
        Assert.DoesNotContain("--no-input", answer.Error);
    }

    [Fact]
    public async Task Takes_pre_releases_of_the_packages_that_are_named()
    {
        line.Index.Add("tool", "4.0rc1").Add("lib", "2.0b1");
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install --all-releases tool lib tool")).Succeeded();
        Assert.Equal(["lib==1.1", "tool==4.0rc1"], await line.InstalledAsync());
        (await line.TypeAsync("pip install -U --all-releases :all: --only-final tool lib tool")).Succeeded();
        Assert.Equal(["lib==2.0b1", "tool==3.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task Tells_the_failure_of_a_seed()
    {
        var answer = await line.TypeAsync("venv .venv --seed");
        Assert.SkipWhen(
            answer.Code == 2 && answer.Error.Contains("interpreter", StringComparison.Ordinal),
            "no Python"
        );
        answer.Failed(1, "`pip` was not found");
    }

    [Fact]
    public async Task Says_which_option_has_no_effect_as_it_was_typed()
    {
        var answer = await line.TypeAsync("venv .venv --without-pip");
        Assert.Contains("`--without-pip` has no effect", answer.Error);
        Assert.DoesNotContain("--no-pip", answer.Error);
    }

    [Fact]
    public async Task Tells_a_version_that_is_replaced_by_another_apart_from_one_that_is_installed_again()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install lib==1.0")).Succeeded();
        Assert.Contains(" ~ lib==1.0", (await line.TypeAsync("pip install --reinstall lib==1.0")).Succeeded().Error);
        var changed = (await line.TypeAsync("pip install --reinstall lib==1.1")).Succeeded().Error;
        Assert.Contains(" - lib==1.0\n + lib==1.1", changed);
    }

    [Theory]
    [InlineData("pip install --reinstall-package lib lib==1.0 app==1.0", "lib-1.0")]
    [InlineData("pip install --reinstall lib==1.0 app==1.0", "app-1.0", "lib-1.0")]
    [InlineData("pip sync pins.txt --reinstall-package lib", "lib-1.0")]
    [InlineData("pip install --reinstall-package other lib==1.0 app==1.0")]
    [InlineData("pip install --reinstall --offline lib==1.0 app==1.0")]
    [InlineData("pip install --reinstall --dry-run lib==1.0 app==1.0")]
    public async Task What_is_installed_again_is_fetched_again_and_nothing_else_is(
        string command,
        params string[] fetched
    )
    {
        await line.WithEnvironmentAsync();
        line.Index.Add("lib", "1.0").Add("app", "1.0");
        line.Write("pins.txt", "lib==1.0\napp==1.0\n");
        (await line.TypeAsync("pip install lib==1.0 app==1.0")).Succeeded();
        line.Index.ClearLog();
        (await line.TypeAsync(command)).Succeeded();
        var files = line.Index.Requests.Where(one => one.Path.EndsWith(".whl", StringComparison.Ordinal));
        Assert.Equal(fetched.Select(name => $"{name}-py3-none-any.whl"), files.Select(NameOf).Order());

        static string NameOf(FakeRequest request) => Path.GetFileName(request.Path);
    }

    [Fact]
    public async Task Warns_of_an_extra_that_an_installed_package_does_not_have()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install lib==1.0")).Succeeded();
        var answer = (await line.TypeAsync("pip install lib[none]")).Succeeded();
        Assert.Contains("`lib==1.0` has no extra `none`", answer.Error);
        Assert.Equal(["lib==1.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task Fits_what_is_named_beside_a_lock_file_to_its_versions()
    {
        await line.WithEnvironmentAsync();
        line.Write("a.in", "lib==1.1\n");
        (await line.TypeAsync("pip compile a.in -o pylock.toml")).Succeeded();
        (await line.TypeAsync("pip install lib==1.0")).Succeeded();
        (await line.TypeAsync("pip install -r pylock.toml app")).Succeeded();
        Assert.Equal(["app==1.0", "lib==1.1"], await line.InstalledAsync());
        (await line.TypeAsync("pip install -r pylock.toml lib==1.0")).Failed(1, "`lib==1.0`", "`lib==1.1`");
    }
}
