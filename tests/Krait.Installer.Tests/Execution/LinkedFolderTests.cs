using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Packaging.Text;
using Krait.Testing.Archives;

namespace Krait.Installer.Tests.Execution;

/// <summary>Symbolic links in the place of folders: those that stay inside an environment are followed, others never.</summary>
public sealed class LinkedFolderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Follows_the_links_of_an_environment_when_installing_and_removing()
    {
        using var test = await TestEnvironment.CreateAsync();
        Link(test, "man", "share/man");
        Link(test, Path.Combine(test.Site, "pkg"), "elsewhere");
        if (!Path.Exists(Path.Combine(test.Environment.Root, "lib64")))
            Link(test, "lib64", "lib");
        var before = test.Tree();

        await test.InstallAsync(Forge("1.0", "old"));

        Assert.True(File.Exists(Path.Combine(test.Environment.Root, "lib", "bb", "old.txt")));
        Assert.True(File.Exists(Path.Combine(test.Environment.Root, "share", "man", "man1", "old.1")));
        Assert.True(File.Exists(Path.Combine(test.Site, "elsewhere", "old.py")));
        await test.InstallAsync(Forge("2.0", "new"));
        Assert.False(File.Exists(Path.Combine(test.Environment.Root, "lib", "bb", "old.txt")));
        Assert.True(File.Exists(Path.Combine(test.Environment.Root, "lib", "bb", "new.txt")));
        Assert.Empty((await test.UninstallAsync("bb")).Warnings);
        Assert.Equal("", Trees.Differences(before, test.Tree()));

        static WheelForge Forge(string version, string name) =>
            new("bb", version)
            {
                Files =
                [
                    ($"bb-{version}.data/data/lib64/bb/{name}.txt", "1"),
                    ($"bb-{version}.data/data/man/man1/{name}.1", "1"),
                    ($"pkg/{name}.py", "1"),
                    ($"pkg/sub/{name}.py", "1"),
                ],
            };
    }

    [Theory]
    [InlineData("out", "bb-1.0.data/data/out/x.txt")]
    [InlineData("loop", "bb-1.0.data/data/loop/x.txt")]
    [InlineData("sbin", "bb-1.0.data/data/sbin/python")]
    [InlineData("self", "bb-1.0.data/data/self/pyvenv.cfg")]
    public async Task Refuses_what_a_link_would_lead_out_of_the_environment_or_onto_its_own_files(
        string link,
        string path
    )
    {
        using var test = await TestEnvironment.CreateAsync();
        Directory.CreateDirectory(test.Folder.At("outside"));
        var targets = new Dictionary<string, string>
        {
            ["out"] = test.Folder.At("outside"),
            ["loop"] = "loop",
            ["sbin"] = "bin",
            ["self"] = ".",
        };
        File.CreateSymbolicLink(Path.Combine(test.Environment.Root, link), targets[link]);
        var before = Trees.Read(test.Folder.Path);

        var error = await Assert.ThrowsAsync<KraitException>(() =>
            test.InstallAsync(new WheelForge("bb", "1.0") { Files = [("bb/x.py", "1"), (path, "1")] })
        );

        Assert.Equal("file-conflict", error.Diagnostic.Code);
        Assert.Equal("", Trees.Differences(before, Trees.Read(test.Folder.Path)));
    }

    [Fact]
    public async Task Removes_by_absolute_paths_in_an_environment_that_was_opened_through_a_link()
    {
        using var test = await TestEnvironment.CreateAsync();
        var before = test.Tree();
        await test.InstallAsync(new WheelForge("bb", "1.0") { Files = [("bb/x.py", "1"), ("bb/sub/y.py", "1")] });
        var record = Path.Combine(test.Site, "bb-1.0.dist-info", "RECORD");
        var rows = await File.ReadAllLinesAsync(record, Token);
        File.Delete(record);
        await File.WriteAllLinesAsync(record, rows.Select(r => $"{test.Site}/{r}"), Token);
        File.CreateSymbolicLink(test.Folder.At("link"), test.Environment.Root);
        var linked = await PythonEnvironment.OpenAsync(
            test.Folder.At("link"),
            new InterpreterProbe(cache: null),
            Token
        );
        using var through = TestEnvironment.Over(linked);

        Assert.Empty((await through.UninstallAsync("bb")).Warnings);

        Assert.Equal("", Trees.Differences(before, test.Tree()));
    }

    [Fact]
    public async Task Says_which_listed_files_stay()
    {
        using var test = await TestEnvironment.CreateAsync();
        var outside = test.Folder.Write("outside.txt", "precious");
        await test.InstallAsync(new WheelForge("bb", "1.0") { Files = [("bb/x.py", "1")] });
        var record = Path.Combine(test.Site, "bb-1.0.dist-info", "RECORD");
        var rows = await File.ReadAllTextAsync(record, Token);
        File.Delete(record);
        await File.WriteAllTextAsync(record, $"{rows}{outside},,\n../../../pyvenv.cfg,,\n/no/such/file,,\n", Token);

        var warning = Assert.Single((await test.UninstallAsync("bb")).Warnings);

        Assert.Equal("file-kept", warning.Code);
        Assert.Contains("`bb 1.0`", warning.Message, StringComparison.Ordinal);
        Assert.Equal("so it is with 1 more", Assert.Single(warning.Notes));
        Assert.True(File.Exists(outside));
    }

    private static void Link(TestEnvironment test, string link, string target)
    {
        var path = Path.Combine(test.Environment.Root, link);
        var folder = Path.GetDirectoryName(path)!; // below a folder
        Directory.CreateDirectory(Path.Combine(folder, target));
        File.CreateSymbolicLink(path, target);
    }
}
