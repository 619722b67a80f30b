using System.Text.Json;
using Krait.Resolver.Reporting;
using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

public sealed class InspectionTests : IDisposable
{
    private readonly CommandLine line = new();

    public InspectionTests() =>
        line
            .Index.Add("app", "1.0", "lib")
            .Add(
                new WheelBuilder("lib", "1.0")
                    .Header("Classifier: Topic :: Test")
                    .EntryPoints("console_scripts", "go = lib:go")
            )
            .Add("tool", "3.0");

    public void Dispose() => line.Dispose();

    private async Task InstallAsync()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install app tool")).Succeeded();
    }

    [Fact]
    public async Task Freezes_in_the_order_of_files_with_their_comments()
    {
        await InstallAsync();
        line.Write("r.txt", "# tools\ntool>=1\n--pre\n\ngone\napp\n");
        var answer = (await line.TypeAsync("pip freeze -r r.txt")).Succeeded();
        Assert.Equal(
            "# tools\ntool==3.0\n--pre\n\napp==1.0\n## The following requirements were added by pip freeze:\nlib==1.0\n",
            answer.Output
        );
        Assert.Contains("`gone` in `r.txt` is not installed", answer.Error);
    }

    [Fact]
    public async Task Lists_newer_releases_with_the_kind_of_their_file()
    {
        await InstallAsync();
        line.Index.Add("tool", "4.0").AddFile("lib", "lib-2.0.tar.gz", [1]);
        var json = (
            await line.TypeAsync("pip list --outdated --format json --exclude lib --refresh-package tool")
        ).Output;
        var table = (await line.TypeAsync("pip list -o -v")).Succeeded().Output;
        Assert.Contains("latest_filetype", json);
        var entry = JsonDocument.Parse(json).RootElement.EnumerateArray().Single();
        Assert.Equal("4.0", entry.GetProperty("latest_version").GetString());
        Assert.Equal("wheel", entry.GetProperty("latest_filetype").GetString());
        Assert.Contains("Location", table);
        Assert.Contains("krait", table);
        (await line.TypeAsync("pip list -o -u")).Failed(2, "cannot be used together");
    }

    private string SitePackages =>
        Directory.GetDirectories(line.At(".venv/lib"), "python*").Single() + "/site-packages";

    [Fact]
    public async Task Shows_a_package_that_lost_a_part_with_a_warning_and_one_that_lost_its_tests_without()
    {
        line.Index.Add(new WheelBuilder("lib", "2.0").File("lib/__init__.py").File("also/__init__.py"))
            .Add(new WheelBuilder("tool", "4.0").File("tests/test_tool.py").File("tool/__init__.py"));
        await InstallAsync();
        Directory.Delete(Path.Combine(SitePackages, "also"), recursive: true);
        Directory.Delete(Path.Combine(SitePackages, "tests"), recursive: true);

        foreach (var command in (string[])["list", "freeze", "check", "tree"])
        {
            var answer = (await line.TypeAsync($"pip {command}")).Succeeded();
            Assert.Contains("some files of `lib 2.0` are missing", answer.Error);
            Assert.DoesNotContain("tool", answer.Error);
            Assert.True(command is "check" || answer.Output.Contains("lib", StringComparison.Ordinal), answer.Output);
            Assert.True(command is "check" || answer.Output.Contains("tool", StringComparison.Ordinal), answer.Output);
        }

        (await line.TypeAsync("pip install tool")).Succeeded();
        Assert.False(Directory.Exists(Path.Combine(SitePackages, "tests")));
    }

    [Fact]
    public async Task Leaves_no_package_out_of_a_list_without_a_word()
    {
        await InstallAsync();
        File.Delete(Path.Combine(SitePackages, "tool-3.0.dist-info", "METADATA"));
        var listed = (await line.TypeAsync("pip freeze")).Succeeded();
        Assert.Equal("app==1.0\nlib==1.0\ntool==3.0\n", listed.Output);
        Assert.Contains("`tool 3.0` is incomplete: its METADATA is missing", listed.Error);
        (await line.TypeAsync("pip check")).Failed(1);

        Directory.Delete(Path.Combine(SitePackages, "tool"), recursive: true);
        foreach (var command in (string[])["freeze", "list", "tree"])
        {
            var answer = (await line.TypeAsync($"pip {command}")).Succeeded();
            Assert.Contains("`tool 3.0` is skipped", answer.Error);
            Assert.DoesNotContain("tool", answer.Output);
            (await line.TypeAsync($"pip {command} --strict")).Failed(1, "`tool 3.0`");
        }
    }

    [Fact]
    public async Task Knows_a_project_that_is_installed_in_development()
    {
        await line.WithEnvironmentAsync();
        line.Write("project/src/old_dev.egg-info/PKG-INFO", "Metadata-Version: 1.2\nName: old-dev\nVersion: 0.1\n");
        line.Write("project/src/old_dev.egg-info/requires.txt", "gone\n");
        await File.WriteAllTextAsync(
            Path.Combine(SitePackages, "old-dev.egg-link"),
            $"{line.At("project/src")}\n../",
            TestContext.Current.CancellationToken
        );
        Assert.Equal($"-e {line.At("project")}\n", (await line.TypeAsync("pip freeze")).Succeeded().Output);
        Assert.Contains(line.At("project"), (await line.TypeAsync("pip list -e")).Succeeded().Output);
        Assert.Contains("Version: 0.1\n", (await line.TypeAsync("pip show old-dev")).Succeeded().Output);
        var check = (await line.TypeAsync("pip check")).Failed(1);
        Assert.Contains("old-dev 0.1 requires gone", check.Output);
        (await line.TypeAsync("pip uninstall old-dev")).Succeeded();
        Assert.False(File.Exists(Path.Combine(SitePackages, "old-dev.egg-link")));
        Assert.True(Directory.Exists(line.At("project/src")));
    }

    [Fact]
    public async Task Removes_what_was_compiled_and_what_is_described_twice()
    {
        await InstallAsync();
        File.Move(
            Path.Combine(SitePackages, "tool", "__init__.py"),
            Path.Combine(SitePackages, "tool", "__init__.pyc")
        );
        Directory.CreateDirectory(Path.Combine(SitePackages, "tool.egg-info"));
        await File.WriteAllTextAsync(
            Path.Combine(SitePackages, "tool.egg-info", "PKG-INFO"),
            "Metadata-Version: 1.2\nName: tool\nVersion: 3.0\n",
            TestContext.Current.CancellationToken
        );
        Assert.Equal(["app==1.0", "lib==1.0", "tool==3.0"], await line.InstalledAsync());
        Assert.Equal("", (await line.TypeAsync("pip check")).Succeeded().Error);
        (await line.TypeAsync("pip uninstall tool")).Succeeded();
        Assert.Empty(Directory.GetFileSystemEntries(SitePackages, "tool*"));
    }

    [Fact]
    public async Task Shows_more_when_asked()
    {
        await InstallAsync();
        var text = (await line.TypeAsync("pip show -v lib")).Succeeded().Output;
        Assert.Contains("Metadata-Version: 2.1\nInstaller: krait\nClassifiers:\n  Topic :: Test\n", text);
        Assert.Contains("Entry-points:\n  [console_scripts]\n  go = lib:go\n", text);
        (await line.TypeAsync("pip show")).Failed(1, "name a package");
        (await line.TypeAsync("pip show gone")).Failed(1, "`gone`");
    }

    [Fact]
    public async Task Shows_sizes_and_newer_releases_in_the_tree()
    {
        await InstallAsync();
        line.Index.Add("lib", "2.0");
        string[] words = ["pip", "tree", "--outdated", "--refresh", "--package", "app"];
        Assert.Equal("app v1.0\n└── lib v1.0 (latest: v2.0)\n", (await line.TypeAsync(words)).Succeeded().Output);
        Assert.Matches(@"^app v1\.0 \(\d", (await line.TypeAsync("pip tree --show-sizes --package app")).Output);
    }

    [Fact]
    public async Task Asks_for_newer_prereleases_in_the_list_and_in_the_tree()
    {
        await InstallAsync();
        line.Index.Add("lib", "2.0rc1");
        Assert.Empty((await line.TypeAsync("pip list --outdated --refresh")).Succeeded().Output);
        foreach (var option in (string[])["--pre", "--prerelease allow"])
        {
            var list = (await line.TypeAsync($"pip list --outdated {option}")).Succeeded().Output;
            var tree = (await line.TypeAsync($"pip tree --outdated {option} --package lib")).Succeeded().Output;
            Assert.Matches(@"(?m)^lib +1\.0 +2\.0rc1 +wheel$", list);
            Assert.Equal("lib v1.0 (latest: v2.0rc1)\n", tree);
        }
    }

    [Fact]
    public async Task Calls_nothing_newer_than_a_version_that_it_cannot_read()
    {
        await line.WithEnvironmentAsync();
        line.Write("folder/tool-odd.dist-info/METADATA", "Metadata-Version: 2.1\nName: tool\nVersion: odd\n");
        Assert.Contains("tool", (await line.TypeAsync("pip list --path folder")).Succeeded().Output);
        Assert.Empty((await line.TypeAsync("pip list --path folder --outdated")).Succeeded().Output);
        Assert.Contains("tool", (await line.TypeAsync("pip list --path folder --uptodate")).Succeeded().Output);
    }

    [Fact]
    public async Task Refuses_the_users_folder()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip freeze --user")).Failed(2, "--path DIR");
        (await line.TypeAsync("pip list --local")).Succeeded();
        (await line.TypeAsync("pip freeze --all")).Succeeded();
    }

    [Fact]
    public async Task Reads_the_requirements_of_an_egg()
    {
        await InstallAsync();
        var site = Path.GetDirectoryName(Directory.GetDirectories(line.At(".venv"), "lib-1.0.dist-info", AllBelow)[0])!; // it is in a folder
        var egg = Path.Combine(site, "old-1.0.egg-info");
        Directory.CreateDirectory(egg);
        await WriteAsync("PKG-INFO", "Metadata-Version: 1.0\nName: old\nVersion: 1.0\n");
        await WriteAsync(
            "requires.txt",
            "tool<3\n\n[:python_version < '3']\nancient\n\n[extra]\nnever\n\n[extra:python_version >= '3']\nneither\n"
        );
        var check = (await line.TypeAsync("pip check")).Failed(1);
        Assert.Contains("old 1.0 has requirement tool<3, but you have tool 3.0", check.Output + check.Error);
        Assert.DoesNotContain("ancient", check.Output + check.Error);
        Assert.DoesNotContain("never", check.Output + check.Error);
        Assert.Contains("Requires: tool\n", (await line.TypeAsync("pip show old")).Succeeded().Output);

        Task WriteAsync(string name, string text) =>
            File.WriteAllTextAsync(Path.Combine(egg, name), text, TestContext.Current.CancellationToken);
    }

    private static readonly EnumerationOptions AllBelow = new() { RecurseSubdirectories = true };

    [Fact]
    public async Task Explains_by_what_a_set_holds_though_nothing_of_it_was_asked_for_by_name()
    {
        line.Index.Add("low", "1.0", "lib<2").Add("extra", "1.0", "lib ; extra == 'x'").Add("lib", "3.0");
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "low==1.0\nlib==1.0\nextra==1.0\n");
        (await line.TypeAsync("pip sync")).Succeeded();
        (await line.TypeAsync("pip install tool")).Succeeded();
        var why = (await line.TypeAsync("pip why lib")).Succeeded().Output;
        Assert.Contains("kept from 3.0 by low 1.0, which requires `lib<2`", why);
        Assert.DoesNotContain("you ask for lib", why);
        Assert.Contains("you ask for low", (await line.TypeAsync("pip why low")).Succeeded().Output);
    }
}
