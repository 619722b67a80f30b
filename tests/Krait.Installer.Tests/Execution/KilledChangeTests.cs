using Krait.Testing;
using Krait.Testing.Archives;

namespace Krait.Installer.Tests.Execution;

/// <summary>
/// A process that changes an environment is killed at its n-th call of one kind; the same command, run again, gives the tree that an
/// undisturbed run gives, with nothing left over in environment or cache.
/// </summary>
public sealed class KilledChangeTests
{
    private static readonly WheelForge A1 = Forge("aa", "1.0", "old", "console");
    private static readonly WheelForge A2 = Forge("aa", "2.0", "new", "console");
    private static readonly WheelForge B = new("bb", "1.0")
    {
        Files =
        [
            ("bb/x.py", "1"),
            ("drop/in.py", "b"),
            ("bb-1.0.data/data/share/bb/x.txt", "1"),
            ("bb-1.0.data/scripts/bbs", "#!python\n1\n"),
        ],
    };

    private static readonly WheelForge C = new("cc", "1.0") { Files = [("cc/x.py", "1"), ("drop/in.py", "c")] };

    /// <summary>How many moments are tried for each kind of call; the variable asks for more than every change needs.</summary>
    private static readonly int Moments = int.Parse(Environment.GetEnvironmentVariable("KRAIT_KILL_MOMENTS") ?? "1");

    private static readonly string[] Calls = ["renameat2", "linkat", "unlinkat", "mkdirat", "openat"];

    [Theory]
    [InlineData("install", "", "sync aa-1.0 bb-1.0")]
    [InlineData("upgrade", "aa-1.0 bb-1.0", "sync aa-2.0 bb-1.0")]
    [InlineData("swap", "aa-1.0 bb-1.0", "sync aa-1.0 cc-1.0")]
    [InlineData("reinstall", "aa-1.0 bb-1.0", "reinstall aa-1.0 bb-1.0")]
    [InlineData("uninstall", "aa-1.0 bb-1.0", "uninstall aa bb")]
    [InlineData("upgrade of a lower layer", "aa-1.0 bb-1.0", "sync aa-2.0 bb-1.0")]
    [InlineData("reinstall of a lower layer", "aa-1.0 bb-1.0", "reinstall aa-1.0 bb-1.0")]
    public async Task The_same_command_heals_what_a_kill_left(string name, string before, string command)
    {
        InstallHost.RequireTrace();
        var isLayered = name.EndsWith("lower layer", StringComparison.Ordinal);
        using var reference = await SandboxAsync(before, isLayered);
        var trace = reference.Folder.At("trace");
        Assert.Equal(0, await RunAsync(reference, command, "-o", trace, "-e", $"trace={string.Join(',', Calls)}"));
        var expected = reference.Tree();
        var counts = (await File.ReadAllLinesAsync(trace, Token)).Select(CallIn).CountBy(c => c).ToDictionary();
        var killed = 0;
        foreach (var (call, count) in counts.Where(c => Calls.Contains(c.Key)))
        {
            // The runtime's own start comes first; what matters is at the end.
            var span = call is "openat" ? Math.Min(count, 60) : count;
            for (var moment = 0; moment < Moments; moment++)
            {
                var at = count - span + 1 + (span * ((2 * moment) + 1) / (2 * Moments));
                using var sandbox = await SandboxAsync(before, isLayered);
                var code = await RunAsync(
                    sandbox,
                    command,
                    "-o",
                    "/dev/null",
                    "-e",
                    $"trace={call}",
                    "-e",
                    $"inject={call}:signal=KILL:when={at}"
                );
                killed += code == 0 ? 0 : 1;

                Assert.Equal(0, await RunAsync(sandbox, command));

                Assert.Equal(
                    $"{name} {call} {at}: ",
                    $"{name} {call} {at}: {Trees.Differences(expected, sandbox.Tree())}"
                );
                var temporary = sandbox.Folder.At("cache", "temporary-v1");
                Assert.Empty(Directory.Exists(temporary) ? Directory.GetFileSystemEntries(temporary) : []);
            }
        }

        Assert.True(killed > 0, "no run was killed");
    }

    /// <summary>`4711  openat(AT_FDCWD, …`: the call that a line of the trace begins.</summary>
    private static string CallIn(string line)
    {
        var call = line[(line.IndexOf(' ') + 1)..].TrimStart();
        var end = call.IndexOf('(');
        return end < 0 ? "" : call[..end];
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static WheelForge Forge(string name, string version, string module, string group) =>
        new(name, version)
        {
            Files =
            [
                ($"{name}/__init__.py", version),
                ($"{name}/{module}.py", "1"),
                ("drop/in.py", "a"),
                .. Many(name, version),
            ],
            EntryPoints = $"[{group}_scripts]\n{name} = {name}:x\n{module}-tool = {name}:x\n",
        };

    private static IEnumerable<(string Path, string Content)> Many(string name, string version) =>
        Enumerable.Range(0, 12).Select(i => ($"{name}/part{i % 3}/m{i}.py", $"{version} {i}"));

    private static async Task<TestEnvironment> SandboxAsync(string before, bool isLayered)
    {
        var sandbox = await TestEnvironment.CreateAsync();
        InstallHost.Offer(sandbox, A1, A2, B, C);
        if (before.Length > 0)
            Assert.Equal(0, await RunAsync(sandbox, "sync " + before));
        if (isLayered)
        {
            sandbox.Mount = TestMount.TryLayer(sandbox.Environment.Root);
            Assert.SkipWhen(sandbox.Mount is null, "nothing can be mounted here");
        }

        return sandbox;
    }

    private static Task<int> RunAsync(TestEnvironment sandbox, string command, params string[] trace) =>
        InstallHost.RunAsync(sandbox, command, trace);
}
