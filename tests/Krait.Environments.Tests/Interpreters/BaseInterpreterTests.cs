using System.Diagnostics;
using Krait.Environments.Discovery;
using Krait.Environments.Interpreters;
using Krait.Environments.Venvs;
using Krait.Testing;

namespace Krait.Environments.Tests.Interpreters;

public sealed class BaseInterpreterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keeps_a_link_to_the_interpreters_folder()
    {
        var real = (await RealPython.AnyAsync()).Executable;
        using var folder = new TempFolder();
        File.CreateSymbolicLink(folder.At("current"), Path.GetDirectoryName(Path.GetDirectoryName(real))!); // deeper than the root
        var expected = folder.At("current", "bin", Path.GetFileName(real));

        Assert.Equal(expected, await FindAsync(folder, folder.At("current", "bin", "python3")));
        Assert.Equal(expected, await FindAsync(folder, folder.At("current")));

        // The environment made from it leads there, too.
        VenvBuilder.Create(
            VenvRequest.For(await RealPython.AnyAsync(), folder.At("venv"), "0.1.0") with
            {
                BaseExecutable = expected,
            }
        );
        Assert.Equal(expected, await FindAsync(folder, folder.At("venv", "bin", "python")));
    }

    [Fact]
    public async Task Follows_a_link_to_the_program_that_does_not_say_its_version()
    {
        var real = (await RealPython.AnyAsync()).Executable;
        using var folder = new TempFolder();
        File.CreateSymbolicLink(folder.At("mypython"), real);
        Assert.Equal(real, await FindAsync(folder, folder.At("mypython")));
    }

    [Fact]
    public async Task Passes_over_an_environment_that_has_a_copy_of_its_interpreter()
    {
        var real = (await RealPython.AnyAsync()).Executable;
        using var folder = new TempFolder();
        string[] arguments = ["-m", "venv", "--copies", "--without-pip", folder.At("copies")];
        using var process = Process.Start(real, arguments);
        await process.WaitForExitAsync(Token);
        Assert.Null(new FileInfo(folder.At("copies", "bin", "python")).LinkTarget);

        Assert.Equal(real, await FindAsync(folder, folder.At("copies", "bin", "python")));
    }

    private static async Task<string> FindAsync(TempFolder folder, string path)
    {
        var discovery = new InterpreterDiscovery(new InterpreterProbe(cache: null), RealPython.Context(folder.Path));
        Assert.True(PythonRequest.TryParse(path, out var request, out _));
        var found = await discovery.FindBaseAsync(request, Token);
        Assert.Equal((await RealPython.AnyAsync()).Executable, found.Interpreter.Executable);
        return found.Program;
    }
}
