using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

/// <summary>What is installed satisfies what it satisfies, wherever it came from, and stays unless something else is asked for.</summary>
public sealed class InstalledStaysTests : IDisposable
{
    private readonly CommandLine line = new();

    public InstalledStaysTests() => line.Index.Add("app", "1.0", "base").Add("base", "1.0").Add("base", "2.0");

    public void Dispose() => line.Dispose();

    [Fact]
    public async Task A_version_that_no_index_has_stays()
    {
        await StartAsync();
        (await line.TypeAsync("pip install app")).Succeeded();
        Assert.Equal(["app==1.0", "base==1.5"], await line.InstalledAsync());
        (await line.TypeAsync("pip uninstall -y app")).Succeeded();
        (await line.TypeAsync("pip install app base==1.5")).Succeeded();
        Assert.Equal(["app==1.0", "base==1.5"], await line.InstalledAsync());
        (await line.TypeAsync("pip uninstall -y app")).Succeeded();
        line.Write("requirements.txt", "app\nbase\n");
        (await line.TypeAsync("pip sync")).Succeeded();
        Assert.Equal(["app==1.0", "base==1.5"], await line.InstalledAsync());
        (await line.TypeAsync("pip uninstall -y app")).Succeeded();
        line.Write("requirements.txt", "app==1.0\nbase==1.5\n");
        (await line.TypeAsync("pip sync")).Succeeded();
        Assert.Equal(["app==1.0", "base==1.5"], await line.InstalledAsync());
    }

    [Fact]
    public async Task It_stays_without_an_index_and_without_the_network()
    {
        await StartAsync();
        var app = line.WriteWheel(new WheelBuilder("app", "1.0").Requires("base"));
        (await line.TypeAsync($"pip install --no-index {app}")).Succeeded();
        (await line.TypeAsync("pip uninstall -y app")).Succeeded();
        (await line.TypeAsync($"pip install --offline {app}")).Succeeded();
        Assert.Contains("base==1.5", await line.InstalledAsync());
    }

    [Fact]
    public async Task What_was_installed_from_a_file_is_not_replaced_by_its_namesake()
    {
        await line.WithEnvironmentAsync();
        var own = line.WriteWheel(new WheelBuilder("base", "1.0"));
        (await line.TypeAsync($"pip install {own}")).Succeeded();
        (await line.TypeAsync("pip install app")).Succeeded();
        Assert.Contains(await line.InstalledAsync(), pin => pin.StartsWith("base @ file://", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--upgrade app")]
    [InlineData("--upgrade-package base app base")]
    [InlineData("--reinstall-package base app")]
    [InlineData("app base>=2")]
    public async Task It_gives_way_to_what_is_asked_for(string words)
    {
        await StartAsync();
        (await line.TypeAsync($"pip install {words}")).Succeeded();
        Assert.Equal(["app==1.0", "base==2.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task It_takes_part_with_what_it_requires()
    {
        await line.WithEnvironmentAsync();
        line.Index.Add("lib", "1.0").Add("lib", "2.0");
        line.WriteWheel(new WheelBuilder("base", "1.5").Requires("lib<2"));
        (await line.TypeAsync("pip install --find-links . base==1.5")).Succeeded();
        (await line.TypeAsync("pip install app lib>=2 base<2,>1.0")).Failed(1, "`lib<2`", "`lib>=2`");
        Assert.Equal(["base==1.5", "lib==1.0"], await line.InstalledAsync());
    }

    private async Task StartAsync()
    {
        await line.WithEnvironmentAsync();
        Directory.CreateDirectory(line.At("old"));
        var wheel = new WheelBuilder("base", "1.5");
        File.Move(line.WriteWheel(wheel), line.At("old/" + wheel.FileName));
        (await line.TypeAsync("pip install --no-index --find-links old base")).Succeeded();
        Assert.Equal(["base==1.5"], await line.InstalledAsync());
    }
}
