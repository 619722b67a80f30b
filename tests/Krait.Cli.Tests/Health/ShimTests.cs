using Krait.Cli.Commands.Shims;

namespace Krait.Cli.Tests.Health;

public sealed class ShimTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData("krait", "pip list", "pip list")]
    [InlineData("pip", "install -r a.txt", "pip install -r a.txt")]
    [InlineData("pip3", "list", "pip list")]
    [InlineData("pip3.12", "list", "pip list")]
    [InlineData("pip-faster", "install --prune a", "pip install --prune a")]
    [InlineData("pip", "help install", "help pip install")]
    [InlineData("pip-compile", "a.in", "pip compile a.in")]
    [InlineData("pip-sync", "", "pip sync")]
    [InlineData("venv-update", "venv= x", "venv-update venv= x")]
    [InlineData("virtualenv", "x", "venv x")]
    [InlineData("pipenv", "lock", "pipenv lock")]
    [InlineData("pip-compile.exe", "a.in", "pip compile a.in")]
    [InlineData("piper", "list", "list")]
    public void A_name_stands_for_words(string name, string typed, string means)
    {
        var words = typed.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(means.Split(' '), ShimNames.Translate(name, words));
    }

    [Fact]
    public async Task Makes_links_and_removes_them_and_no_others()
    {
        (await line.TypeAsync("shims install tools")).Succeeded();
        foreach (var name in ShimNames.All)
            Assert.Equal(Environment.ProcessPath, new FileInfo(line.At("tools/" + name)).LinkTarget);
        (await line.TypeAsync("shims install tools")).Succeeded();
        (await line.TypeAsync("shims remove tools")).Succeeded();
        Assert.Empty(Directory.GetFileSystemEntries(line.At("tools")));
        line.Write("tools/pip", "mine\n");
        (await line.TypeAsync("shims install tools")).Failed(2, "another program");
        Assert.Equal(["pip"], Directory.GetFileSystemEntries(line.At("tools")).Select(Path.GetFileName));
        (await line.TypeAsync("shims remove tools")).Succeeded();
        Assert.Equal("mine\n", line.Read("tools/pip"));
        (await line.TypeAsync("shims install tools --force")).Succeeded();
    }
}
