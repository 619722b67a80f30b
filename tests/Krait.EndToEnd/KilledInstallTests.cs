using System.Diagnostics;
using System.Globalization;

namespace Krait.EndToEnd;

/// <summary>An installation killed at any moment is put right by the next run.</summary>
public sealed class KilledInstallTests(RecordedIndex index)
{
    /// <summary>How many moments are tried in each case; the variable asks for more than every change needs.</summary>
    private static readonly int Moments = int.Parse(
        Environment.GetEnvironmentVariable("KRAIT_KILL_MOMENTS") ?? "4",
        CultureInfo.InvariantCulture
    );

    [Theory]
    [InlineData("trio-docs", "cold")]
    [InlineData("trio-docs", "warm")]
    [InlineData("trio-docs", "changing")]
    [InlineData("jupyter", "cold")]
    [InlineData("jupyter", "warm")]
    [InlineData("jupyter", "changing")]
    public async Task The_next_run_heals_what_a_kill_left(string workload, string state)
    {
        var shared = Machine.RequireShared();
        var python = Machine.RequirePython("3.12");
        var wanted = Path.Combine(shared, "pypi", "expected", $"{workload}-3.12.txt");
        using var first = new Sandbox(index.Trust);
        var (full, duration) = await ReferenceAsync(first, python, wanted, state);
        for (var moment = 1; moment <= Moments; moment++)
        {
            // A filled cache serves all moments: what one kill did to it, the next run has to live with.
            using var fresh = state is "cold" ? new Sandbox(index.Trust) : null;
            var sandbox = fresh ?? first;
            var (venv, empty) = await PrepareAsync(sandbox, python, wanted, state);
            await KillAfterAsync(sandbox, SyncArguments(venv, wanted), duration * moment / (Moments + 1));

            (await sandbox.KraitAsync(SyncArguments(venv, wanted))).Succeeded();

            Assert.Empty(RecordCheck.Problems(venv, empty));
            Assert.Equal("", Tree.Differences(full, Tree.Read(venv, (path, bytes) => Comparable(path, bytes, venv))));
            Directory.Delete(venv, recursive: true);
        }
    }

    /// <summary>The tree of an undisturbed run, and how long it takes.</summary>
    private async Task<(SortedDictionary<string, string> Tree, TimeSpan Duration)> ReferenceAsync(
        Sandbox sandbox,
        string python,
        string wanted,
        string state
    )
    {
        if (state is not "cold")
            (await sandbox.KraitAsync(SyncArguments(await sandbox.VenvAsync(python, "filling"), wanted))).Succeeded();
        var (venv, _) = await PrepareAsync(sandbox, python, wanted, state);
        var clock = Stopwatch.StartNew();
        (await sandbox.KraitAsync(SyncArguments(venv, wanted))).Succeeded();
        var duration = clock.Elapsed;
        var tree = Tree.Read(venv, (path, bytes) => Comparable(path, bytes, venv));
        Directory.Delete(venv, recursive: true);
        return (tree, duration);
    }

    /// <summary>An environment before the killed run: empty, or filled with other versions.</summary>
    private async Task<(string Venv, List<string> Empty)> PrepareAsync(
        Sandbox sandbox,
        string python,
        string wanted,
        string state
    )
    {
        var venv = await sandbox.VenvAsync(python);
        var empty = Tree.Read(venv).Keys.ToList();
        if (state is "changing")
        {
            // The other half of the set goes, so that the killed run both removes and installs.
            var pins = (await File.ReadAllLinesAsync(wanted, TestContext.Current.CancellationToken)).Where(
                (_, i) => i % 2 == 0
            );
            var half = sandbox.Write("half.txt", string.Join('\n', pins.Append("itsdangerous==2.2.0")) + "\n");
            (await sandbox.KraitAsync(SyncArguments(venv, half))).Succeeded();
        }

        return (venv, empty);
    }

    private string[] SyncArguments(string venv, string wanted) =>
        [
            "pip",
            "sync",
            "--quiet",
            "--python",
            Path.Combine(venv, "bin", "python"),
            "--index-url",
            index.Url("h2"),
            wanted,
        ];

    private static async Task KillAfterAsync(Sandbox sandbox, string[] arguments, TimeSpan delay)
    {
        using var process = sandbox.StartKrait(arguments);
        var ended = process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Task.WhenAny(ended, Task.Delay(delay, TestContext.Current.CancellationToken));
        if (!process.HasExited)
            process.Kill();
        await ended;
    }

    /// <summary>A RECORD carries the digests of scripts, which carry the environment's path: it is checked on its own.</summary>
    private static byte[] Comparable(string path, byte[] bytes, string venv) =>
        Path.GetFileName(path) == "RECORD" ? [] : WithoutPath(bytes, venv);

    /// <summary>A file without the path of its environment, which scripts carry.</summary>
    private static byte[] WithoutPath(byte[] bytes, string venv)
    {
        var path = System.Text.Encoding.UTF8.GetBytes(venv);
        var at = bytes.AsSpan().IndexOf(path);
        return at < 0 ? bytes : [.. bytes[..at], .. "VENV"u8, .. WithoutPath(bytes[(at + path.Length)..], venv)];
    }
}
