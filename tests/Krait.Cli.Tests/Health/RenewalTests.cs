namespace Krait.Cli.Tests.Health;

/// <summary>An environment of ours whose interpreter has changed is made again.</summary>
public sealed class RenewalTests : IDisposable
{
    private readonly CommandLine line = new();

    public RenewalTests() => line.Index.Add("lib", "1.0").Add("tool", "3.0");

    public void Dispose() => line.Dispose();

    private void Edit(string from, string to) =>
        line.Write(".venv/pyvenv.cfg", line.Read(".venv/pyvenv.cfg").Replace(from, to, StringComparison.Ordinal));

    [Theory]
    [InlineData("version_info = 3", "version_info = 2", "created with Python")]
    [InlineData("implementation = ", "implementation = Other", "created with Other")]
    [InlineData("base-executable = ", "base-executable = /elsewhere", "its interpreter was `/elsewhere")]
    [InlineData("base-build = ", "base-build = 0 ", "rebuilt")]
    [InlineData("base-flags = ", "base-flags = odd ", "built as")]
    public async Task S2_06_and_S2_17_Sync_rebuilds_once_and_fills(string from, string to, string reason)
    {
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "lib==1.0\n");
        (await line.TypeAsync("pip sync")).Succeeded();
        Edit(from, to);
        var answer = (await line.TypeAsync("pip sync")).Succeeded();
        Assert.Contains("Rebuilding the environment", answer.Error, StringComparison.Ordinal);
        Assert.Contains(reason, answer.Error, StringComparison.Ordinal);
        Assert.Equal(["lib==1.0"], await line.InstalledAsync());
        Assert.DoesNotContain(
            "Rebuilding",
            (await line.TypeAsync("pip sync")).Succeeded().Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task S2_06_Venv_replaces_what_is_out_of_date_and_refuses_what_is_right()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("venv .venv")).Failed(2, "already exists");
        Edit("version_info = 3", "version_info = 2");
        var answer = (await line.TypeAsync("venv .venv")).Succeeded();
        Assert.Contains(
            "Replacing the virtual environment at .venv: it was created with Python 2",
            answer.Error,
            StringComparison.Ordinal
        );
        (await line.TypeAsync("venv .venv")).Failed(2, "already exists");
    }

    [Fact]
    public async Task S2_06_An_interpreter_that_is_gone_is_no_crash()
    {
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "lib==1.0\n");
        File.Delete(line.At(".venv/bin/python"));
        File.CreateSymbolicLink(line.At(".venv/bin/python"), "/nowhere/python3");
        var answer = (await line.TypeAsync("pip sync")).Succeeded();
        Assert.Contains("its interpreter `/nowhere/python3` is gone", answer.Error, StringComparison.Ordinal);
        Assert.Equal(["lib==1.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task S2_06_What_others_made_is_left_alone()
    {
        await line.WithEnvironmentAsync();
        line.Write("requirements.txt", "lib==1.0\n");
        Edit("krait = ", "other = ");
        Edit("version_info = 3", "version_info = 2");
        await File.WriteAllTextAsync(line.SiteFile("mine.py"), "", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("Rebuilding", (await line.TypeAsync("pip sync")).Error, StringComparison.Ordinal);
        Assert.True(File.Exists(line.SiteFile("mine.py")));
        (await line.TypeAsync("venv .venv")).Failed(2, "already exists");
    }
}
