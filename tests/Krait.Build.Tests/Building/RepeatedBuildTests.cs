using Krait.Build.Building;
using Krait.Build.Hooks;
using Krait.Packaging.Requirements;

namespace Krait.Build.Tests.Building;

/// <summary>What was built is used again, and by whom.</summary>
public sealed class RepeatedBuildTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keeps_what_is_built_with_other_settings_apart()
    {
        using var host = await BuildHost.CreateAsync();
        var code = """
            def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
                print("settings", config_settings)
                return write_wheel(wheel_directory, tag=(config_settings or {}).get("tag", "py3-none-any"))
            """;
        var source = host.Sdist(new SdistFiles { Code = code });
        var builder = host.Builder();
        var plain = await builder.BuildAsync(source, host.Request(), Token);
        var settings = ConfigSettings.None.With("tag", "py2.py3-none-any").With("list", "1").With("list", "2");
        var other = await builder.BuildAsync(source, host.Request() with { Settings = settings }, Token);
        Assert.Equal("demo-1.0-py2.py3-none-any.whl", other.File.ToString());
        Assert.NotEqual(plain.StoreSource, other.StoreSource);
        Assert.Contains(
            host.Events.OfType<BuildEvent.Line>(),
            line => line.Text is "settings {'list': ['1', '2'], 'tag': 'py2.py3-none-any'}"
        );
        var variables = host.Request() with { ExtraVariables = host.Request().ExtraVariables.Add("A", "1") };
        var required = host.Request() with { ExtraRequires = [Requirement.Parse("x")] };
        Assert.Equal(
            4,
            new[] { host.Request(), variables, required, host.Request() with { Constraints = ["x<2"] } }
                .Select(r => r.Variant)
                .Distinct(StringComparer.Ordinal)
                .Count()
        );
    }

    [Fact]
    public async Task Builds_anew_and_forgets_the_old_when_the_source_has_changed()
    {
        using var host = await BuildHost.CreateAsync();
        var first = host.Sdist(new SdistFiles());
        var old = await host.Builder().BuildAsync(first, host.Request(), Token);
        var changed = host.Sdist(new SdistFiles { Requires = "'a'" });
        Assert.Equal(first.Key, changed.Key);
        Assert.Null(host.Builder().TryFind(changed, host.Request()));
        var built = await host.Builder().BuildAsync(changed, host.Request(), Token);
        Assert.Equal("a", Assert.Single(built.Metadata.RequiresDist).ToString());
        Assert.Equal(old.Path, built.Path);
        Assert.Null(host.Builder().TryFind(first, host.Request()));
        Assert.Equal(2, Directory.GetFileSystemEntries(Path.GetDirectoryName(built.Path)!).Length);
    }

    [Fact]
    public async Task Takes_a_wheel_without_record_and_a_record_without_wheel_for_nothing()
    {
        using var host = await BuildHost.CreateAsync();
        var source = host.Sdist(new SdistFiles());
        var wheel = await host.Builder().BuildAsync(source, host.Request(), Token);
        var record = Path.Combine(Path.GetDirectoryName(wheel.Path)!, "metadata.json");
        var text = await File.ReadAllTextAsync(record, Token);
        File.Delete(wheel.Path);
        Assert.Null(host.Builder().TryFind(source, host.Request()));
        await File.WriteAllTextAsync(wheel.Path, "planted", Token);
        Assert.Null(host.Builder().TryFind(source, host.Request()));
        wheel = await host.Builder().BuildAsync(source, host.Request(), Token);
        foreach (
            var damaged in (string[])
                [
                    "",
                    "{",
                    "[]",
                    "{}",
                    text[..^20],
                    text.Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal),
                ]
        )
        {
            await File.WriteAllTextAsync(record, damaged, Token);
            Assert.Null(host.Builder().TryFind(source, host.Request()));
        }

        Assert.True((await host.Builder().BuildAsync(source, host.Request(), Token)).IsNew);
        Assert.Equal(
            ["data", "format", "policy", "prepared", "requires"],
            KeysOf(await File.ReadAllTextAsync(record, Token))
        );
    }

    [Fact]
    public async Task Chooses_the_best_of_several_wheels_of_one_source()
    {
        using var host = await BuildHost.CreateAsync();
        using var old = await BuildHost.CreateAsync("3.9", host.Cache.Root);
        var code = """
            import sys
            def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
                tag = "cp%d%d" % sys.version_info[:2]
                return write_wheel(wheel_directory, tag="%s-none-any" % tag)
            """;
        var source = host.Sdist(new SdistFiles { Code = code });
        Assert.Equal(
            "demo-1.0-cp312-none-any.whl",
            (await host.Builder().BuildAsync(source, host.Request(), Token)).File.ToString()
        );
        Assert.Null(host.Builder().TryFind(source, old.Request()));
        Assert.Equal(
            "demo-1.0-cp39-none-any.whl",
            (await old.Builder().BuildAsync(source, old.Request(), Token)).File.ToString()
        );
        Assert.Equal("demo-1.0-cp312-none-any.whl", host.Builder().TryFind(source, host.Request())!.File.ToString());
    }

    [Fact]
    public async Task Builds_once_for_ten_processes()
    {
        using var host = await BuildHost.CreateAsync();
        var count = host.Temp.At("count");
        host.Variables["DEMO_COUNT"] = count;
        var source = host.Sdist(
            new SdistFiles
            {
                Code =
                    "import time\n_build = build_wheel\ndef build_wheel(wheel_directory, **others):\n    time.sleep(0.5)\n    return _build(wheel_directory)\n",
            }
        );
        // Each builder is what a process has: they share nothing but the cache.
        var builders = Enumerable.Range(0, 10).Select(_ => host.Builder()).ToList();
        var wheels = await Task.WhenAll(
            builders.Select(b => Task.Run(() => b.BuildAsync(source, host.Request(), Token), Token))
        );
        Assert.Equal(["build_wheel"], await File.ReadAllLinesAsync(count, Token));
        Assert.Single(wheels.Select(wheel => wheel.Path).Distinct(StringComparer.Ordinal));
        Assert.Single(wheels, wheel => wheel.IsNew);
    }

    [Fact]
    public async Task Asks_for_metadata_once_for_ten_processes()
    {
        using var host = await BuildHost.CreateAsync();
        var count = host.Temp.At("count");
        host.Variables["DEMO_COUNT"] = count;
        var source = host.Sdist(
            new SdistFiles
            {
                Code =
                    SourceBuilderTests.Prepare
                    + "\nimport time\n_prepare = prepare_metadata_for_build_wheel\ndef prepare_metadata_for_build_wheel(metadata_directory, **others):\n    count('prepare')\n    time.sleep(0.5)\n    return _prepare(metadata_directory)\n",
            }
        );
        // Each builder is what a process has: they share nothing but the cache.
        var builders = Enumerable.Range(0, 10).Select(_ => host.Builder()).ToList();
        var answers = await Task.WhenAll(
            builders.Select(b => Task.Run(() => b.DescribeAsync(source, host.Request(), Token), Token))
        );
        Assert.Equal(["prepare"], await File.ReadAllLinesAsync(count, Token));
        Assert.All(answers, answer => Assert.Equal("demo", answer.Name.Value));
        // Who was told has not prepared anything itself, and builds all the same.
        var wheels = await Task.WhenAll(
            builders.Select(b => Task.Run(() => b.BuildAsync(source, host.Request(), Token), Token))
        );
        Assert.Equal(["prepare", "build_wheel"], await File.ReadAllLinesAsync(count, Token));
        Assert.Single(wheels, wheel => wheel.IsNew);
    }

    [Fact]
    public async Task Builds_once_for_ten_tasks()
    {
        using var host = await BuildHost.CreateAsync();
        host.Variables["DEMO_COUNT"] = host.Temp.At("count");
        var source = host.Sdist(new SdistFiles());
        var builder = host.Builder();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => builder.BuildAsync(source, host.Request(), Token)));
        Assert.Equal(1, builder.HookRuns);
    }

    private static string[] KeysOf(string json)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal)];
    }
}
