using Krait.Testing.Archives;

namespace Krait.Installer.Tests.Execution;

/// <summary>Places that are not a plain environment on a plain file system.</summary>
public sealed class OddPlacesTests
{
    private static readonly WheelForge Top1 = new("aa", "1.0") { Files = [("single.py", "1"), ("aa/x.py", "1")] };
    private static readonly WheelForge Top2 = new("aa", "2.0") { Files = [("double.py", "2"), ("aa/x.py", "2")] };

    [Fact]
    public async Task Removes_the_top_level_modules_of_a_target()
    {
        using var test = await TestEnvironment.CreateTargetAsync();
        var before = test.Tree();
        await test.InstallAsync(Top1);

        await test.InstallAsync(Top2);

        Assert.False(File.Exists(Path.Combine(test.Site, "single.py")));
        Assert.True(File.Exists(Path.Combine(test.Site, "double.py")));
        await test.UninstallAsync("aa");
        Assert.Equal("", Trees.Differences(before, test.Tree()));
    }

    [Fact]
    public async Task Works_where_the_file_system_cannot_refuse_to_replace_a_name()
    {
        InstallHost.RequireTrace();
        string[] lies = ["-o", "/dev/null", "-e", "trace=renameat2", "-e", "inject=renameat2:error=EINVAL"];
        using var test = await TestEnvironment.CreateAsync();
        using var plain = await TestEnvironment.CreateAsync();
        InstallHost.Offer(test, Top1, Top2);
        var empty = test.Tree();

        Assert.Equal(0, await InstallHost.RunAsync(test, "sync aa-1.0", lies));
        Assert.Equal(0, await InstallHost.RunAsync(test, "sync aa-2.0", lies));
        await plain.InstallAsync(Top2);
        Assert.Equal("", Trees.Differences(plain.Tree(), test.Tree()));
        Assert.Equal(0, await InstallHost.RunAsync(test, "uninstall aa", lies));
        Assert.Equal("", Trees.Differences(empty, test.Tree()));
    }
}
