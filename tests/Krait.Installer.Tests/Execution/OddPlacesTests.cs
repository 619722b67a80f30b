using Krait.Installer.Execution;
using Krait.Installer.Plans;
using Krait.Installer.Wheels;
using Krait.Packaging.Names;
using Krait.Testing;
using Krait.Testing.Archives;

namespace Krait.Installer.Tests.Execution;

/// <summary>Places that are not a plain environment on a plain file system.</summary>
public sealed class OddPlacesTests
{
    private static readonly WheelForge Top1 = new("aa", "1.0") { Files = [("single.py", "1"), ("aa/x.py", "1")] };
    private static readonly WheelForge Top2 = new("aa", "2.0") { Files = [("double.py", "2"), ("aa/x.py", "2")] };

    private static readonly WheelForge Other = new("bb", "1.0")
    {
        Files = [("bb/x.py", "1"), ("bb-1.0.dist-info/licenses/deep/LICENSE", "free")],
        EntryPoints = "[console_scripts]\nbb = bb:x\n",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

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

    [Fact]
    public async Task Changes_what_a_lower_layer_of_the_file_system_holds()
    {
        using var test = await TestEnvironment.CreateAsync();
        var empty = test.Tree();
        await test.InstallAsync(Top1, Other);
        test.Mount = RequireMount(TestMount.TryLayer(test.Environment.Root));

        await test.SyncAsync(Top2, Other);

        using var plain = await TestEnvironment.CreateAsync();
        await plain.InstallAsync(Top2, Other);
        Assert.Equal("", Trees.Differences(plain.Tree(), test.Tree()));
        await test.UninstallAsync("aa", "bb");
        Assert.Equal("", Trees.Differences(empty, test.Tree()));
    }

    [Fact]
    public async Task Changes_packages_that_have_a_file_system_of_their_own()
    {
        using var test = await TestEnvironment.CreateAsync();
        test.Mount = RequireMount(TestMount.TryEmpty(test.Site));
        var empty = test.Tree();
        await test.InstallAsync(Top1, Other);

        await test.SyncAsync(Top2, Other);

        using var plain = await TestEnvironment.CreateAsync();
        await plain.InstallAsync(Top2, Other);
        Assert.Equal("", Trees.Differences(plain.Tree(), test.Tree()));
        await test.UninstallAsync("aa", "bb");
        Assert.Equal("", Trees.Differences(empty, test.Tree()));
    }

    [Fact]
    public async Task Leaves_a_lower_layer_as_it_was_when_a_change_is_given_up_before_it_begins()
    {
        using var test = await TestEnvironment.CreateAsync();
        await test.InstallAsync(Top1, Other);
        using var wheel = test.Store.Add(Top2);
        test.Mount = RequireMount(TestMount.TryLayer(test.Environment.Root));
        var before = test.Tree();
        using var stop = new CancellationTokenSource();
        using (var session = await EnvironmentSession.OpenAsync(test.Environment, TimeSpan.FromSeconds(9), null, Token))
        {
            var wanted = new WantedDistribution(wheel.Key.File.Name, wheel.Key.File.Version);
            var plan = InstallPlan.Create(session.ReadInstalled(), [wanted], new PlanOptions());
            var wheels = new Dictionary<PackageName, StoredWheel> { [wanted.Name] = wheel };

            // What is staged is told before descriptions are set aside.
            await Assert.ThrowsAsync<OperationCanceledException>(() =>
                session.ExecuteAsync(plan, wheels, new InstallOptions(), new Stopper(stop), stop.Token)
            );
        }

        Assert.Equal("", Trees.Differences(before, test.Tree()));
    }

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<InstallEvent>
    {
        public void Report(InstallEvent value) => stop.Cancel();
    }

    private static TestMount RequireMount(TestMount? mount)
    {
        Assert.SkipWhen(mount is null, "nothing can be mounted here");
        return mount;
    }
}
