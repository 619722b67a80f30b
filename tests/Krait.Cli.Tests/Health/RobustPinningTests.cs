using System.Security.Cryptography;
using System.Text.Json;
using Krait.Testing;

namespace Krait.Cli.Tests.Health;

/// <summary>What a requirements file gives on a machine, and what pins and locks make of that; one test for each rule, named after it.</summary>
public sealed class RobustPinningTests : IDisposable
{
    private readonly CommandLine line = new();

    public RobustPinningTests() =>
        line.Index.Add("service", "1.0", "celery").Add("celery", "4.1", "kombu>=4.0,<5").Add("kombu", "4.1");

    public void Dispose() => line.Dispose();

    /// <summary>The index moves on: each package has a newer release that fits.</summary>
    private void MoveOn() =>
        line.Index.Add("service", "2.0", "celery").Add("celery", "4.2", "kombu>=4.0,<5").Add("kombu", "4.2");

    /// <summary>Every file that was installed, with its digest.</summary>
    private SortedDictionary<string, string> Files(string environment)
    {
        var site = Path.Combine(
            Directory.GetDirectories(line.At($"{environment}/lib"), "python*").Single(),
            "site-packages"
        );
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(site, "*", SearchOption.AllDirectories))
        {
            // What was asked for by name is noted, and listed; the rest is the wheel's.
            if (Path.GetFileName(file) is not ("REQUESTED" or "RECORD"))
            {
                files.Add(
                    Path.GetRelativePath(site, file),
                    Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))
                );
            }
        }

        return files;
    }

    [Fact]
    public async Task S1_01_An_unpinned_requirement_installs_the_newest_release_that_fits()
    {
        line.Index.Add("lib", "1.0").Add("lib", "2.0").Add(new WheelBuilder("lib", "3.0") { RequiresPython = ">=99" });
        line.Index.Add(new WheelBuilder("odd", "1.0") { RequiresPython = ">=99" })
            .Add(new WheelBuilder("odd", "2.0") { Tags = "cp27-cp27m-win32" })
            .Add(new WheelBuilder("odd", "3.0"), yanked: "it eats data");
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install lib")).Succeeded();
        Assert.Equal(["lib==2.0"], await line.InstalledAsync());
        (await line.TypeAsync("pip install odd")).Failed(1, "odd", "1.0", ">=99", "2.0", "3.0", "it eats data");
        Assert.Equal(["lib==2.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task S1_02_An_installed_package_is_left_alone_though_a_newer_release_exists()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install kombu")).Succeeded();
        MoveOn();
        line.Index.ClearLog();
        (await line.TypeAsync("pip install kombu")).Succeeded();
        Assert.DoesNotContain(line.Index.Paths, path => path.StartsWith("/files/", StringComparison.Ordinal));
        Assert.Equal(["kombu==4.1"], await line.InstalledAsync());
        Assert.Contains(
            "4.2",
            (await line.TypeAsync("pip list --outdated --refresh")).Succeeded().Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task S1_02_An_installed_package_whose_metadata_cannot_be_read_is_installed_again_with_a_warning()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install kombu")).Succeeded();
        File.Delete(line.SiteFile("kombu-4.1.dist-info/METADATA"));
        var answer = (await line.TypeAsync("pip install kombu")).Succeeded();
        Assert.Contains("warning", answer.Error, StringComparison.Ordinal);
        Assert.Contains("kombu", answer.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(line.SiteFile("kombu-4.1.dist-info/METADATA")));
    }

    [Fact]
    public async Task S1_11_A_release_that_does_not_support_the_interpreter_is_never_chosen()
    {
        line.Index.Add("scarface", "3.1").Add(new WheelBuilder("scarface", "3.2") { RequiresPython = ">=99" });
        line.Index.Add(new WheelBuilder("future", "1.0") { RequiresPython = ">=98" })
            .Add(new WheelBuilder("future", "2.0") { RequiresPython = ">=99" });
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install scarface")).Succeeded();
        Assert.Equal(["scarface==3.1"], await line.InstalledAsync());
        (await line.TypeAsync("pip install scarface==3.2")).Failed(1, "3.2", "Python", ">=99");
        (await line.TypeAsync("pip install future")).Failed(1, "future", "Python", ">=98", ">=99");
        Assert.Equal(["scarface==3.1"], await line.InstalledAsync());
    }

    [Fact]
    public async Task S1_13_A_lock_gives_the_same_bytes_on_every_later_day()
    {
        await line.WithEnvironmentAsync();
        line.Write("service.in", "service\n");
        (await line.TypeAsync("pip compile service.in --generate-hashes -o requirements.txt")).Succeeded();
        (await line.TypeAsync("pip compile service.in -o pylock.toml")).Succeeded();
        (await line.TypeAsync("pip sync requirements.txt")).Succeeded();
        var tested = Files(".venv");
        MoveOn();
        foreach (var (number, file) in new[] { "requirements.txt", "pylock.toml" }.Index())
        {
            (await line.TypeAsync($"venv machine{number}")).Succeeded();
            (
                await line.TypeAsync($"pip sync {file} --python machine{number} --refresh --cache-dir cache{number}")
            ).Succeeded();
            Assert.Equal(tested, Files($"machine{number}"));
        }
    }

    [Fact]
    public async Task S1_13_A_lock_that_is_missing_or_stale_or_for_another_platform_installs_nothing()
    {
        await line.WithEnvironmentAsync();
        const string Project = "[project]\nname = \"shop\"\nversion = \"1.0\"\nrequires-python = \">=3.8\"\n";
        line.Write("pyproject.toml", Project + "dependencies = [\"service\"]\n");
        (await line.TypeAsync("sync --frozen --no-install-project")).Failed(1, "pylock.toml");
        (await line.TypeAsync("sync --locked --no-install-project")).Failed(1, "pylock.toml");
        (await line.TypeAsync("lock")).Succeeded();
        line.Write("pyproject.toml", Project + "dependencies = [\"service\", \"kombu<4\"]\n");
        (await line.TypeAsync("sync --locked --no-install-project")).Failed(1, "kombu<4");
        Assert.Empty(await line.InstalledAsync());
        line.Index.ClearLog();
        (await line.TypeAsync("sync --frozen --no-install-project")).Succeeded();
        Assert.DoesNotContain(line.Index.Paths, path => path.StartsWith("/simple/", StringComparison.Ordinal));
        Assert.Equal(["celery==4.1", "kombu==4.1", "service==1.0"], await line.InstalledAsync());
        (await line.TypeAsync("venv other")).Succeeded();
        line.Index.Add(new WheelBuilder("compiled", "1.0") { Tags = "cp312-cp312-win_amd64" });
        line.Write("compiled.in", "compiled\n");
        (
            await line.TypeAsync(
                "pip compile compiled.in -o pylock.windows.toml --python-platform windows --python-version 3.12"
            )
        ).Succeeded();
        (await line.TypeAsync("pip sync pylock.windows.toml --python other")).Failed(2, "compiled");
        Assert.Equal("", (await line.TypeAsync("pip freeze --python other")).Succeeded().Output);
    }

    [Fact]
    public async Task S1_20_Locked_installs_keep_what_a_dependency_allows_to_change()
    {
        await line.WithEnvironmentAsync();
        line.Write("service.in", "celery\n");
        (await line.TypeAsync("pip compile service.in -o requirements.txt")).Succeeded();
        MoveOn();
        (await line.TypeAsync("pip install -r requirements.txt --refresh")).Succeeded();
        Assert.Equal(["celery==4.1", "kombu==4.1"], await line.InstalledAsync());
    }

    [Fact]
    public async Task S1_20_A_lock_that_lost_an_entry_is_refused()
    {
        await line.WithEnvironmentAsync();
        line.Write("service.in", "service\n");
        (await line.TypeAsync("pip compile service.in -o pylock.toml")).Succeeded();
        line.Write("pylock.toml", Without(line.Read("pylock.toml"), "kombu"));
        (await line.TypeAsync("pip sync pylock.toml")).Failed(1, "kombu");
        (await line.TypeAsync("pip install -r pylock.toml")).Failed(1, "kombu");
        Assert.Empty(await line.InstalledAsync());
        line.Write("requirements.txt", "service==1.0\ncelery==4.1\n");
        Assert.Contains(
            "`celery==4.1` requires `kombu",
            (await line.TypeAsync("pip sync requirements.txt")).Succeeded().Error,
            StringComparison.Ordinal
        );
        (await line.TypeAsync("pip sync requirements.txt --strict")).Failed(1, "kombu");
    }

    [Fact]
    public async Task S1_20_What_is_installed_already_does_not_hide_that_a_lock_lost_an_entry()
    {
        await line.WithEnvironmentAsync();
        line.Write("service.in", "service\n");
        (await line.TypeAsync("pip compile service.in -o pylock.toml")).Succeeded();
        (await line.TypeAsync("pip sync pylock.toml")).Succeeded();
        line.Write("pylock.toml", Without(line.Read("pylock.toml"), "kombu"));
        (await line.TypeAsync("pip sync pylock.toml")).Failed(1, "`celery==4.1` requires `kombu", "pylock.toml");
        Assert.Equal(["celery==4.1", "kombu==4.1", "service==1.0"], await line.InstalledAsync());
        (await line.TypeAsync("venv other")).Succeeded();
        (await line.TypeAsync("pip install --no-deps -r pylock.toml --python other")).Succeeded();
    }

    [Fact]
    public async Task S1_20_The_lock_of_a_project_that_lost_an_entry_is_refused_and_completed_by_locking()
    {
        await line.WithEnvironmentAsync();
        line.Write(
            "pyproject.toml",
            "[project]\nname = \"shop\"\nversion = \"1.0\"\nrequires-python = \">=3.8\"\ndependencies = [\"service\"]\n"
        );
        (await line.TypeAsync("lock")).Succeeded();
        var whole = line.Read("pylock.toml");
        line.Write("pylock.toml", Without(whole, "kombu"));
        (await line.TypeAsync("sync --frozen --no-install-project")).Failed(1, "`celery` requires `kombu`");
        (await line.TypeAsync("sync --locked --no-install-project")).Failed(1, "`celery` requires `kombu`");
        (await line.TypeAsync("pip sync pylock.toml")).Failed(1, "`celery` requires `kombu`");
        Assert.Empty(await line.InstalledAsync());
        (await line.TypeAsync("lock")).Succeeded();
        Assert.Equal(whole, line.Read("pylock.toml"));
    }

    /// <summary>A lock file without its entry for a package.</summary>
    private static string Without(string text, string name)
    {
        var entry = text.IndexOf($"[[packages]]\nname = \"{name}\"", StringComparison.Ordinal);
        Assert.True(entry >= 0, text);
        var next = text.IndexOf("[[packages]]", entry + 1, StringComparison.Ordinal);
        return next < 0 ? text[..entry] : text.Remove(entry, next - entry);
    }

    [Fact]
    public async Task S1_20_A_Pipfile_lock_that_lost_an_entry_is_refused()
    {
        line["PIPENV_VENV_IN_PROJECT"] = "1";
        await line.WithEnvironmentAsync();
        line.Write("Pipfile", "[packages]\ncelery = \"*\"\n");
        (await line.TypeAsync("pipenv lock")).Succeeded();
        var text = line.Read("Pipfile.lock");
        var entry = text.IndexOf("        \"kombu\": {", StringComparison.Ordinal);
        Assert.True(entry > 0, text);
        var end = text.IndexOf("        }", entry, StringComparison.Ordinal);
        line.Write("Pipfile.lock", text[..entry].TrimEnd().TrimEnd(',') + text[(end + "        }".Length)..]);
        (await line.TypeAsync("pipenv sync")).Failed(1, "kombu");
        Assert.Empty(await line.InstalledAsync());
    }

    [Fact]
    public async Task S1_21_A_constraint_caps_a_package_that_nobody_names_and_an_override_overrules_a_range()
    {
        MoveOn();
        line.Index.Add("kombu", "5.0").Add("other", "1.0");
        await line.WithEnvironmentAsync();
        line.Write("caps.txt", "kombu<4.2\n");
        (await line.TypeAsync("pip install other -c caps.txt")).Succeeded();
        Assert.Equal(["other==1.0"], await line.InstalledAsync());
        (await line.TypeAsync("pip install celery -c caps.txt")).Succeeded();
        Assert.Contains("kombu==4.1", await line.InstalledAsync());
        line.Write("wrong.txt", "kombu<4\n");
        (await line.TypeAsync("pip install service -c wrong.txt -U")).Failed(1, "kombu<4", "wrong.txt", "kombu>=4.0");
        line.Write("rights.txt", "kombu==5.0\n");
        (await line.TypeAsync("pip install celery --override rights.txt")).Succeeded();
        Assert.Contains("kombu==5.0", await line.InstalledAsync());
    }

    [Fact]
    public async Task S1_30_What_would_ask_says_so_instead_of_waiting()
    {
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "celery==4.1\nkombu==4.1\n");
        (await line.TypeAsync("pip sync --ask")).Failed(1, "no answer", "Run without `--ask`");
        Assert.Empty(await line.InstalledAsync());
        (await line.TypeAsync("pip install kombu")).Succeeded();
        (await line.TypeAsync("pip uninstall kombu")).Succeeded();
        line.Write("pyproject.toml", "[project]\nname = \"mine\"\nversion = \"1.0\"\n");
        (await line.TypeAsync("init")).Failed(2, "pyproject.toml");
    }

    [Fact]
    public async Task S1_30_A_scheduler_reads_answers_and_exit_codes()
    {
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "celery\n");
        (await line.TypeAsync("pip install -r requirements.txt")).Succeeded();
        Assert.Equal(0, await CodeAsync("drift requirements.txt --output-format json"));
        Assert.Equal(0, await CodeAsync("smoke --output-format json"));
        Assert.Equal(0, await CodeAsync("pip check --output-format json"));
        MoveOn();
        Assert.Equal(1, await CodeAsync("drift requirements.txt --output-format json --refresh"));
        Assert.Equal(1, await CodeAsync("pip install missing --output-format json --error-format json", isJson: false));

        async Task<int> CodeAsync(string command, bool isJson = true)
        {
            var answer = await line.TypeAsync(command);
            using var document = JsonDocument.Parse(isJson ? answer.Output : answer.Error);
            return answer.Code;
        }
    }

    [Fact]
    public async Task S1_31_A_failure_is_an_event_without_secrets()
    {
        await line.WithEnvironmentAsync();
        line.Index.On("/simple/missing/", _ => new FakeReply(403, "no"));
        var index = line.Index.Url.Replace("://", "://user:secret@", StringComparison.Ordinal);
        var answer = await line.TypeAsync($"pip install missing --error-format json --index-url {index}");
        Assert.DoesNotContain("secret", answer.Failed(1).Error, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(answer.Error);
        var failure = document.RootElement;
        Assert.Equal("error", failure.GetProperty("level").GetString());
        Assert.NotEmpty(failure.GetProperty("code").GetString()!);
        Assert.Contains("403", answer.Error, StringComparison.Ordinal);
        Assert.Contains("missing", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S1_33_What_freeze_and_compile_write_can_be_installed_and_leaves_nothing_out()
    {
        await line.WithEnvironmentAsync();
        var wheel = line.WriteWheel(new WheelBuilder("local", "1.0"));
        (await line.TypeAsync($"pip install service {wheel}")).Succeeded();
        line.Write("frozen.txt", (await line.TypeAsync("pip freeze")).Succeeded().Output);
        line.Write("service.in", $"service\nlocal @ file://{wheel}\n");
        (await line.TypeAsync("pip compile service.in -o compiled.txt")).Succeeded();
        foreach (var file in new[] { "frozen", "compiled" })
        {
            (await line.TypeAsync($"venv {file}")).Succeeded();
            (await line.TypeAsync($"pip install -r {file}.txt --no-deps --python {file}")).Succeeded();
            Assert.Equal(Files(".venv"), Files(file));
        }

        File.Delete(line.SiteFile("kombu-4.1.dist-info/METADATA"));
        var answer = await line.TypeAsync("pip freeze");
        Assert.Contains("kombu", answer.Error, StringComparison.Ordinal);
    }
}
