using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

/// <summary>`krait pip` reads what pip reads: variables and `pip.conf`.</summary>
public sealed class PipSettingsTests : IDisposable
{
    private readonly CommandLine line = new();
    private readonly FakeIndex second = new();

    public PipSettingsTests()
    {
        line.Index.Add("lib", "1.0").Add("lib", "2.0rc1");
        second.Add("lib", "9.0").Add("other", "1.0");
        line["KRAIT_INDEX_URL"] = "";
        // What this machine has is not what the tests are about.
        line["XDG_CONFIG_DIRS"] = line.At("../etc");
        line["SSL_CERT_FILE"] = "";
        line.Write("a.in", "lib\n");
    }

    public void Dispose()
    {
        line.Dispose();
        second.Dispose();
    }

    [Fact]
    public async Task Takes_indexes_from_variables_and_files()
    {
        line["PIP_INDEX_URL"] = line.Index.Url;
        Assert.Equal(["lib==1.0"], (await line.TypeAsync("pip compile a.in")).Succeeded().Pins());
        line["PIP_INDEX_URL"] = "";
        line.Write(
            "../home/.config/pip/pip.conf",
            $"[global]\nindex-url = {line.Index.Url}\nextra-index-url =\n  {second.Url}\n"
        );
        line.Write("b.in", "other\n");
        Assert.Equal(["other==1.0"], (await line.TypeAsync("pip compile b.in")).Succeeded().Pins());
        Assert.Equal(["lib==9.0"], (await line.TypeAsync("pip compile a.in")).Succeeded().Pins());
        line["PIP_EXTRA_INDEX_URL"] = line.Index.Url;
        Assert.Equal(["lib==1.0"], (await line.TypeAsync("pip compile a.in")).Succeeded().Pins());
        line["KRAIT_INDEX_URL"] = second.Url;
        line["PIP_EXTRA_INDEX_URL"] = "";
        line["PIP_CONFIG_FILE"] = "/dev/null";
        Assert.Equal(["lib==9.0"], (await line.TypeAsync("pip compile a.in")).Succeeded().Pins());
    }

    [Fact]
    public async Task Finds_files_in_the_order_of_pip()
    {
        var conf = $"[global]\nindex-url = {line.Index.Url}\n[install]\npre = no\n";
        line.Write("../etc/pip/pip.conf", conf);
        line.Write("../home/.config/pip/pip.conf", "[global]\npre = yes\n");
        Assert.Equal(["lib==1.0"], (await line.TypeAsync("pip compile a.in")).Succeeded().Pins());
        line.Write("../home/.config/pip/pip.conf", "[install]\npre: yes\n");
        Assert.Equal(["lib==2.0rc1"], (await line.TypeAsync("pip compile a.in")).Succeeded().Pins());
        Assert.Equal(["lib==1.0"], (await line.TypeAsync("pip compile a.in --isolated")).Succeeded().Pins());
        await line.WithEnvironmentAsync();
        line["VIRTUAL_ENV"] = line.At(".venv");
        line.Write(".venv/pip.conf", "# ours\n; too\n[install]\nPRE = off\n");
        Assert.Equal(["lib==1.0"], (await line.TypeAsync("pip compile a.in")).Succeeded().Pins());
        line["VIRTUAL_ENV"] = "";
        line["PIP_CONFIG_FILE"] = line.Write("own.conf", "[install]\nconstraint = c.txt\n");
        line.Write("c.txt", "lib<1\n");
        (await line.TypeAsync("pip compile a.in")).Failed(1, "lib<1");
        (await line.TypeAsync("pip compile a.in --no-config --index-url " + line.Index.Url)).Succeeded();
    }

    [Fact]
    public async Task Puts_the_settings_of_its_own_first()
    {
        line.Write("../home/.config/pip/pip.conf", $"[global]\nindex-url = {second.Url}\n");
        line.Write("../home/.config/krait/krait.toml", $"index-url = '{line.Index.Url}'\n");
        Assert.Equal(["lib==1.0"], (await line.TypeAsync("pip compile a.in")).Succeeded().Pins());
        line["PIP_INDEX_URL"] = second.Url;
        Assert.Equal(["lib==9.0"], (await line.TypeAsync("pip compile a.in")).Succeeded().Pins());
        line["UV_INDEX_URL"] = line.Index.Url;
        Assert.Equal(["lib==1.0"], (await line.TypeAsync("pip compile a.in")).Succeeded().Pins());
    }

    [Theory]
    [InlineData("PIP_NO_INDEX", "perhaps", "`PIP_NO_INDEX`")]
    [InlineData("PIP_RETRIES", "often", "`PIP_RETRIES`")]
    [InlineData("PIP_DEFAULT_TIMEOUT", "long", "`PIP_DEFAULT_TIMEOUT`")]
    [InlineData("PIP_INDEX_URL", "packages.example.org/simple", "`PIP_INDEX_URL`")]
    public async Task Names_the_variable_that_cannot_be_used(string variable, string value, string says)
    {
        line["PIP_INDEX_URL"] = line.Index.Url;
        line[variable] = value;
        (await line.TypeAsync("pip compile a.in")).Failed(2, says, value);
    }

    [Fact]
    public async Task Names_the_line_of_a_file_that_cannot_be_used()
    {
        var file = line.Write("../home/.config/pip/pip.conf", "[global]\n\nno-index = perhaps\n");
        (await line.TypeAsync("pip compile a.in")).Failed(2, "pip.conf:3", "perhaps");
        await File.WriteAllTextAsync(file, "[global]\nno-index\n", TestContext.Current.CancellationToken);
        (await line.TypeAsync("pip compile a.in")).Failed(2, "pip.conf:2");
        await File.WriteAllTextAsync(file, "index-url = x\n", TestContext.Current.CancellationToken);
        (await line.TypeAsync("pip compile a.in")).Failed(2, "pip.conf:1", "[section]");
        await File.WriteAllTextAsync(
            file,
            $"[global]\nindex-url = {line.Index.Url}\nno-such-option = 3\nno-cache-dir = false\nuser = no\n",
            TestContext.Current.CancellationToken
        );
        Assert.Empty((await line.TypeAsync("pip compile -q a.in")).Succeeded().Error);
    }

    [Fact]
    public async Task Finds_directories_of_wheels_next_to_the_file_or_in_the_working_directory()
    {
        line.WriteWheel(new WheelBuilder("own", "1.0"));
        line.Write("b.in", "own\n");
        line["PIP_NO_INDEX"] = "1";
        line["PIP_FIND_LINKS"] = ".";
        Assert.Equal(["own==1.0"], (await line.TypeAsync("pip compile b.in")).Succeeded().Pins());
        line["PIP_FIND_LINKS"] = "";
        line["PIP_CONFIG_FILE"] = line.Write("../conf/pip.conf", "[global]\nfind-links = ../work\n");
        Assert.Equal(["own==1.0"], (await line.TypeAsync("pip compile b.in")).Succeeded().Pins());
    }

    [Fact]
    public async Task Is_not_for_other_commands()
    {
        line["PIP_NO_INDEX"] = "perhaps";
        (await line.TypeAsync("cache dir")).Succeeded();
    }
}
