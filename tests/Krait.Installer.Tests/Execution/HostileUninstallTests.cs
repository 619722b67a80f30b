using System.Diagnostics;
using Krait.Installer.Execution;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Testing.Archives;

namespace Krait.Installer.Tests.Execution;

/// <summary>A list of files is a claim: what it names outside the environment, or of somebody else, stays.</summary>
public sealed class HostileUninstallTests
{
    private static readonly WheelForge Victim = new("victim", "1.0")
    {
        Files = [("victim/__init__.py", "1")],
        EntryPoints = "[console_scripts]\nvictim = victim:x\n",
    };

    private static readonly WheelForge Evil = new("evil", "1.0") { Files = [("evil/__init__.py", "1")] };

    public static TheoryData<string> Rows =>
        [
            "../../../bin/python",
            "../../../bin/python3",
            "../../../bin/activate",
            "../../../pyvenv.cfg",
            "../../../lib64",
            "../../../../outside.txt",
            "../../../../outside",
            "/etc/hostname",
            "{root}/pyvenv.cfg",
            "{root}/../outside.txt",
            "victim/__init__.py",
            "victim",
            "victim-1.0.dist-info/METADATA",
            "victim-1.0.dist-info/RECORD",
            "victim-1.0.dist-info",
            "../../../bin/victim",
            ".",
            "..",
            "../../..",
            "",
            "link/inside.txt",
            "inner/__init__.py",
            "{root}/lib64/{site}/victim/__init__.py",
            "../../../sbin/python",
            "../../../sbin/victim",
            "link",
            "../../../lib",
            "../site-packages",
            "../../../.gitignore",
            "../../../CACHEDIR.TAG",
            "evil/../../../../bin/python",
            "\"open",
            "a\0b",
        ];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Removes_nothing_of_others(string row)
    {
        using var test = await TestEnvironment.CreateAsync();
        test.Folder.Write("outside.txt", "precious");
        test.Folder.Write("outside/inside.txt", "precious");
        await test.InstallAsync(Victim);
        File.CreateSymbolicLink(Path.Combine(test.Site, "link"), test.Folder.At("outside"));
        File.CreateSymbolicLink(Path.Combine(test.Site, "inner"), "victim");
        File.CreateSymbolicLink(Path.Combine(test.Environment.Root, "sbin"), "bin");
        var before = Trees.Read(test.Folder.Path);
        await test.InstallAsync(Evil);
        var record = Path.Combine(test.Site, "evil-1.0.dist-info", "RECORD");
        var rows = await File.ReadAllTextAsync(record, TestContext.Current.CancellationToken);
        File.Delete(record);
        var site = Path.GetRelativePath(Path.Combine(test.Environment.Root, "lib"), test.Site);
        var claim = row.Replace("{root}", test.Environment.Root, StringComparison.Ordinal).Replace("{site}", site);
        await File.WriteAllTextAsync(record, $"{rows}{claim},,\n", TestContext.Current.CancellationToken);

        await test.UninstallAsync("evil");

        // A claimed link goes, which is a name in the environment; what it leads to stays.
        var after = Trees.Read(test.Folder.Path);
        foreach (
            var gone in before.Keys.Where(p => row is "link" && p.Contains("/link", StringComparison.Ordinal)).ToList()
        )
        {
            before.Remove(gone);
        }

        Assert.Equal("", Trees.Differences(before, after));
    }

    [Fact]
    public async Task Says_that_a_file_cannot_be_removed_and_finishes_when_it_can()
    {
        using var test = await TestEnvironment.CreateAsync();
        var before = test.Tree();
        await test.InstallAsync(Victim);
        var file = Path.Combine(test.Site, "victim", "__init__.py");
        Assert.SkipUnless(await ChangeAttributeAsync("+i", file), "no file can be made immutable here");
        try
        {
            var error = await Assert.ThrowsAsync<FileSystemException>(() => test.UninstallAsync("victim"));
            Assert.Equal(FileError.NotPermitted, error.Error);
            Assert.Equal(file, error.Path);
        }
        finally
        {
            Assert.True(await ChangeAttributeAsync("-i", file));
        }

        using (
            var session = await EnvironmentSession.OpenAsync(
                test.Environment,
                TimeSpan.FromSeconds(9),
                waiting: null,
                TestContext.Current.CancellationToken
            )
        )
        {
            Assert.Equal(Recovered.Finished, session.Recovered);
        }

        Assert.Equal("", Trees.Differences(before, test.Tree()));
    }

    [Fact]
    public async Task Refuses_to_remove_what_distutils_installed()
    {
        using var test = await TestEnvironment.CreateAsync();
        await File.WriteAllTextAsync(
            Path.Combine(test.Site, "old.egg-info"),
            "Name: old\nVersion: 1\n\n",
            TestContext.Current.CancellationToken
        );
        var before = test.Tree();
        var error = await Assert.ThrowsAsync<KraitException>(() => test.UninstallAsync("old"));
        Assert.Equal("cannot-uninstall", error.Diagnostic.Code);
        Assert.Equal("", Trees.Differences(before, test.Tree()));
    }

    [Fact]
    public async Task Removes_what_setuptools_listed()
    {
        using var test = await TestEnvironment.CreateAsync();
        var before = test.Tree();
        Write("old/__init__.py", "1");
        Write("old-1.0-py3.8.egg-info/PKG-INFO", "Name: old\nVersion: 1.0\n");
        Write(
            "old-1.0-py3.8.egg-info/installed-files.txt",
            "../old/__init__.py\nPKG-INFO\ninstalled-files.txt\n../../../../pyvenv.cfg\n"
        );
        await test.UninstallAsync("old");
        Assert.Equal("", Trees.Differences(before, test.Tree()));

        void Write(string path, string text)
        {
            var full = Path.Combine(test.Site, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!); // below a folder
            File.WriteAllText(full, text);
        }
    }

    [Fact]
    public async Task Removes_a_project_in_development_but_not_its_files()
    {
        using var test = await TestEnvironment.CreateAsync();
        var before = test.Tree();
        var project = test.Folder.Write("project/dev.py", "1");
        var folder = Path.GetDirectoryName(project);
        await File.WriteAllTextAsync(
            Path.Combine(test.Site, "dev.egg-link"),
            $"{folder}\n.",
            TestContext.Current.CancellationToken
        );
        var paths = Path.Combine(test.Site, "easy-install.pth");
        await File.WriteAllTextAsync(paths, $"/other\n{folder}\n", TestContext.Current.CancellationToken);
        await test.UninstallAsync("dev");
        Assert.Equal("/other\n", await File.ReadAllTextAsync(paths, TestContext.Current.CancellationToken));
        Assert.True(File.Exists(project));
        File.Delete(paths);
        Assert.Equal("", Trees.Differences(before, test.Tree()));
    }

    [Fact]
    public async Task Heals_a_description_that_another_tool_left_half_made()
    {
        using var test = await TestEnvironment.CreateAsync();
        Directory.CreateDirectory(Path.Combine(test.Site, "victim-1.0.dist-info"));
        await test.InstallAsync(Victim);
        using var other = await TestEnvironment.CreateAsync();
        await other.InstallAsync(Victim);
        Assert.Equal("", Trees.Differences(other.Tree(), test.Tree()));
    }

    private static async Task<bool> ChangeAttributeAsync(string change, string file)
    {
        try
        {
            using var process = Process.Start("chattr", [change, file]);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
