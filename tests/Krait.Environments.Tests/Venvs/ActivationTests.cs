using System.Diagnostics;
using Krait.Environments.Tests.Interpreters;
using Krait.Environments.Venvs;
using Krait.Testing;

namespace Krait.Environments.Tests.Venvs;

/// <summary>Activation in the shells that the machine has.</summary>
public sealed class ActivationTests
{
    private static VenvRequest Request(string path) =>
        new(path, "/usr/bin/python3.11", "CPython", "3.11.7")
        {
            SitePackages = "lib/python3.11/site-packages",
            KraitVersion = "0.1.0",
            HasLib64 = true,
            Prompt = "demo",
        };

    [Theory]
    [InlineData("plain")]
    [InlineData("with space and 'quote'")]
    [InlineData("dollar$HOME and `tick` \"double\"")]
    [InlineData("two\nlines")]
    public async Task Activates_and_deactivates_in_a_shell_whatever_the_path(string name)
    {
        using var folder = new TempFolder();
        var venv = folder.At(name);
        VenvBuilder.Create(Request(venv));
        const string Script = """
            before="$PATH"
            . "$1/bin/activate"
            echo "$VIRTUAL_ENV"; echo "$VIRTUAL_ENV_PROMPT"; echo "${PATH%%:*}"
            deactivate
            [ "$PATH" = "$before" ] && [ -z "${VIRTUAL_ENV+set}" ] && echo restored
            """;
        Assert.Equal($"{venv}\ndemo\n{venv}/bin\nrestored\n", await RunAsync("bash", Script, venv));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("dash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("tcsh")]
    public async Task Leaves_nothing_of_an_environment_that_another_tool_made(string shell)
    {
        using var folder = new TempFolder();
        VenvBuilder.Create(Request(folder.At("krait")));
        VenvBuilder.Create(Request(folder.At("second")));
        var python = (await RealPython.AnyAsync()).Executable;
        await RunProgramAsync(python, ["-m", "venv", "--without-pip", folder.At("standard")]);
        var said = "";
        foreach (var (first, second) in new[] { ("krait", "standard"), ("standard", "krait"), ("krait", "second") })
            said += await RunAsync(shell, Switching(shell), folder.At(first), folder.At(second));

        Assert.Equal(
            $"{folder.At("standard")}/bin\nrestored\n{folder.At("krait")}/bin\nrestored\n{folder.At("second")}/bin\nrestored\n",
            said
        );
    }

    /// <summary>Activates two environments in turn, tells whose programs come first, and whether `deactivate` undoes it all.</summary>
    private static string Switching(string shell) =>
        shell switch
        {
            "fish" => """
                set -g before "$PATH"
                function fish_prompt; echo plain; end
                source $argv[1]/bin/activate.fish; source $argv[2]/bin/activate.fish
                echo $PATH[1]
                deactivate
                test "$PATH" = "$before"; and test (fish_prompt) = plain
                and not set -q VIRTUAL_ENV; and not functions -q deactivate; and echo restored
                """,
            "tcsh" => """
                set prompt = plain
                set before = "$PATH"
                source "$argv[1]/bin/activate.csh"
                source "$argv[2]/bin/activate.csh"
                echo "$PATH" | sed 's/:.*//'
                deactivate
                if ( "$PATH" == "$before" && "$prompt" == plain && ! $?VIRTUAL_ENV ) echo restored
                """,
            _ => """
                before=$PATH PS1=plain
                . "$1/bin/activate"; . "$2/bin/activate"
                echo "${PATH%%:*}"
                deactivate
                [ "$PATH" = "$before" ] && [ "$PS1" = plain ] && [ -z "${VIRTUAL_ENV+set}" ] &&
                    [ "$(command -v deactivate)" != deactivate ] && echo restored
                """,
        };

    [Theory]
    [InlineData("bash", ".", "")]
    [InlineData("dash", ".", "")]
    [InlineData("zsh", ".", "")]
    [InlineData("fish", "source", ".fish")]
    [InlineData("tcsh", "source", ".csh")]
    [InlineData("xonsh", "source", ".xsh")]
    public async Task Finds_an_environment_that_was_moved(string shell, string read, string ending)
    {
        using var folder = new TempFolder();
        VenvBuilder.Create(Request(folder.At("first")) with { IsRelocatable = true });
        Directory.Move(folder.At("first"), folder.At("moved here"));
        File.CreateSymbolicLink(folder.At("linked"), "moved here/bin/activate" + ending);

        foreach (var script in new[] { "moved here/bin/activate" + ending, "linked" })
        {
            var said = await RunAsync(
                shell,
                $"cd '{folder.Path}'\n{read} '{(script is "linked" ? "./" : "")}{script}'\necho $VIRTUAL_ENV"
            );
            Assert.Equal(folder.At("moved here") + "\n", said);
        }
    }

    [Fact]
    public void Names_no_place_in_the_scripts_of_an_environment_that_may_be_moved()
    {
        using var folder = new TempFolder();
        VenvBuilder.Create(Request(folder.At("first")) with { IsRelocatable = true });
        var files = Directory
            .GetFiles(folder.At("first", "bin"), "*activate*")
            .Append(folder.At("first", "pyvenv.cfg"));
        Assert.All(files, file => Assert.DoesNotContain(folder.Path, File.ReadAllText(file)));
    }

    [Theory]
    [InlineData("bash", "")]
    [InlineData("bash", "shopt -u promptvars")]
    [InlineData("zsh", "")]
    [InlineData("zsh", "setopt PROMPT_SUBST")]
    [InlineData("zsh", "setopt PROMPT_SUBST PROMPT_BANG")]
    public async Task Shows_a_prompt_and_runs_nothing_of_it(string shell, string setting)
    {
        using var folder = new TempFolder();
        var text = "a$(touch ran)`touch ran`${PWD}\\$(touch ran)%n%{$(touch ran)%}";
        VenvBuilder.Create(Request(folder.At("venv")) with { Prompt = text });
        // What a shell makes of its prompt, before and after it begins to look for commands there.
        var (show, begin) = shell is "zsh"
            ? ("print -rP -- \"$PS1\"", "setopt PROMPT_SUBST")
            : ("printf '%s\\n' \"${PS1@P}\"", "shopt -s promptvars");
        var said = await RunAsync(
            shell,
            $"cd '{folder.Path}'\nPS1=\n{setting}\n. venv/bin/activate\n{show}\n{begin}\n{show}"
        );

        Assert.False(File.Exists(folder.At("ran")));
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("(a", line));
        if (shell is "bash" && setting.Length == 0)
            Assert.Equal($"({text}) ", lines[0]);
        else
            Assert.Contains("(touch ran)", lines[0]);
    }

    [Fact]
    public async Task Takes_nothing_in_a_path_or_a_prompt_for_its_own_marks()
    {
        using var folder = new TempFolder();
        var venv = folder.At("@PROMPT@");
        VenvBuilder.Create(Request(venv) with { Prompt = "; touch ran; @ENVIRONMENT@" });
        var said = await RunAsync(
            "bash",
            $"cd '{folder.Path}'; . @PROMPT@/bin/activate; echo \"$VIRTUAL_ENV $VIRTUAL_ENV_PROMPT\""
        );
        Assert.Equal($"{venv} ; touch ran; @ENVIRONMENT@\n", said);
        Assert.False(File.Exists(folder.At("ran")));
    }

    [Fact]
    public async Task A_prompt_is_one_line()
    {
        using var folder = new TempFolder();
        VenvBuilder.Create(Request(folder.At("venv")) with { Prompt = "it's\ninclude-system-site-packages = true\n" });

        var configuration = await File.ReadAllLinesAsync(
            folder.At("venv", "pyvenv.cfg"),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(
            ["include-system-site-packages = false"],
            configuration.Where(l => l.StartsWith("include", StringComparison.Ordinal))
        );
        Assert.Contains("prompt = it's include-system-site-packages = true", configuration);
        var python = (await RealPython.AnyAsync()).Executable;
        const string Program = """
            import os, sys; exec(open(sys.argv[1]).read(), {'__file__': sys.argv[1]}); print(os.environ['VIRTUAL_ENV_PROMPT'])
            """;
        Assert.Equal(
            "it's include-system-site-packages = true\n",
            await RunProgramAsync(python, ["-c", Program, folder.At("venv", "bin", "activate_this.py")])
        );
    }

    private static async Task<string> RunAsync(string shell, string script, params string[] arguments)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        var path = folders.Select(f => Path.Combine(f, shell)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"{shell} is not installed");
        using var folder = new TempFolder();
        var file = folder.Write("script", script + "\n");
        string[] options = shell switch
        {
            "tcsh" => ["-f"],
            "zsh" => ["-f", "-u"],
            "fish" => ["--no-config"],
            "xonsh" => ["--no-rc"],
            _ => ["-u"],
        };
        return await RunProgramAsync(path!, [.. options, file, .. arguments]); // checked above
    }

    private static async Task<string> RunProgramAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsOfAnEnvironment).ToList())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!; // it is installed
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await errors);
        return said;
    }

    private static bool IsOfAnEnvironment(string variable) =>
        variable.StartsWith("VIRTUAL_ENV", StringComparison.Ordinal)
        || variable.StartsWith("_OLD_VIRTUAL", StringComparison.Ordinal)
        || variable is "PYTHONHOME";
}
