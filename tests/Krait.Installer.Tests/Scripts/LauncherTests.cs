using System.Diagnostics;
using Krait.Installer.Scripts;
using Krait.Testing;

namespace Krait.Installer.Tests.Scripts;

public sealed class LauncherTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("with a blank")]
    [InlineData("with\ta tab")]
    [InlineData("with\nan end of a line")]
    [InlineData("with 'quotes'")]
    public async Task Starts_the_interpreter_wherever_it_is(string name)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.At(name));
        // As an interpreter, it shows what it is to run.
        File.CreateSymbolicLink(folder.At(name, "interpreter"), "/bin/cat");
        var text = Launcher.FirstLine(folder.At(name, "interpreter"), isRelocatable: false) + "\nprint('ran')\n";
        var script = folder.Write("script", text);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // A shell starts it as a person would.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\"", script]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!; // every machine has it
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(text, said);
        Assert.Equal(0, process.ExitCode);
    }
}
