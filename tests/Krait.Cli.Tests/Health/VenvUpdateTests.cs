using Krait.Testing;

namespace Krait.Cli.Tests.Health;

/// <summary>The cases of venv-update and pip-faster that are worth keeping.</summary>
public sealed class VenvUpdateTests : IDisposable
{
    private readonly CommandLine line = new();

    public VenvUpdateTests()
    {
        line.Index.Add("lib", "1.0").Add("lib", "2.0").Add(new WheelBuilder("app", "1.0").Requires("lib"));
        line.Index.Add(
            new WheelBuilder("tool", "1.0")
                .File("tool.py", "def main(): pass\n")
                .EntryPoints("console_scripts", "tool = tool:main")
        );
        line.Index.Add(new WheelBuilder("Mixed.Case-Name", "1.0").Requires("lib").Extra("more", "tool"));
    }

    public void Dispose() => line.Dispose();

    private async Task<Answer> UpdateAsync(params string[] words)
    {
        var answer = await line.TypeAsync(["venv-update", .. words]);
        Assert.SkipWhen(answer.Error.Contains("no Python", StringComparison.OrdinalIgnoreCase), answer.Error);
        return answer;
    }

    private async Task<string[]> InstalledAsync(string venv = "venv") =>
        (await line.TypeAsync($"pip freeze --python {venv}"))
            .Succeeded()
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private DateTime TimeOf(string venv = "venv") => Directory.GetLastWriteTimeUtc(line.At(venv));

    [Fact]
    public async Task Creates_installs_keeps_and_prunes_and_says_each_command()
    {
        line.Write("requirements.txt", "app\ntool\n");
        var first = (await UpdateAsync()).Succeeded();
        Assert.Contains("> krait venv venv --prompt .\n", first.Output, StringComparison.Ordinal);
        Assert.Contains(
            "> krait pip install --upgrade --prune -r requirements.txt --python venv\n",
            first.Output,
            StringComparison.Ordinal
        );
        Assert.Equal(["app==1.0", "lib==2.0", "tool==1.0"], await InstalledAsync());
        Assert.True(File.Exists(line.At("venv/bin/tool")));
        Assert.True(TimeOf() > File.GetLastWriteTimeUtc(line.At("requirements.txt")).AddSeconds(-1));
        line.Write("requirements.txt", "app\n");
        var second = (await UpdateAsync()).Succeeded();
        Assert.Contains("Keeping valid virtualenv from previous run.", second.Output, StringComparison.Ordinal);
        Assert.Equal(["app==1.0", "lib==2.0"], await InstalledAsync());
        Assert.False(File.Exists(line.At("venv/bin/tool")));
        Assert.Contains(
            $"prompt = {Path.GetFileName(line.At("."))}",
            line.Read("venv/pyvenv.cfg").Replace("work", Path.GetFileName(line.At(".")), StringComparison.Ordinal),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Goes_up_and_down_and_keeps_names_and_extras_over_two_runs()
    {
        line.Write("requirements.txt", "lib==1.0\nmixed_case.name[more]\n");
        (await UpdateAsync()).Succeeded();
        (await UpdateAsync()).Succeeded();
        Assert.Equal(["lib==1.0", "mixed-case-name==1.0", "tool==1.0"], await InstalledAsync());
        line.Write("requirements.txt", "lib==2.0\n");
        (await UpdateAsync()).Succeeded();
        Assert.Equal(["lib==2.0"], await InstalledAsync());
        line.Write("requirements.txt", "lib==1.0\n");
        (await UpdateAsync()).Succeeded();
        Assert.Equal(["lib==1.0"], await InstalledAsync());
    }

    [Fact]
    public async Task A_second_run_of_pins_needs_no_network()
    {
        line.Write("requirements.txt", "lib==1.0\ntool==1.0\n");
        (await UpdateAsync("pip-command=", "pip-faster", "install", "--prune")).Succeeded();
        line.Index.ClearLog();
        foreach (var name in new[] { "http_proxy", "https_proxy", "all_proxy" })
            line[name] = "http://127.0.0.1:9";
        (await UpdateAsync("pip-command=", "pip-faster", "install", "--prune", "--retries", "0")).Succeeded();
        (
            await UpdateAsync("venv=", "other", "pip-command=", "pip-faster", "install", "--prune", "--retries", "0")
        ).Succeeded();
        Assert.Equal(["lib==1.0", "tool==1.0"], await InstalledAsync("other"));
        Assert.Empty(line.Index.Paths);
    }

    [Theory]
    [InlineData("moved")]
    [InlineData("activate")]
    [InlineData("configuration")]
    [InlineData("version")]
    [InlineData("executable")]
    [InlineData("build")]
    [InlineData("interpreter")]
    public async Task Replaces_an_environment_that_is_not_valid_any_more_once(string damage)
    {
        line.Write("requirements.txt", "lib\n");
        (await UpdateAsync()).Succeeded();
        var venv = "venv";
        switch (damage)
        {
            case "moved":
                Directory.Move(line.At("venv"), line.At("elsewhere"));
                venv = "elsewhere";
                break;
            case "activate":
                File.Delete(line.At("venv/bin/activate"));
                break;
            case "configuration":
                File.Delete(line.At("venv/pyvenv.cfg"));
                break;
            case "interpreter":
                File.Delete(line.At("venv/bin/python"));
                File.CreateSymbolicLink(line.At("venv/bin/python"), "/nowhere/python");
                break;
            default:
                var key = damage switch
                {
                    "version" => "version_info = ",
                    "executable" => "base-executable = ",
                    _ => "base-build = ",
                };
                line.Write(
                    "venv/pyvenv.cfg",
                    line.Read("venv/pyvenv.cfg").Replace(key, key + "2", StringComparison.Ordinal)
                );
                break;
        }

        var replaced = (await UpdateAsync("venv=", venv)).Succeeded();
        Assert.Contains("Removing invalidated virtualenv. (", replaced.Output, StringComparison.Ordinal);
        Assert.Equal(["lib==2.0"], await InstalledAsync(venv));
        var kept = (await UpdateAsync("venv=", venv)).Succeeded();
        Assert.Contains("Keeping valid virtualenv", kept.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replaces_an_environment_that_should_see_the_packages_of_the_system_or_no_longer()
    {
        line.Write("requirements.txt", "lib\n");
        (await UpdateAsync()).Succeeded();
        var answer = (await UpdateAsync("venv=", "venv", "--system-site-packages")).Succeeded();
        Assert.Contains("(system-site-packages changed, to True from False)", answer.Output, StringComparison.Ordinal);
        Assert.Contains("include-system-site-packages = true", line.Read("venv/pyvenv.cfg"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_keeps_its_exit_code_and_marks_the_environment_as_old()
    {
        line.Write("requirements.txt", "lib\n");
        (await UpdateAsync()).Succeeded();
        line.Write("requirements.txt", "missing\n");
        (await UpdateAsync()).Failed(1, "missing", "marked as old");
        Assert.Equal(DateTime.UnixEpoch, TimeOf());
        (await UpdateAsync("pip-command=", "sh", "-c", "exit 7", "install=")).Failed(7);
        line.Write("requirements.txt", "lib\n");
        (await UpdateAsync()).Succeeded();
        Assert.NotEqual(DateTime.UnixEpoch, TimeOf());
    }

    [Fact]
    public async Task Never_deletes_what_is_no_environment()
    {
        line.Write("project/file.txt", "mine\n");
        line.Write("requirements.txt", "lib\n");
        (await UpdateAsync("venv=", "project")).Failed(2);
        (await UpdateAsync("venv=", "requirements.txt")).Failed(2);
        (await UpdateAsync("venv=", ".")).Failed(2);
        Assert.Equal("mine\n", line.Read("project/file.txt"));
        Assert.Equal("lib\n", line.Read("requirements.txt"));
        (await line.TypeAsync("venv-update -r requirements.txt")).Failed(1, "before the first group");
        (await line.TypeAsync("venv-update vnv= x")).Failed(1, "no group");
    }

    [Fact]
    public async Task Runs_other_commands_with_the_environment_active_and_installs_bootstrap_packages_first()
    {
        line.Write("requirements.txt", "lib\n");
        var answer = (
            await UpdateAsync(
                "bootstrap-deps=",
                "tool",
                "pip-command=",
                "sh",
                "-c",
                "echo $VIRTUAL_ENV; command -v tool",
                "install="
            )
        ).Succeeded();
        Assert.Contains(line.At("venv/bin/tool"), answer.Output, StringComparison.Ordinal);
        Assert.Contains("> krait pip install tool --python venv", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_help_and_version()
    {
        Assert.Contains(
            "venv-update",
            (await line.TypeAsync("venv-update --help")).Succeeded().Output,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "krait ",
            (await line.TypeAsync("venv-update -V")).Succeeded().Output,
            StringComparison.Ordinal
        );
    }
}
