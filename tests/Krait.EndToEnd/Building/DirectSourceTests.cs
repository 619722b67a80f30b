using System.Globalization;

namespace Krait.EndToEnd.Building;

/// <summary>Sources that are named by path, URL or repository.</summary>
public sealed class DirectSourceTests
{
    [Fact]
    public async Task A_project_goes_from_the_index_to_editable_and_back_and_there_is_always_one()
    {
        using var scene = BuildScene.Open();
        scene.Index.Add("black", "1.0").Add("black", "1.1");
        scene.Project("black", "2.0").WriteTo(scene.Sandbox.At("black"));
        var venv = await scene.VenvAsync();
        (await scene.PipAsync(venv, "install", "black==1.0")).Succeeded();
        (await scene.PipAsync(venv, "install", "-e", "./black")).Succeeded();
        Assert.Equal([$"-e {scene.Sandbox.At("black")}"], await scene.FreezeAsync(venv));
        Assert.Contains("\"editable\":true", BuildScene.Origin(venv, "black-2.0"), StringComparison.Ordinal);
        (await scene.PipAsync(venv, "install", "black==1.1")).Succeeded();
        Assert.Equal(["black==1.1"], await scene.FreezeAsync(venv));
        Assert.Single(Directory.GetDirectories(Path.Combine(venv, "lib", "python3.12", "site-packages"), "black-*"));
    }

    [Fact]
    public async Task An_editable_is_built_once_until_its_metadata_change()
    {
        using var scene = BuildScene.Open();
        var project = scene.Project("demo") with { Tables = "[tool.krait]\ncache-keys = [\"version.txt\"]\n" };
        var folder = project.WriteTo(scene.Sandbox.At("demo"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "demo.py"),
            "value = 1\n",
            TestContext.Current.CancellationToken
        );
        var venv = await scene.VenvAsync();
        (await scene.PipAsync(venv, "install", "-e", "./demo")).Succeeded();
        var again = (await scene.PipAsync(venv, "install", "-e", "./demo")).Succeeded();
        Assert.Contains("All requirements are already satisfied", again.Error, StringComparison.Ordinal);
        Assert.Equal(["editable demo"], scene.Calls);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "demo.py"),
            "value = 2\n",
            TestContext.Current.CancellationToken
        );
        var value = await scene.Sandbox.ProgramAsync(
            Path.Combine(venv, "bin", "python"),
            "-c",
            "import demo; print(demo.value)"
        );
        Assert.Equal("2\n", value.Succeeded().Output);
        (await scene.PipAsync(venv, "install", "-e", "./demo")).Succeeded();
        Assert.Equal(["editable demo"], scene.Calls);
        await File.WriteAllTextAsync(Path.Combine(folder, "version.txt"), "2\n", TestContext.Current.CancellationToken);
        (await scene.PipAsync(venv, "install", "-e", "./demo")).Succeeded();
        Assert.Equal(["editable demo", "editable demo"], scene.Calls);
        (await scene.PipAsync(venv, "install", "--no-editable", "-e", "./demo")).Succeeded();
        Assert.StartsWith("demo @ file://", Assert.Single(await scene.FreezeAsync(venv)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_built_again_when_its_files_change()
    {
        using var scene = BuildScene.Open();
        var folder = scene.Project("demo").WriteTo(scene.Sandbox.At("demo"));
        var module = Path.Combine(folder, "demo.py");
        var venv = await scene.VenvAsync();
        foreach (var value in new[] { 1, 2 })
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"value = {value}\n");
            await File.WriteAllTextAsync(module, text, TestContext.Current.CancellationToken);
            (await scene.PipAsync(venv, "install", "./demo")).Succeeded();
            var installed = Path.Combine(venv, "lib", "python3.12", "site-packages", "demo.py");
            Assert.Equal(text, await File.ReadAllTextAsync(installed, TestContext.Current.CancellationToken));
        }

        var before = scene.Calls.Length;
        (await scene.PipAsync(venv, "install", "./demo")).Succeeded();
        Assert.Equal(before, scene.Calls.Length);
    }

    [Fact]
    public async Task Archives_of_any_name_are_built_from_paths_and_addresses()
    {
        using var scene = BuildScene.Open();
        var project = scene.Project("demo");
        scene.Index.AddFile("anything", "main.tar.gz", project.Pack());
        await File.WriteAllBytesAsync(
            scene.Sandbox.At("local.tgz"),
            project.Pack(),
            TestContext.Current.CancellationToken
        );
        foreach (var place in new[] { scene.Index.FileUrl("main.tar.gz"), "./local.tgz" })
        {
            var venv = await scene.VenvAsync(Guid.NewGuid().ToString("n")[..6]);
            (await scene.PipAsync(venv, "install", place)).Succeeded();
            Assert.StartsWith("demo @ ", Assert.Single(await scene.FreezeAsync(venv)), StringComparison.Ordinal);
            Assert.Contains("\"sha256\":", BuildScene.Origin(venv, "demo-1.0"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_repository_is_built_by_branch_tag_commit_and_subdirectory()
    {
        using var scene = BuildScene.Open();
        var repository = scene.Sandbox.At("repository");
        scene.Project("demo").WriteTo(repository);
        scene.Project("nested").WriteTo(Path.Combine(repository, "sub"));
        await GitAsync("init", "-q", ".");
        await GitAsync("add", "-A");
        await GitAsync("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "one");
        await GitAsync("tag", "v1");
        await GitAsync("branch", "feature");
        var commit = (await GitAsync("rev-parse", "HEAD")).Output.Trim();
        var url = $"git+file://{repository}";
        foreach (
            var text in new[] { url, $"{url}@v1", $"{url}@feature", $"{url}@{commit[..8]}", $"demo @ {url}@{commit}" }
        )
        {
            var venv = await scene.VenvAsync(Guid.NewGuid().ToString("n")[..6]);
            (await scene.PipAsync(venv, "install", text)).Succeeded();
            Assert.Equal([$"demo @ {url}@{commit}"], await scene.FreezeAsync(venv));
            Assert.Contains(
                $"\"commit_id\":\"{commit}\"",
                BuildScene.Origin(venv, "demo-1.0"),
                StringComparison.Ordinal
            );
        }

        Assert.Single(scene.Calls, "wheel demo");
        scene.Sandbox.Write("wanted.in", $"{url}@v1\n");
        var pins = (
            await scene.Sandbox.KraitAsync("pip", "compile", "--no-header", "--no-index", "wanted.in")
        ).Succeeded();
        Assert.Contains($"demo @ {url}@{commit}\n", pins.Output, StringComparison.Ordinal);
        var other = await scene.VenvAsync("other");
        (await scene.PipAsync(other, "install", $"{url}#subdirectory=sub")).Succeeded();
        Assert.Equal([$"nested @ {url}@{commit}#subdirectory=sub"], await scene.FreezeAsync(other));
        var missing = await scene.PipAsync(other, "install", $"{url}@nothing");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("no branch, tag or commit `nothing`", missing.Error, StringComparison.Ordinal);

        async Task<Run> GitAsync(params string[] arguments) =>
            (await scene.Sandbox.ProgramAsync("git", ["-C", repository, .. arguments])).Succeeded();
    }

    [Fact]
    public async Task A_table_of_sources_says_where_the_requirements_of_a_project_come_from()
    {
        using var scene = BuildScene.Open();
        const string Tables = "[tool.uv.sources]\nhelper = { path = \"../helper\", editable = true }\n";
        (scene.Project("demo", "1.0", "helper") with { Tables = Tables }).WriteTo(scene.Sandbox.At("demo"));
        scene.Project("helper").WriteTo(scene.Sandbox.At("helper"));
        var venv = await scene.VenvAsync();
        (await scene.PipAsync(venv, "install", "-e", "./demo")).Succeeded();
        Assert.Equal(
            [$"-e {scene.Sandbox.At("demo")}", $"-e {scene.Sandbox.At("helper")}"],
            await scene.FreezeAsync(venv)
        );
        (await scene.PipAsync(venv, "install", "-e", "./demo", "./helper")).Succeeded();
        Assert.StartsWith("helper @ file://", (await scene.FreezeAsync(venv))[1], StringComparison.Ordinal);
        var none = await scene.PipAsync(await scene.VenvAsync("none"), "install", "--no-sources", "./demo");
        Assert.Equal(1, none.ExitCode);
    }

    [Theory]
    [InlineData("-e", "./nothing")]
    [InlineData("-e", "https://example.invalid/demo.tar.gz")]
    [InlineData("-e", "git+file:///nothing")]
    [InlineData("hg+https://example.invalid/demo", null)]
    public async Task What_cannot_be_used_is_refused_before_anything_happens(string first, string? second)
    {
        using var scene = BuildScene.Open();
        var venv = await scene.VenvAsync();
        string[] arguments = second is null ? [first] : [first, second];
        Assert.Equal(2, (await scene.PipAsync(venv, "install", arguments)).ExitCode);
        Assert.Empty(await scene.FreezeAsync(venv));
    }
}
