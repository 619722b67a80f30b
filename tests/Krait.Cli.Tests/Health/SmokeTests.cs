using System.Text.Json;
using System.Xml.Linq;
using Krait.Testing;

namespace Krait.Cli.Tests.Health;

public sealed class SmokeTests : IDisposable
{
    private readonly CommandLine line = new();

    public SmokeTests()
    {
        Add(
            new WheelBuilder("good", "1.0")
                .File("good.py", "def main(): pass\n")
                .EntryPoints("console_scripts", "good = good:main")
        );
        Add(new WheelBuilder("shared", "1.0").File("shared.py"));
        Add(new WheelBuilder("one", "1.0").Requires("shared").File("one.py", "import shared\n"));
        Add(new WheelBuilder("two", "1.0").Requires("shared").File("two.py", "import shared\n"));
        Add(
            new WheelBuilder("raises", "1.0").File(
                "raises/__init__.py",
                "import json\nraise RuntimeError('no such thing\\nmore')\n"
            )
        );
        Add(new WheelBuilder("crashes", "1.0").File("crashes.py", "import os\nos.kill(os.getpid(), 11)\n"));
        Add(new WheelBuilder("quits", "1.0").File("quits.py", "import os\nos._exit(0)\n"));
        Add(new WheelBuilder("hangs", "1.0").File("hangs.py", "import time\ntime.sleep(600)\n"));
        Add(new WheelBuilder("greedy", "1.0").File("greedy.py", "hoard = bytearray(4 << 30)\n"));
        Add(new WheelBuilder("lost", "1.0").File("lost.py").EntryPoints("console_scripts", "lost = lost:absent"));
        Add(
            new WheelBuilder("plug", "1.0")
                .File("plug/__init__.py")
                .File("plug/runner.py", "import runner_that_is_not_here\n")
                .EntryPoints("runner11", "plug = plug.runner")
        );
        Add(new WheelBuilder("plain", "1.0").File("plain.py", "import undeclared_module\n"));
        Add(new WheelBuilder("spoils", "1.0").File("spoils.py", "import sys\nsys.modules['json'] = None\n"));
        Add(new WheelBuilder("uses-json", "1.0").File("uses_json.py", "import json.decoder, json\njson.loads('1')\n"));
    }

    private void Add(WheelBuilder wheel) => line.Index.Add(wheel);

    public void Dispose() => line.Dispose();

    private async Task InstallAsync(string packages)
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install " + packages)).Succeeded();
    }

    private async Task<Dictionary<string, JsonElement>> SmokeAsync(string options, int code)
    {
        var answer = await line.TypeAsync("smoke --output-format json " + options);
        Assert.True(answer.Code == code, $"{answer.Code}\n{answer.Output}\n{answer.Error}");
        return JsonDocument
            .Parse(answer.Output)
            .RootElement.GetProperty("results")
            .EnumerateArray()
            .DistinctBy(one => one.GetProperty("name").GetString()!)
            .ToDictionary(one => one.GetProperty("name").GetString()!);
    }

    [Fact]
    public async Task S1_22_Imports_modules_and_loads_entry_points()
    {
        await InstallAsync("good one two plug");
        var results = await SmokeAsync("", 0);
        Assert.Equal(["good", "one", "plug", "shared", "two"], results.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(2, results["good"].GetProperty("checks").GetInt32());
        Assert.Contains(
            "runner_that_is_not_here",
            results["plug"].GetProperty("skipped")[0].GetString(),
            StringComparison.Ordinal
        );
        var answer = (await line.TypeAsync("smoke")).Succeeded();
        Assert.Contains("5 passed, 0 failed", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S1_22_Contains_crashes_hangs_and_greed_and_blames_nobody_else()
    {
        await InstallAsync("good one two raises crashes quits hangs greedy lost plain");
        var results = await SmokeAsync("--time-limit 10 --memory-limit 2G", 1);
        foreach (var name in new[] { "good", "one", "two", "shared" })
            Assert.Equal("passed", results[name].GetProperty("outcome").GetString());
        Assert.Equal("crash", KindOf("crashes"));
        Assert.Equal("crash", KindOf("quits"));
        Assert.Equal("timeout", KindOf("hangs"));
        Assert.Equal("memory", KindOf("greedy"));
        Assert.Equal("error", KindOf("raises"));
        Assert.Equal("RuntimeError: no such thing", MessageOf("raises"));
        Assert.Contains(
            "raises/__init__.py:2",
            results["raises"].GetProperty("failures")[0].GetProperty("place").GetString(),
            StringComparison.Ordinal
        );
        Assert.Contains("absent", MessageOf("lost"), StringComparison.Ordinal);
        Assert.Contains("undeclared_module", MessageOf("plain"), StringComparison.Ordinal);

        string? KindOf(string name) => results[name].GetProperty("failures")[0].GetProperty("kind").GetString();
        string? MessageOf(string name) => results[name].GetProperty("failures")[0].GetProperty("message").GetString();
    }

    /// <summary>What many packages share is imported by the process that the others are forked from; when it ends, they end with it.</summary>
    [Theory]
    [InlineData("import os\nos.kill(os.getpid(), 11)\n", "crash")]
    [InlineData("import time\ntime.sleep(600)\n", "timeout")]
    public async Task Goes_on_with_what_a_shared_package_took_along(string code, string kind)
    {
        Add(new WheelBuilder("base", "1.0").File("base.py", code));
        Add(
            new WheelBuilder("sound", "1.0")
                .File("sound.py", "def main(): pass\n")
                .EntryPoints("console_scripts", "sound = sound:main")
        );
        Add(new WheelBuilder("slow", "1.0").File("slow.py", "import time\ntime.sleep(0.8)\n"));
        foreach (var name in new[] { "left", "right" })
            Add(new WheelBuilder(name, "1.0").Requires("base").Requires("sound").File(name + ".py", "import sound\n"));
        await InstallAsync("left right slow good");
        foreach (var width in new[] { 1, 2, 4 })
        {
            var results = await SmokeAsync($"--time-limit 2 -j {width}", 1);
            foreach (var name in new[] { "left", "right", "slow", "good", "sound" })
                Assert.Equal("passed", results[name].GetProperty("outcome").GetString());
            var failure = Assert.Single(results["base"].GetProperty("failures").EnumerateArray());
            Assert.Equal(kind, failure.GetProperty("kind").GetString());
            Assert.Equal(2, results["sound"].GetProperty("checks").GetInt32());
        }
    }

    [Fact]
    public async Task Loads_the_entry_points_of_shared_packages()
    {
        Add(new WheelBuilder("base", "1.0").File("base.py").EntryPoints("console_scripts", "base = base:absent"));
        Add(new WheelBuilder("left", "1.0").Requires("base").File("left.py", "import base\n"));
        Add(new WheelBuilder("right", "1.0").Requires("base").File("right.py", "import base\n"));
        await InstallAsync("left right");
        var results = await SmokeAsync("", 1);
        var failure = Assert.Single(results["base"].GetProperty("failures").EnumerateArray());
        Assert.Contains("absent", failure.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("passed", results["left"].GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Tries_what_fails_among_others_again_alone()
    {
        await InstallAsync("spoils uses-json");
        var results = await SmokeAsync("-j 1", 0);
        Assert.Equal("passed", results["uses-json"].GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task S1_32_Takes_modules_and_commands_that_users_name()
    {
        await InstallAsync("good raises");
        var results = await SmokeAsync("--module good --command good", 0);
        Assert.Equal(["good"], results.Keys.Distinct(StringComparer.Ordinal));
        (await line.TypeAsync("smoke", "--command", "python -c 'import sys; print(\"no\"); sys.exit(7)'")).Failed(1);
        (await line.TypeAsync("smoke --module nothing_like_that")).Failed(2, "nothing_like_that");
        (await line.TypeAsync("smoke --command nothing-like-that")).Failed(2, "nothing-like-that");
        (await line.TypeAsync("smoke missing")).Failed(2, "missing");
        (await line.TypeAsync("smoke good --time-limit soon")).Failed(2, "--time-limit");
        (await line.TypeAsync("smoke good --memory-limit much")).Failed(2, "--memory-limit");
    }

    [Fact]
    public async Task Writes_JUnit()
    {
        await InstallAsync("good crashes");
        (await line.TypeAsync("smoke --junit report.xml")).Failed(1);
        var suite = XDocument.Parse(line.Read("report.xml")).Root!.Element("testsuite")!;
        Assert.Equal("2", suite.Attribute("tests")!.Value);
        Assert.Equal("1", suite.Attribute("errors")!.Value);
        Assert.Equal(
            "crash",
            suite
                .Elements("testcase")
                .Single(one => one.Attribute("name")!.Value == "crashes 1.0")
                .Element("error")!
                .Attribute("type")!
                .Value
        );
    }

    [Fact]
    public async Task Install_and_sync_try_what_they_installed_and_take_it_back()
    {
        await InstallAsync("good");
        (await line.TypeAsync("pip install one --smoke")).Succeeded();
        (await line.TypeAsync("pip install raises --rollback-on-failure")).Failed(2, "--smoke");
        var answer = (await line.TypeAsync("pip install raises --smoke --rollback-on-failure")).Failed(
            1,
            "FAILED raises 1.0",
            "Rolled back"
        );
        Assert.Contains("no such thing", answer.Error, StringComparison.Ordinal);
        Assert.Equal(["good==1.0", "one==1.0", "shared==1.0"], await line.InstalledAsync());
        Assert.True(File.Exists(line.SiteFile("good-1.0.dist-info/REQUESTED")));
        Assert.False(File.Exists(line.SiteFile("shared-1.0.dist-info/REQUESTED")));
        line.Write("requirements.txt", "raises==1.0\n");
        (await line.TypeAsync("pip sync --smoke --rollback-on-failure")).Failed(1, "Rolled back");
        Assert.Equal(["good==1.0", "one==1.0", "shared==1.0"], await line.InstalledAsync());
        (await line.TypeAsync("pip sync --smoke")).Failed(1, "FAILED raises 1.0");
        Assert.Equal(["raises==1.0"], await line.InstalledAsync());
        (await line.TypeAsync("smoke")).Failed(1);
        (await line.TypeAsync("doctor")).Succeeded();
    }
}
