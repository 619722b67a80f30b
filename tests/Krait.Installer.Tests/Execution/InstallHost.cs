using System.Diagnostics;
using Krait.Testing.Archives;

namespace Krait.Installer.Tests.Execution;

/// <summary>A process of its own that changes an environment, so that it can be killed, or lied to about its file system.</summary>
internal static class InstallHost
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Skips a test that cannot be done without strace.</summary>
    public static void RequireTrace() => Assert.SkipWhen(!File.Exists("/usr/bin/strace"), "strace is not installed");

    /// <summary>Puts wheels where commands find them as `name-version`.</summary>
    public static void Offer(TestEnvironment sandbox, params WheelForge[] wheels)
    {
        foreach (var wheel in wheels)
        {
            sandbox.Folder.Write($"wheels/{wheel.FileName}", "");
            File.WriteAllBytes(sandbox.Folder.At("wheels", wheel.FileName), wheel.Build());
        }
    }

    /// <summary>Runs `sync`, `install`, `reinstall` or `uninstall`, below strace when it is given arguments.</summary>
    public static async Task<int> RunAsync(TestEnvironment sandbox, string command, params string[] trace)
    {
        var words = command.Split(' ');
        string[] arguments =
        [
            words[0],
            sandbox.Environment.Root,
            sandbox.Folder.At("cache"),
            .. words[1..]
                .Select(w => words[0] is "uninstall" ? w : sandbox.Folder.At("wheels", $"{w}-py3-none-any.whl")),
        ];
        return await StartAsync(arguments, trace);
    }

    /// <summary>Runs any command of the host.</summary>
    public static async Task<int> StartAsync(string[] arguments, string[] trace)
    {
        var host = Path.Combine(AppContext.BaseDirectory, "Krait.InstallHost");
        var start =
            trace.Length == 0
                ? new ProcessStartInfo(host, arguments)
                : new ProcessStartInfo("/usr/bin/strace", ["-f", .. trace, host, .. arguments]);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!; // started or thrown
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var errors = await process.StandardError.ReadToEndAsync(Token);
        await output;
        await process.WaitForExitAsync(Token);
        if (trace.Length == 0 && process.ExitCode != 0)
            Assert.Fail(errors);
        return process.ExitCode;
    }
}
