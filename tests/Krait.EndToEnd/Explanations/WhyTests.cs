using Krait.Testing;

namespace Krait.EndToEnd.Explanations;

/// <summary>`krait pip why` and `krait pip why-not`, as a person reads them.</summary>
public sealed class WhyTests : IDisposable
{
    private readonly Sandbox sandbox = new();
    private readonly FakeIndex index = new FakeIndex()
        .Add(new WheelBuilder("web", "3.0").Requires("templates>=2").Extra("fast", "speedups<2"))
        .Add(new WheelBuilder("web", "2.0").Requires("templates<2"))
        .Add("templates", "1.0")
        .Add("templates", "2.0", "escape")
        .Add("templates", "3.0", "escape", "nothing-yet")
        .Add("escape", "1.0")
        .Add("speedups", "1.0")
        .Add("speedups", "2.0")
        .Add("cloud", "1.0", "http")
        .Add("cloud", "2.0", "core>=2")
        .Add("core", "2.0", "http>=2 ; python_version >= '3'")
        .Add("http", "1.0")
        .Add("http", "2.0");

    [Fact]
    public Task Names_every_path_and_the_bound_that_keeps_from_the_newest() =>
        ExpectAsync(
            "web[fast]\nspeedups\n",
            ["why", "speedups"],
            """
            speedups 1.0 (the newest is 2.0)
              requirements.in (line 2) asks for speedups
              requirements.in (line 1) asks for web[fast] → web[fast] 3.0 requires speedups<2
              kept from 2.0 by web[fast] 3.0, which requires `speedups<2`
            """
        );

    [Fact]
    public Task Tells_what_the_newest_version_would_be_in_conflict_with() =>
        ExpectAsync(
            "cloud\nhttp<2\n",
            ["why", "cloud"],
            """
            cloud 1.0 (the newest is 2.0)
              requirements.in (line 1) asks for cloud
              kept from 2.0 by `http<2` in requirements.in (line 2):
                you require `http<2` in requirements.in (line 2)
                `cloud==2.0` depends on `core>=2`
                every version of `core` depends on `http>=2`
            """
        );

    [Fact]
    public Task Says_that_a_version_is_the_newest() =>
        ExpectAsync(
            "http\n",
            ["why", "http"],
            """
            http 2.0, the newest
              requirements.in (line 1) asks for http
            """
        );

    [Fact]
    public Task Proves_why_a_version_cannot_be_and_names_the_requirement_to_relax() =>
        ExpectAsync(
            "cloud\nhttp<2\n",
            ["why-not", "cloud==2.0"],
            """
            error: `cloud==2.0` cannot be chosen beside `http<2`
              you require `http<2` in requirements.in (line 2)
              `cloud==2.0` depends on `core>=2`
              every version of `core` depends on `http>=2`
            hint: Relax `http<2` in requirements.in (line 2), and `cloud==2.0` becomes possible
            """,
            exitCode: 1
        );

    [Fact]
    public Task The_requirement_to_relax_may_be_the_one_on_the_package_itself() =>
        ExpectAsync(
            "http<2\n",
            ["why-not", "http==2.0"],
            """
            error: `http==2.0` cannot be chosen beside `http<2`
              you require `http<2` in requirements.in (line 1)
            hint: Relax `http<2` in requirements.in (line 1), and `http==2.0` becomes possible
            """,
            exitCode: 1
        );

    [Fact]
    public Task What_is_wrong_with_the_version_itself_is_no_requirements_fault() =>
        ExpectAsync(
            "templates\n",
            ["why-not", "templates==3.0"],
            """
            error: `templates==3.0` cannot be chosen
              `templates==3.0` depends on `nothing-yet`
              `nothing-yet` was not found on {index}
            hint: Name the index that has `nothing-yet`, or exclude it if you can do without
            """,
            exitCode: 1
        );

    [Fact]
    public Task A_version_that_does_not_exist_is_said_to() =>
        ExpectAsync(
            "http\n",
            ["why-not", "http==9"],
            """
            error: `http==9` cannot be chosen
              there is no version of `http==9`, only 1.0 and 2.0
            hint: Ask for a version that exists, such as `http==2.0`
            """,
            exitCode: 1
        );

    [Fact]
    public Task A_version_that_is_only_not_preferred_is_possible() =>
        ExpectAsync(
            "http\n",
            ["why-not", "http==1.0"],
            "`http==1.0` is possible: nothing forbids it, another version is only preferred"
        );

    [Fact]
    public Task A_package_that_nothing_asks_for_has_no_reason() =>
        ExpectAsync("http\n", ["why", "cloud"], "error: nothing asks for `cloud`", exitCode: 1);

    public void Dispose()
    {
        index.Dispose();
        sandbox.Dispose();
    }

    private async Task ExpectAsync(string requirements, string[] question, string expected, int exitCode = 0)
    {
        var venv = await sandbox.VenvAsync(Machine.RequirePython("3.12"));
        sandbox.Write("requirements.in", requirements);
        var run = await sandbox.KraitAsync([
            "pip",
            .. question,
            "--python",
            Path.Combine(venv, "bin", "python"),
            "--index-url",
            index.Url,
            "-r",
            "requirements.in",
        ]);
        var said = (run.Output + run.Error).Trim();
        Assert.Equal(expected.Replace("{index}", index.Url), said);
        Assert.Equal(exitCode, run.ExitCode);
    }
}
