namespace Krait.EndToEnd.Building;

/// <summary>Source distributions of an index, from resolution to a second environment.</summary>
public sealed class SdistTests
{
    [Fact]
    public async Task A_source_distribution_is_built_once_and_serves_every_environment()
    {
        using var scene = BuildScene.Open();
        scene.Publish(scene.Project("outer", "1.0", "inner"));
        scene.Publish(scene.Project("inner", "2.0"));
        var first = await scene.VenvAsync();
        (await scene.PipAsync(first, "install", "outer")).Succeeded();
        Assert.Equal(["inner==2.0", "outer==1.0"], await scene.FreezeAsync(first));
        var calls = scene.Calls;
        Assert.Equal(
            ["metadata inner", "metadata outer", "wheel inner", "wheel outer"],
            calls.Order(StringComparer.Ordinal)
        );

        var second = await scene.VenvAsync("second");
        var again = (await scene.PipAsync(second, "install", "outer")).Succeeded();
        Assert.Equal(calls, scene.Calls);
        Assert.Contains("Installed 2 packages", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Prepared", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pins_are_built_where_no_wheel_fits_and_no_binary_prefers_the_source()
    {
        using var scene = BuildScene.Open();
        scene.Publish(scene.Project("demo"));
        scene.Index.Add("demo", "1.0");
        var venv = await scene.VenvAsync();
        scene.Sandbox.Write("pins.txt", "demo==1.0\n");
        (await scene.PipAsync(venv, "sync", "pins.txt")).Succeeded();
        Assert.Empty(scene.Calls);
        (await scene.PipAsync(venv, "sync", "--reinstall", "--no-binary", "demo", "pins.txt")).Succeeded();
        Assert.Equal(["wheel demo"], scene.Calls);
    }

    [Theory]
    [InlineData("--no-build")]
    [InlineData("--only-binary=:all:")]
    [InlineData("--no-build-package=demo")]
    public async Task Nothing_is_built_where_that_is_forbidden(string option)
    {
        using var scene = BuildScene.Open();
        scene.Publish(scene.Project("demo"));
        var venv = await scene.VenvAsync();
        var run = await scene.PipAsync(venv, "install", option, "demo");
        Assert.Equal(1, run.ExitCode);
        Assert.Empty(scene.Calls);
        Assert.Empty(await scene.FreezeAsync(venv));
    }

    [Fact]
    public async Task What_a_build_needs_is_built_too_and_a_circle_is_explained()
    {
        using var scene = BuildScene.Open();
        scene.Publish(scene.Project("tool"));
        scene.Publish(scene.Project("demo") with { BuildRequires = ["tool"] });
        scene.Publish(scene.Project("one") with { BuildRequires = ["two"] });
        scene.Publish(scene.Project("two") with { BuildRequires = ["one"] });
        var venv = await scene.VenvAsync();
        (await scene.PipAsync(venv, "install", "demo")).Succeeded();
        Assert.Equal(["demo==1.0"], await scene.FreezeAsync(venv));
        Assert.Contains("wheel tool", scene.Calls);

        var circle = await scene.PipAsync(venv, "install", "one");
        Assert.Equal(1, circle.ExitCode);
        Assert.Contains("building one 1.0 needs two 1.0", circle.Error, StringComparison.Ordinal);
        Assert.Equal(["demo==1.0"], await scene.FreezeAsync(venv));
    }

    [Fact]
    public async Task S1_12_A_failed_build_changes_nothing_and_names_an_older_release_with_a_wheel()
    {
        using var scene = BuildScene.Open();
        const string Broken =
            "def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):\n    raise RuntimeError('no compiler')\n";
        scene.Publish(scene.Project("demo", "2.0") with { Extra = Broken });
        scene.Index.Add("demo", "1.5").Add("demo", "1.0");
        var venv = await scene.VenvAsync();
        var run = await scene.PipAsync(venv, "install", "demo");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("failed to build demo 2.0", run.Error, StringComparison.Ordinal);
        Assert.Contains("no compiler", run.Error, StringComparison.Ordinal);
        Assert.Contains("require `demo==1.5`", run.Error, StringComparison.Ordinal);
        Assert.Contains("the environment is unchanged", run.Error, StringComparison.Ordinal);
        Assert.Empty(await scene.FreezeAsync(venv));
    }

    [Fact]
    public async Task Settings_reach_the_backend_and_keep_their_wheels_apart()
    {
        using var scene = BuildScene.Open();
        scene.Publish(scene.Project("demo"));
        var first = await scene.VenvAsync();
        (await scene.PipAsync(first, "install", "-C", "color=red", "demo")).Succeeded();
        (await scene.PipAsync(await scene.VenvAsync("second"), "install", "demo")).Succeeded();
        (
            await scene.PipAsync(
                await scene.VenvAsync("third"),
                "install",
                "--config-settings-package",
                "demo:a=b",
                "demo"
            )
        ).Succeeded();
        Assert.Equal(
            ["wheel demo {'color': 'red'}", "wheel demo", "wheel demo {'a': 'b'}"],
            scene.Calls.Where(call => call.StartsWith("wheel", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task Build_constraints_limit_what_builds_get()
    {
        using var scene = BuildScene.Open();
        scene.Publish(scene.Project("demo") with { BuildRequires = ["tool"] });
        scene.Index.Add("tool", "1.0").Add("tool", "2.0");
        scene.Sandbox.Write("limits.txt", "tool<2\n");
        var venv = await scene.VenvAsync();
        var run = (await scene.PipAsync(venv, "install", "-v", "-b", "limits.txt", "demo")).Succeeded();
        Assert.Contains("# environment: tool==1.0", run.Error, StringComparison.Ordinal);
        scene.Sandbox.Write("limits.txt", "tool<1\n");
        var failed = await scene.PipAsync(venv, "install", "--reinstall", "-b", "limits.txt", "demo");
        Assert.Equal(1, failed.ExitCode);
    }

    [Fact]
    public async Task Without_isolation_what_is_built_comes_after_what_it_is_built_with()
    {
        using var scene = BuildScene.Open();
        const string Needy =
            "def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):\n    import tool\n    note('with tool')\n    return write_wheel(wheel_directory, {})\n";
        scene.Publish(scene.Project("demo", "1.0", "tool") with { BuildRequires = ["tool"], Extra = Needy });
        scene.Index.Add("tool", "1.0");
        var venv = await scene.VenvAsync();
        (await scene.PipAsync(venv, "install", "--no-build-isolation-package", "demo", "demo")).Succeeded();
        Assert.Equal(["demo==1.0", "tool==1.0"], await scene.FreezeAsync(venv));
        Assert.Contains("with tool demo", scene.Calls);

        var other = await scene.VenvAsync("other");
        var check = await scene.PipAsync(
            other,
            "install",
            "--no-build-isolation",
            "--check-build-dependencies",
            "demo"
        );
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("it needs `tool`", check.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_processes_with_a_cold_cache_build_once()
    {
        using var scene = BuildScene.Open();
        scene.Publish(scene.Project("demo"));
        var venvs = new List<string>();
        for (var i = 0; i < 10; i++)
            venvs.Add(await scene.VenvAsync($"v{i}"));
        var runs = await Task.WhenAll(venvs.Select(venv => scene.PipAsync(venv, "install", "demo")));
        Assert.All(runs, run => run.Succeeded());
        Assert.Single(scene.Calls, "wheel demo");
        foreach (var venv in venvs)
            Assert.Equal(["demo==1.0"], await scene.FreezeAsync(venv));
    }

    [Fact]
    public async Task A_kill_during_a_build_leaves_nothing_that_matters()
    {
        using var scene = BuildScene.Open();
        const string Slow =
            "import time\nquick = build_wheel\ndef build_wheel(wheel_directory, config_settings=None, metadata_directory=None):\n    if not os.path.exists(LOG + '.go'):\n        note('waiting')\n        time.sleep(60)\n    return quick(wheel_directory, config_settings, metadata_directory)\n";
        scene.Publish(scene.Project("demo") with { Extra = Slow });
        var venv = await scene.VenvAsync();
        using (
            var killed = scene.Sandbox.StartKrait(
                "pip",
                "install",
                "--python",
                venv,
                "--index-url",
                scene.Index.Url,
                "demo"
            )
        )
        {
            while (!scene.Calls.Contains("waiting demo") && !killed.HasExited)
                await Task.Delay(50, TestContext.Current.CancellationToken);
            killed.Kill();
            await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await File.WriteAllTextAsync(scene.Log + ".go", "", TestContext.Current.CancellationToken);
        (await scene.PipAsync(venv, "install", "demo")).Succeeded();
        Assert.Equal(["demo==1.0"], await scene.FreezeAsync(venv));
        Assert.Empty(Directory.GetDirectories(Path.Combine(scene.Sandbox.Cache, "temporary-v1"), "build-*"));
    }

    [Fact]
    public async Task Compiling_asks_backends_and_a_lock_file_is_installed_by_building()
    {
        using var scene = BuildScene.Open();
        scene.Publish(scene.Project("outer", "1.0", "inner"));
        scene.Publish(scene.Project("inner", "2.0"));
        scene.Sandbox.Write("wanted.in", "outer\n");
        var venv = await scene.VenvAsync();
        (await scene.PipAsync(venv, "compile", "wanted.in", "-o", "pylock.toml")).Succeeded();
        Assert.Equal(["metadata inner", "metadata outer"], scene.Calls.Order(StringComparer.Ordinal));
        var locked = await File.ReadAllTextAsync(
            scene.Sandbox.At("pylock.toml"),
            TestContext.Current.CancellationToken
        );
        Assert.Contains("inner-2.0.tar.gz", locked, StringComparison.Ordinal);
        (await scene.PipAsync(venv, "sync", "pylock.toml")).Succeeded();
        Assert.Equal(["inner==2.0", "outer==1.0"], await scene.FreezeAsync(venv));
    }
}
