using System.Diagnostics;

namespace Krait.Cli.Tests.Commands;

/// <summary>Completion scripts, run by the shells that are here.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Theory]
    [InlineData("krait ''", "pip", "venv", "cache", "help")]
    [InlineData("krait pip ''", "install", "compile", "why-not")]
    [InlineData("krait pip install --resol", "--resolution")]
    [InlineData("krait pip install --resolution lowest-", "lowest-direct")]
    [InlineData("krait pip install --resolution = lowest-", "lowest-direct")]
    [InlineData("krait --offline pip inst", "install")]
    [InlineData("krait cache pr", "prune")]
    [InlineData("krait generate-shell-completion zs", "zsh")]
    [InlineData("krait pip compile req", "requirements.in")]
    public async Task Bash_offers(string words, params string[] offered)
    {
        line.Write("requirements.in", "");
        var script = (await line.TypeAsync("generate-shell-completion bash")).Succeeded().Output;
        line.Write("krait.bash", script);
        var typed = $"""
            source krait.bash
            COMP_WORDS=({words}); COMP_CWORD=$((${"{"}#COMP_WORDS[@]{"}"} - 1)); COMPREPLY=()
            _krait; printf '%s\n' "${"{"}COMPREPLY[@]{"}"}"
            """;
        var answer = await RunAsync("bash", "-c", typed);
        Assert.All(offered, one => Assert.Contains(one, answer.Split('\n')));
    }

    [Theory]
    [InlineData("zsh", "-n")]
    [InlineData("fish", "--no-execute")]
    public async Task Other_shells_understand_their_scripts(string shell, string check)
    {
        var path = line.Write(
            $"krait.{shell}",
            (await line.TypeAsync($"generate-shell-completion {shell}")).Succeeded().Output
        );
        Assert.Equal("", await RunAsync(shell, check, path));
    }

    [Fact]
    public async Task PowerShell_gets_a_completer() =>
        Assert.Contains(
            "Register-ArgumentCompleter -Native -CommandName krait",
            (await line.TypeAsync("generate-shell-completion powershell")).Succeeded().Output,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Refuses_a_shell_that_it_does_not_know() =>
        (await line.TypeAsync("generate-shell-completion tcsh")).Failed(2, "`tcsh`", "bash, zsh, fish, powershell");

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        // By its path: looking for a name asks for the working folder, which another test may just have removed.
        var path = new[] { "/usr/bin", "/bin", "/usr/local/bin" }
            .Select(folder => Path.Join(folder, program))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"{program} is not installed");
        var start = new ProcessStartInfo(path!, arguments) // skipped without one
        {
            WorkingDirectory = line.At("."),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not installed");
        }

        using (process)
        {
            var output = await process!.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, error);
            return output + error;
        }
    }
}
