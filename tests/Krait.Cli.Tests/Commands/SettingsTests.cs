using Krait.Resolver.Reporting;
using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

public sealed class SettingsTests : IDisposable
{
    private readonly CommandLine line = new();
    private readonly FakeIndex second = new();

    public SettingsTests()
    {
        line.Index.Add("app", "1.0", "lib>=1")
            .Add("lib", "1.0")
            .Add("lib", "1.1")
            .Add("tool", "3.0")
            .Add("tool", "4.0rc1");
        second.Add("lib", "9.0").Add("tool", "9.0");
    }

    public void Dispose()
    {
        line.Dispose();
        second.Dispose();
    }

    [Fact]
    public async Task Reads_pip_tools_tables_below_the_command_line()
    {
        line.Write(
            "pyproject.toml",
            """
            [tool.pip-tools]
            no-annotate = true
            header = false
            pre = true
            ask = true
            [tool.pip-tools.compile]
            pre = false
            unsafe-package = ["lib"]
            """
        );
        line.Write("a.in", "tool\nlib\n");
        Assert.StartsWith("tool==3.0\n", (await line.TypeAsync("pip compile a.in")).Succeeded().Output);
        Assert.Contains("# via -r a.in", (await line.TypeAsync("pip compile a.in --annotate")).Output);
        Assert.Equal(["lib==1.1", "tool==3.0"], (await line.TypeAsync("pip compile a.in --no-config")).Pins());
    }

    [Fact]
    public async Task Prefers_the_file_of_its_own_beside_the_source()
    {
        line.Write("pyproject.toml", "[tool.pip-tools]\npre = true\n");
        line.Write("sub/.pip-tools.toml", "[tool.pip-tools]\nstrip_extras = false\nconstraint = ['c.txt']\n");
        line.Write("sub/a.in", "lib\n");
        line.Write("c.txt", "lib<1.1\n");
        Assert.Equal(["lib==1.0"], (await line.TypeAsync("pip compile sub/a.in")).Succeeded().Pins());
        line.Write("other.toml", "[tool.pip-tools]\nconstraint = []\n");
        Assert.Equal(["lib==1.1"], (await line.TypeAsync("pip compile sub/a.in --config other.toml")).Pins());
    }

    [Theory]
    [InlineData("generate-hahses = true", "generate-hashes")]
    [InlineData("generate-hashes = 'yes'", "true or false")]
    [InlineData("output-file = ['a', 'b']", "a string")]
    [InlineData("annotation-style = 'wide'", "split, line")]
    public async Task Refuses_settings_that_pip_compile_would_refuse(string setting, string says)
    {
        line.Write("pyproject.toml", $"[tool.pip-tools]\n{setting}\n");
        line.Write("a.in", "lib\n");
        (await line.TypeAsync("pip compile a.in")).Failed(2, "pyproject.toml", says);
    }

    [Fact]
    public async Task Takes_options_of_the_project_below_variables_and_the_command_line()
    {
        line.Write("pyproject.toml", "[tool.krait]\nresolution = 'lowest'\n[tool.krait.pip]\nno-header = true\n");
        line.Write("deep/er/a.in", "lib\n");
        var found = await line.TypeAsync("pip compile deep/er/a.in --no-annotate");
        Assert.Equal("lib==1.0\n", found.Succeeded().Output);
        line["KRAIT_RESOLUTION"] = "highest";
        Assert.Equal(["lib==1.1"], (await line.TypeAsync("pip compile deep/er/a.in")).Pins());
        Assert.Equal(["lib==1.0"], (await line.TypeAsync("pip compile deep/er/a.in --resolution lowest")).Pins());
        line["KRAIT_RESOLUTION"] = "";
        Assert.Equal(["lib==1.1"], (await line.TypeAsync("pip compile deep/er/a.in --no-config")).Pins());
        line.Write("own.toml", "prerelease = 'allow'\n");
        line.Write("b.in", "tool\n");
        Assert.Equal(["tool==4.0rc1"], (await line.TypeAsync("pip compile b.in --config-file own.toml")).Pins());
        line.Write("bad.toml", "prerelease = \n");
        (await line.TypeAsync("pip compile b.in --config-file bad.toml")).Failed(2, "bad.toml");
    }

    [Fact]
    public async Task Applies_limits_replacements_and_omissions_of_the_project_to_any_file()
    {
        line.Index.Add("big", "1.0", "tool", "app");
        line.Write(
            "krait.toml",
            """
            constraint-dependencies = ["tool<3.5"]
            override-dependencies = ["lib==1.0"]
            exclude-dependencies = ["app"]
            """
        );
        line.Write("a.in", "big\nlib>=1.1\n");
        Assert.Equal(
            ["big==1.0", "lib==1.0", "tool==3.0"],
            (await line.TypeAsync("pip compile a.in --pre")).Succeeded().Pins()
        );
    }

    [Fact]
    public async Task Changes_what_single_packages_require()
    {
        line.Index.Add("big", "2.0", "lib>=1.1", "tool").Add("other", "1.0", "lib");
        line.Write("a.in", "big\nother\n");
        async Task<string[]> PinsAsync(string settings)
        {
            line.Write("krait.toml", settings);
            return (await line.TypeAsync("pip compile a.in")).Succeeded().Pins();
        }

        Assert.Equal(
            ["app==1.0", "big==2.0", "lib==1.0", "other==1.0", "tool==3.0"],
            await PinsAsync(
                "override-dependencies = [{ package = { name = 'big' }, dependencies = ['lib<1.1', 'app'] }]"
            )
        );
        Assert.Equal(
            ["big==2.0", "lib==1.1", "other==1.0", "tool==3.0"],
            await PinsAsync(
                "override-dependencies = [{ package = { name = 'big', version = '1' }, dependencies = ['lib<1.1'] }]"
            )
        );
        Assert.Equal(
            ["big==2.0", "lib==1.0", "other==1.0"],
            await PinsAsync(
                """
                override-dependencies = ["lib>=9", { package = { name = 'big', version = '2.0' }, dependencies = ['lib<1.1'] },
                    { package = { name = 'other' }, dependencies = ['lib ; python_version > "3"'] }]
                exclude-dependencies = [{ package = { name = 'big' }, dependencies = ['tool'] }]
                """
            )
        );
        line.Write("krait.toml", "override-dependencies = [{ package = 'big', dependencies = ['lib'] }]");
        (await line.TypeAsync("pip compile a.in")).Failed(2, "`override-dependencies`", "`package`", "krait.toml");
    }

    [Fact]
    public async Task Takes_a_package_from_the_index_that_its_source_names()
    {
        line.Write("pyproject.toml", Project("tool = { index = 'second' }", explicitly: true));
        Assert.Equal(
            ["lib==1.1", "tool==9.0"],
            (await line.TypeAsync("pip compile pyproject.toml")).Succeeded().Pins()
        );
        Assert.Equal(
            ["lib==1.1", "tool==3.0"],
            (await line.TypeAsync("pip compile pyproject.toml --no-sources")).Succeeded().Pins()
        );
        Assert.Equal(
            ["lib==1.1", "tool==3.0"],
            (await line.TypeAsync("pip compile pyproject.toml --no-sources-package tool")).Succeeded().Pins()
        );
        var locked = (await line.TypeAsync("pip compile pyproject.toml --format pylock.toml")).Succeeded();
        Assert.Contains($"name = \"tool\"\nversion = \"9.0\"\nindex = \"{second.Url}\"\n", locked.Output);
        line.Write("pyproject.toml", Project("tool = { index = 'third' }", explicitly: true));
        (await line.TypeAsync("pip compile pyproject.toml")).Failed(2, "`third`", "[[tool.krait.index]]");
    }

    [Fact]
    public async Task Asks_described_indexes_before_the_default_one_and_finds_them_by_name()
    {
        line.Write("pyproject.toml", Project("", explicitly: false));
        Assert.Equal(
            ["lib==9.0", "tool==9.0"],
            (await line.TypeAsync("pip compile pyproject.toml")).Succeeded().Pins()
        );
        line.Write("pyproject.toml", Project("", explicitly: true));
        Assert.Equal(
            ["lib==1.1", "tool==3.0"],
            (await line.TypeAsync("pip compile pyproject.toml")).Succeeded().Pins()
        );
        Assert.Equal(
            ["lib==9.0", "tool==9.0"],
            (await line.TypeAsync("pip compile pyproject.toml --index second")).Succeeded().Pins()
        );
    }

    [Fact]
    public async Task Chooses_the_source_of_the_environment()
    {
        line.Write(
            "pyproject.toml",
            Project(
                "tool = [{ index = 'second', marker = \"sys_platform == 'win32'\" }, { path = 'own-1.0-py3-none-any.whl', marker = \"sys_platform == 'darwin'\" }]",
                explicitly: true
            )
        );
        var command = "pip compile pyproject.toml --python-platform ";
        Assert.Equal(["lib==1.1", "tool==9.0"], (await line.TypeAsync(command + "windows")).Succeeded().Pins());
        Assert.Equal(["lib==1.1", "tool==3.0"], (await line.TypeAsync(command + "linux")).Succeeded().Pins());
        (await line.TypeAsync(command + "macos")).Failed(1, "own-1.0-py3-none-any.whl");
    }

    [Fact]
    public async Task Chooses_the_source_of_each_environment_in_a_universal_answer()
    {
        var sources =
            "tool = [{ index = 'second', marker = \"sys_platform == 'win32'\" }, { index = 'second', marker = \"sys_platform == 'darwin'\" }]";
        line.Write("pyproject.toml", Project(sources, explicitly: true));
        var command = "pip compile pyproject.toml --universal --python-version 3.12";
        string[] pins =
        [
            "lib==1.1",
            "tool==3.0 ; sys_platform != 'darwin' and sys_platform != 'win32'",
            "tool==9.0 ; sys_platform == 'darwin' or sys_platform == 'win32'",
        ];
        Assert.Equal(pins, (await line.TypeAsync(command)).Succeeded().Pins());
        var first = (await line.TypeAsync(command + " --generate-hashes -o out.txt")).Succeeded().Output;
        Assert.Equal(first, (await line.TypeAsync(command + " --generate-hashes -o out.txt")).Succeeded().Output);

        sources =
            "tool = [{ index = 'second', marker = \"sys_platform == 'win32'\" }, { index = 'third', marker = \"os_name == 'nt'\" }]\n"
            + $"[[tool.krait.index]]\nname = 'third'\nurl = '{line.Index.Url}'";
        line.Write("pyproject.toml", Project(sources, explicitly: true));
        (await line.TypeAsync(command)).Failed(2, "`second` and `third`", "markers");
    }

    private string Project(string sources, bool explicitly) =>
        $"""
            [project]
            name = "shop"
            version = "1"
            dependencies = ["lib", "tool"]
            [[tool.krait.index]]
            name = "second"
            url = "{second.Url}"
            explicit = {(explicitly ? "true" : "false")}
            [tool.krait.sources]
            {sources}
            """;

    [Fact]
    public async Task Believes_metadata_that_the_user_states()
    {
        line.Index.AddFile("odd", "odd-1.0.tar.gz", [1, 2, 3]);
        line.Write(
            "krait.toml",
            """
            [[dependency-metadata]]
            name = "odd"
            version = "1.0"
            requires-dist = ["tool<4"]
            [[dependency-metadata]]
            name = "app"
            requires-dist = []
            """
        );
        line.Write("a.in", "odd\napp\n");
        Assert.Equal(
            ["app==1.0", "odd==1.0", "tool==3.0"],
            (await line.TypeAsync("pip compile a.in")).Succeeded().Pins()
        );
    }

    [Fact]
    public async Task Upgrades_the_packages_of_a_group()
    {
        line.Write("pyproject.toml", "[dependency-groups]\nnew = ['lib']\n");
        line.Write("a.in", "lib\ntool\n");
        line.Write("a.txt", "lib==1.0\ntool==3.0\n");
        (
            await line.TypeAsync("pip compile a.in -o a.txt --pre --upgrade-group new --no-header --no-annotate")
        ).Succeeded();
        Assert.Equal("lib==1.1\ntool==3.0\n", line.Read("a.txt"));
    }

    [Theory]
    [InlineData("allow-insecure-host = ['x.example']", "allow-insecure-host")]
    [InlineData("trusted-host = ['x.example']", "allow-insecure-host")]
    [InlineData("cert = 'ours.pem'", "cert")]
    [InlineData("config = '../other.toml'", "config")]
    [InlineData("proxy = 'http://127.0.0.1:9'", "proxy")]
    [InlineData("cache-dir = '../elsewhere'", "cache-dir")]
    [InlineData("output-file = '/tmp/krait-test-never-written'", "output-file")]
    [InlineData("output-file = '../up.txt'", "output-file")]
    [InlineData("output-file = 'out/link.txt'", "output-file")]
    [InlineData("output-file = 'dangling'", "output-file")]
    [InlineData("output-file = '.git/hooks/post-checkout'", "output-file")]
    [InlineData("python = '/usr/bin/python3'", "python")]
    [InlineData("python = '~/venv'", "python")]
    [InlineData("python = 'other'", "python")]
    public async Task Lets_a_project_choose_nothing_outside_of_it(string setting, string option)
    {
        line.Write("a.in", "lib\n");
        line["KRAIT_CACHE_DIR"] = option is "cache-dir" ? "" : line.At("../cache");
        Directory.CreateDirectory(line.At(".git/hooks"));
        File.CreateSymbolicLink(line.At("out"), "..");
        File.CreateSymbolicLink(line.At("dangling"), "../gone");
        var places = new[]
        {
            ("krait.toml", setting),
            ("pyproject.toml", $"[tool.krait]\n{setting}\n"),
            ("pyproject.toml", $"[tool.krait.pip]\n{setting}\n"),
        };
        foreach (var (file, text) in places)
        {
            line.Write(file, text);
            var answer = (await line.TypeAsync("pip compile a.in")).Failed(2, option, "--config-file");
            Assert.Contains(file, answer.Error);
            File.Delete(line.At(file));
        }

        // What another tool's users wrote for it is no mistake.
        line.Write("pyproject.toml", $"[tool.uv]\n{setting}\n");
        Assert.Contains("it is ignored", (await line.TypeAsync("pip compile a.in")).Succeeded().Error);
    }

    [Fact]
    public async Task Follows_settings_that_were_named_or_stay_in_the_project()
    {
        line.Write("krait.toml", "output-file = 'pins/out.txt'\npython = '3'\n");
        line.Write("a.in", "lib\n");
        Directory.CreateDirectory(line.At("pins"));
        (await line.TypeAsync("pip compile a.in")).Succeeded();
        Assert.Contains("lib==1.1", line.Read("pins/out.txt"));

        line.Write("krait.toml", "output-file = '../named.txt'\n");
        (await line.TypeAsync("pip compile a.in")).Failed(2, "outside of the project");
        (await line.TypeAsync("pip compile a.in -o typed.txt")).Succeeded();
        (await line.TypeAsync("pip compile a.in --config-file krait.toml")).Succeeded();
        Assert.Contains("lib==1.1", line.Read("../named.txt"));
    }

    [Theory]
    [InlineData("pip-args = '--trusted-host x.example'")]
    [InlineData("pip-args = '--cert=x.pem'")]
    [InlineData("output-file = '../up.txt'")]
    [InlineData("trusted-host = ['x.example']")]
    public async Task Lets_tables_of_pip_tools_choose_nothing_outside_of_the_project(string setting)
    {
        line.Write("sub/a.in", "lib\n");
        line.Write("sub/.pip-tools.toml", $"[tool.pip-tools]\n{setting}\n");
        (await line.TypeAsync("pip compile sub/a.in")).Failed(2, ".pip-tools.toml");
        (await line.TypeAsync("pip compile sub/a.in --no-config")).Succeeded();
    }

    [Fact]
    public async Task Passes_over_settings_above_that_belong_to_another_user()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give files away");
        line.Write("../krait.toml", "resolution = 'lowest'\n");
        line.Write("a.in", "lib\n");
        Assert.Equal(["lib==1.0"], (await line.TypeAsync("pip compile a.in")).Succeeded().Pins());
        GiveAway("../krait.toml");
        var passedOver = await line.TypeAsync("pip compile a.in");
        Assert.Equal(["lib==1.1"], passedOver.Succeeded().Pins());
        Assert.Contains("belongs to another user", passedOver.Error);
        var named = await line.TypeAsync("pip compile a.in --config-file ../krait.toml");
        Assert.Equal(["lib==1.0"], named.Succeeded().Pins());
        // A volume of a container may belong to anyone; its folder was chosen by who works in it.
        line.Write("krait.toml", "resolution = 'lowest'\n");
        GiveAway("krait.toml");
        Assert.Equal(["lib==1.0"], (await line.TypeAsync("pip compile a.in")).Succeeded().Pins());

        void GiveAway(string path)
        {
            var start = new System.Diagnostics.ProcessStartInfo("/bin/chown", ["65534", line.At(path)])
            {
                WorkingDirectory = "/",
            };
            using var process = System.Diagnostics.Process.Start(start);
            process?.WaitForExit();
        }
    }
}
