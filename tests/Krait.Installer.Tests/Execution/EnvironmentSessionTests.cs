using System.Diagnostics;
using Krait.Installer.Execution;
using Krait.Installer.Plans;
using Krait.Installer.Tests.Wheels;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Locks;
using Krait.Testing.Archives;

namespace Krait.Installer.Tests.Execution;

public sealed class EnvironmentSessionTests
{
    private static readonly WheelForge A1 = new("aa", "1.0")
    {
        Files =
        [
            ("aa/__init__.py", "v = 1\ndef main(): print('aa', v)\n"),
            ("aa/old.py", "1"),
            ("drop/in.py", "who = 'a'\n"),
        ],
        EntryPoints = "[console_scripts]\naa = aa:main\naa-old = aa:main [extra]\n[gui_scripts]\naaw = aa:main\n",
    };

    private static readonly WheelForge A2 = new("aa", "2.0")
    {
        Files =
        [
            ("aa/__init__.py", "v = 2\ndef main(): print('aa', v)\n"),
            ("aa/new.py", "2"),
            ("drop/in.py", "who = 'a'\n"),
        ],
        EntryPoints = "[console_scripts]\naa = aa:main\n",
    };

    private static readonly WheelForge B = new("bb", "1.0")
    {
        Files =
        [
            ("drop/in.py", "who = 'b'\n"),
            ("ns/bb/x.py", "1"),
            ("bb-1.0.data/scripts/bbs", "#!python -x\nprint('bbs')\n"),
            ("bb-1.0.data/data/share/bb/x.txt", "data"),
            ("bb-1.0.data/headers/bb.h", "int b;"),
            ("bb-1.0.data/purelib/bbpure.py", "1"),
        ],
    };

    [Fact]
    public async Task Leaves_an_environment_as_it_was_made_after_installing_and_removing()
    {
        using var test = await TestEnvironment.CreateAsync();
        var before = test.Tree();
        await test.InstallAsync(A1, B);
        await RunAsync(
            Path.Combine(test.Environment.Root, "bin", "python"),
            "-c",
            "import aa, aa.old, drop, bbpure, ns.bb.x"
        );
        await test.UninstallAsync("aa", "bb");
        Assert.Equal("", Trees.Differences(before, test.Tree()));
    }

    [Fact]
    public async Task Makes_programs_that_run()
    {
        using var test = await TestEnvironment.CreateAsync();
        await test.InstallAsync(A1, B);
        Assert.Equal("aa 1\n", await RunAsync(Path.Combine(test.Scripts, "aa")));
        Assert.Equal("aa 1\n", await RunAsync(Path.Combine(test.Scripts, "aa-old")));
        Assert.Equal("aa 1\n", await RunAsync(Path.Combine(test.Scripts, "aaw")));
        Assert.Equal("bbs\n", await RunAsync(Path.Combine(test.Scripts, "bbs")));
    }

    [Theory]
    [InlineData("with spaces")]
    [InlineData("quote\"d $HOME `x` 'y' ''z''")]
    [InlineData("ünïcode")]
    [InlineData(
        "a-path-that-is-much-longer-than-what-the-kernel-reads-of-a-first-line-and-so-needs-the-help-of-the-shell-to-start-its-interpreter-at-all"
    )]
    public async Task Makes_programs_that_run_from_any_path(string name)
    {
        using var test = await TestEnvironment.CreateAsync(name);
        await test.InstallAsync(A1, B);
        Assert.Equal("aa 1\n", await RunAsync(Path.Combine(test.Scripts, "aa")));
        Assert.Equal("bbs\n", await RunAsync(Path.Combine(test.Scripts, "bbs")));
    }

    [Fact]
    public async Task Makes_programs_that_can_be_moved_with_their_environment()
    {
        using var test = await TestEnvironment.CreateAsync(relocatable: true);
        await test.InstallAsync(A1, B);
        Directory.Move(test.Environment.Root, test.Folder.At("moved"));
        Assert.Equal("aa 1\n", await RunAsync(test.Folder.At("moved", "bin", "aa")));
        File.CreateSymbolicLink(test.Folder.At("link"), test.Folder.At("moved", "bin", "bbs"));
        Assert.Equal("bbs\n", await RunAsync(test.Folder.At("link")));
    }

    [Fact]
    public async Task Puts_one_version_in_the_place_of_another()
    {
        using var test = await TestEnvironment.CreateAsync();
        await test.InstallAsync(A1);
        await test.InstallAsync(A2);
        Assert.False(File.Exists(Path.Combine(test.Site, "aa", "old.py")));
        Assert.False(File.Exists(Path.Combine(test.Scripts, "aa-old")));
        Assert.Equal("aa 2\n", await RunAsync(Path.Combine(test.Scripts, "aa")));
        Assert.Equal(["aa 2.0"], test.Installed().All.Select(d => d.ToString()));
    }

    [Fact]
    public async Task Swaps_two_packages_that_own_the_same_files_in_both_directions()
    {
        using var test = await TestEnvironment.CreateAsync();
        await test.SyncAsync(A1);
        await test.SyncAsync(B);
        Assert.Equal("who = 'b'\n", test.Read("drop/in.py"));
        await test.SyncAsync(A1);
        Assert.Equal("who = 'a'\n", test.Read("drop/in.py"));
        using var other = await TestEnvironment.CreateAsync();
        await other.SyncAsync(A1);
        Assert.Equal("", Trees.Differences(other.Tree(), test.Tree()));
    }

    [Fact]
    public async Task Warns_of_two_wheels_that_bring_different_files_of_one_name()
    {
        using var test = await TestEnvironment.CreateAsync();
        var together = await test.InstallAsync(B, A1);
        var warning = Assert.Single(together.Warnings);
        Assert.Contains("aa-1.0", warning.Message, StringComparison.Ordinal);
        Assert.Contains("bb-1.0", warning.Message, StringComparison.Ordinal);
        Assert.Equal("who = 'b'\n", test.Read("drop/in.py"));

        using var later = await TestEnvironment.CreateAsync();
        await later.InstallAsync(A1);
        Assert.Contains(
            "aa 1.0",
            Assert.Single((await later.InstallAsync(B)).Warnings).Message,
            StringComparison.Ordinal
        );

        using var strict = await TestEnvironment.CreateAsync();
        var before = strict.Tree();
        await Assert.ThrowsAsync<KraitException>(() =>
            strict.ChangeAsync(new PlanOptions(), new InstallOptions { RequiresOwnFiles = true }, w => w, A1, B)
        );
        Assert.Equal("", Trees.Differences(before, strict.Tree()));
    }

    [Fact]
    public async Task Says_nothing_of_equal_files()
    {
        using var test = await TestEnvironment.CreateAsync();
        var same = new WheelForge("cc", "1.0") { Files = [("drop/in.py", "who = 'a'\n")] };
        Assert.Empty((await test.InstallAsync(A1, same)).Warnings);
        Assert.Empty((await test.InstallAsync(A2)).Warnings);
        await test.UninstallAsync("cc");
        Assert.True(File.Exists(Path.Combine(test.Site, "drop", "in.py")));
    }

    [Fact]
    public async Task Records_who_asked_and_from_where()
    {
        using var test = await TestEnvironment.CreateAsync();
        var url = "{\"url\": \"https://files.example/aa.whl\", \"archive_info\": {}}"u8.ToArray();
        await test.ChangeAsync(
            new PlanOptions(),
            new InstallOptions(),
            w => w with { IsRequested = true, DirectUrl = url },
            A1
        );
        var installed = Assert.Single(test.Installed().All);
        Assert.True(installed.IsRequested);
        Assert.Equal("krait", installed.Installer);
        Assert.Equal(url, installed.ReadDirectUrl().ToArray());
        Assert.Contains(
            "aa-1.0.dist-info/REQUESTED,sha256=",
            test.Read("aa-1.0.dist-info/RECORD"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "aa-1.0.dist-info/direct_url.json,sha256=",
            test.Read("aa-1.0.dist-info/RECORD"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Lists_headers_by_their_plain_paths()
    {
        using var test = await TestEnvironment.CreateAsync();
        var wheel = new WheelForge("bb", "1.0")
        {
            Files = [("bb-1.0.data/headers/b.h", "1"), ("bb-1.0.data/headers/sub/c.h", "1")],
        };
        await test.InstallAsync(wheel);
        var record = test.Read("bb-1.0.dist-info/RECORD");
        Assert.Contains("/bb/b.h,sha256=", record, StringComparison.Ordinal);
        Assert.Contains("/bb/sub/c.h,sha256=", record, StringComparison.Ordinal);
        Assert.DoesNotContain("//", record, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RECORD")]
    [InlineData("INSTALLER")]
    [InlineData("REQUESTED")]
    [InlineData("direct_url.json")]
    public async Task Takes_from_a_wheel_nothing_that_installers_write(string name)
    {
        using var test = await TestEnvironment.CreateAsync();
        var before = test.Tree();
        var wheel = new WheelForge("bb", "1.0")
        {
            Files = [("bb/x.py", "1"), ($"bb-1.0.data/purelib/bb-1.0.dist-info/{name}", "of the wheel")],
        };
        Assert.Empty((await test.InstallAsync(wheel)).Warnings);
        Assert.Equal(["bb 1.0"], test.Installed().All.Select(d => d.ToString()));
        Assert.Equal("krait", test.Installed().All[0].Installer);
        Assert.False(test.Installed().All[0].IsRequested);
        Assert.True(test.Installed().All[0].ReadDirectUrl().IsEmpty);
        Assert.Contains("bb/x.py,sha256=", test.Read("bb-1.0.dist-info/RECORD"), StringComparison.Ordinal);
        await test.UninstallAsync("bb");
        Assert.Equal("", Trees.Differences(before, test.Tree()));
    }

    [Fact]
    public async Task Never_installs_a_file_of_the_cache_that_was_edited_through_an_environment()
    {
        using var test = await TestEnvironment.CreateAsync();
        using var second = await TestEnvironment.CreateAsync();
        await test.InstallAsync(A1);
        var edited = Path.Combine(test.Site, "aa", "__init__.py");
        await File.AppendAllTextAsync(edited, "# edited\n", TestContext.Current.CancellationToken);
        var key = Store.Key(A1.FileName);
        var before = test.Tree();

        using (
            var session = await EnvironmentSession.OpenAsync(second.Environment, TimeSpan.FromSeconds(9), null, Token)
        )
        {
            using var wheel = test.Store.Wheels.TryFind(key, expected: null)!; // added above
            var wanted = new WantedDistribution(key.File.Name, key.File.Version);
            var plan = InstallPlan.Create(session.ReadInstalled(), [wanted], new PlanOptions());
            var wheels = new Dictionary<PackageName, Krait.Installer.Wheels.StoredWheel> { [key.File.Name] = wheel };
            var error = await Assert.ThrowsAsync<DamagedWheelException>(() =>
                session.ExecuteAsync(plan, wheels, new InstallOptions(), null, Token)
            );
            Assert.Equal([key], error.Wheels);
        }

        Assert.Empty(second.Installed().All);
        Assert.Null(test.Store.Wheels.TryFind(key, expected: null));
        Assert.Equal("", Trees.Differences(before, test.Tree()));
        await test.ChangeAsync(new PlanOptions { ReinstallsAll = true }, A1);
        Assert.DoesNotContain("edited", test.Read("aa/__init__.py"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("replaced")]
    [InlineData("emptied")]
    public async Task Notices_other_damage_to_the_cache(string damage)
    {
        using var test = await TestEnvironment.CreateAsync();
        using (var wheel = test.Store.Add(A1))
        {
            var file = Path.Combine(wheel.Tree, "aa", "old.py");
            File.Delete(file);
            if (damage is not "lost")
                await File.WriteAllTextAsync(file, damage is "replaced" ? "9" : "", Token);
        }

        await Assert.ThrowsAsync<DamagedWheelException>(() => test.InstallAsync(A1));
        await test.InstallAsync(A1);
        Assert.Equal("1", test.Read("aa/old.py"));
    }

    [Fact]
    public async Task Shares_no_file_that_was_given_to_another_user()
    {
        Assert.SkipUnless(System.Environment.IsPrivilegedProcess, "only root can give files away");
        using var test = await TestEnvironment.CreateAsync();
        await test.InstallAsync(A1);
        var file = Path.Combine(test.Site, "aa", "old.py");
        GiveAway(file);
        // The new owner writes, and sets the time back: neither size nor times tell.
        var time = File.GetLastWriteTimeUtc(file);
        await File.WriteAllTextAsync(file, "9", Token);
        File.SetLastWriteTimeUtc(file, time);

        await Assert.ThrowsAsync<DamagedWheelException>(() =>
            test.ChangeAsync(new PlanOptions { ReinstallsAll = true }, A1)
        );
        await test.ChangeAsync(new PlanOptions { ReinstallsAll = true }, A1);
        Assert.Equal("1", test.Read("aa/old.py"));
    }

    [Fact]
    public async Task Copies_what_another_user_of_a_shared_cache_unpacked()
    {
        Assert.SkipUnless(System.Environment.IsPrivilegedProcess, "only root can give files away");
        using var test = await TestEnvironment.CreateAsync();
        string stored;
        using (var wheel = test.Store.Add(A1))
        {
            GiveAway("-R", wheel.Tree);
            stored = Path.Combine(wheel.Tree, "aa", "old.py");
        }

        await test.InstallAsync(A1);
        await File.WriteAllTextAsync(stored, "9", Token);
        Assert.Equal("1", test.Read("aa/old.py"));
    }

    private static void GiveAway(params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start("chown", ["65534", .. arguments]);
        process.WaitForExit();
    }

    [Fact]
    public async Task Refuses_a_file_in_the_place_of_a_folder_and_changes_nothing()
    {
        using var test = await TestEnvironment.CreateAsync();
        await test.InstallAsync(A1);
        var before = test.Tree();
        var file = new WheelForge("cc", "1.0") { Files = [("aa", "x")] };
        var folder = new WheelForge("dd", "1.0") { Files = [("aa/old.py/x.py", "x")] };
        foreach (var wheel in new[] { file, folder })
        {
            await Assert.ThrowsAsync<KraitException>(() => test.InstallAsync(wheel));
            Assert.Equal("", Trees.Differences(before, test.Tree()));
        }
    }

    [Fact]
    public async Task Copies_where_it_may_not_link()
    {
        using var test = await TestEnvironment.CreateAsync();
        using var linked = await TestEnvironment.CreateAsync();
        await test.ChangeAsync(new PlanOptions(), new InstallOptions { LinkMode = LinkMode.Copy }, w => w, A1, B);
        await linked.InstallAsync(A1, B);
        Assert.Equal("", Trees.Differences(linked.Tree(), test.Tree()));
        var file = Path.Combine(test.Site, "aa", "old.py");
        await File.WriteAllTextAsync(file, "changed", Token);
        await linked.ChangeAsync(new PlanOptions { ReinstallsAll = true }, A1);
    }

    [Fact]
    public async Task Compiles_bytecode_when_asked_and_removes_it_with_its_modules()
    {
        using var test = await TestEnvironment.CreateAsync();
        var before = test.Tree();
        await test.ChangeAsync(new PlanOptions(), new InstallOptions { CompilesBytecode = true }, w => w, A1, B);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(test.Site, "aa", "__pycache__"), "old.*.pyc"));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(test.Site, "__pycache__"), "bbpure.*.pyc"));
        await test.UninstallAsync("aa", "bb");
        Assert.Equal("", Trees.Differences(before, test.Tree()));
    }

    [Fact]
    public async Task Waits_for_the_environment_and_tells_for_whom()
    {
        using var test = await TestEnvironment.CreateAsync();
        using var first = await EnvironmentSession.OpenAsync(test.Environment, TimeSpan.FromSeconds(9), null, Token);
        var told = new List<LockWaiting>();
        var progress = new Recorder(told);
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            EnvironmentSession.OpenAsync(test.Environment, TimeSpan.FromMilliseconds(50), progress, Token)
        );
        Assert.Equal("lock-timeout", error.Diagnostic.Code);
        Assert.Contains($"process {Environment.ProcessId}", Assert.Single(told).Holder, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reports_files_that_Python_runs_at_each_start()
    {
        using var test = await TestEnvironment.CreateAsync();
        var wheel = new WheelForge("hook", "1.0")
        {
            Files = [("hook.pth", "import hook\n"), ("sitecustomize.py", ""), ("a/b.pth", "")],
        };
        Assert.Equal(
            ["hook.pth", "sitecustomize.py"],
            (await test.InstallAsync(wheel)).StartupHooks.Order(StringComparer.Ordinal)
        );
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!; // started or thrown
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        Assert.Equal("", await process.StandardError.ReadToEndAsync(Token));
        return output;
    }

    private sealed class Recorder(List<LockWaiting> told) : IProgress<LockWaiting>
    {
        public void Report(LockWaiting value) => told.Add(value);
    }
}
