using System.Diagnostics;
using Krait.Environments.Discovery;
using Krait.Environments.Interpreters;
using Krait.Environments.Layouts;
using Krait.Environments.Venvs;
using Krait.Packaging.Text;
using Krait.Testing;

namespace Krait.Environments.Tests.Interpreters;

public sealed class InterpreterDiscoveryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prefers_the_active_environment_to_the_nearest_one()
    {
        using var folder = new TempFolder();
        await MakeAsync(folder.At("project", ".venv"));
        await MakeAsync(folder.At("active"));
        Directory.CreateDirectory(folder.At("project", "src", "deep"));

        var nearest = await Discover(folder.At("project", "src", "deep"))
            .FindEnvironmentAsync(PythonRequest.Any, SystemUse.Never, Token);
        var active = await Discover(folder.At("project"), ("VIRTUAL_ENV", folder.At("active")))
            .FindEnvironmentAsync(PythonRequest.Any, SystemUse.Never, Token);

        Assert.Equal(folder.At("project", ".venv"), nearest.Root);
        Assert.Equal(folder.At("active"), active.Root);
        Assert.True(active.IsCreatedByKrait);
    }

    [Fact]
    public async Task Names_an_active_environment_that_is_not_there()
    {
        using var folder = new TempFolder();
        var discovery = Discover(folder.Path, ("VIRTUAL_ENV", folder.At("gone")));
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            discovery.FindEnvironmentAsync(PythonRequest.Any, SystemUse.Never, Token)
        );
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
        Assert.Contains(folder.At("gone"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_there_is_no_environment()
    {
        using var folder = new TempFolder();
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            Discover(folder.Path).FindEnvironmentAsync(PythonRequest.Any, SystemUse.Never, Token)
        );
        Assert.Equal((FailureKind.UnusableInput, "environment-missing"), (error.Kind, error.Diagnostic.Code));
    }

    [Fact]
    public async Task Opens_an_environment_by_its_folder_or_its_interpreter()
    {
        using var folder = new TempFolder();
        await MakeAsync(folder.At("venv"));
        foreach (var path in new[] { "./venv", folder.At("venv"), "./venv/bin/python" })
        {
            Assert.True(PythonRequest.TryParse(path, out var request, out _));
            var environment = await Discover(folder.Path).FindEnvironmentAsync(request, SystemUse.Never, Token);
            Assert.Equal(folder.At("venv"), environment.Root);
        }
    }

    [Fact]
    public async Task Passes_over_a_shim_that_fails()
    {
        var python = await RealPython.AnyAsync();
        using var folder = new TempFolder();
        var shim = folder.Write("shims/python3", "#!/bin/sh\necho 'pyenv: no such version' >&2\nexit 127\n");
        File.SetUnixFileMode(shim, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(folder.At("bin"));
        File.CreateSymbolicLink(folder.At("bin", "python3"), python.Executable);
        var discovery = Discover(folder.Path, ("KRAIT_PYTHON_SEARCH_PATH", $"{folder.At("shims")}:{folder.At("bin")}"));

        var found = await discovery.FindInterpreterAsync(PythonRequest.Any, includeEnvironments: false, Token);

        Assert.Equal(python.Executable, found.Executable);
    }

    [Fact]
    public async Task Resolves_a_shim_to_the_interpreter_behind_it()
    {
        var python = await RealPython.AnyAsync();
        using var folder = new TempFolder();
        var shim = folder.Write("python3", $"#!/bin/sh\nexec '{python.Executable}' \"$@\"\n");
        File.SetUnixFileMode(shim, (UnixFileMode)0b111_101_101);
        var discovery = Discover(folder.Path, ("KRAIT_PYTHON_SEARCH_PATH", folder.Path));
        var found = await discovery.FindInterpreterAsync(PythonRequest.Any, includeEnvironments: false, Token);
        Assert.Equal(python.Executable, found.Executable);
    }

    [Theory]
    [InlineData("3.99.2", null, null)]
    [InlineData("no-such:3.99.2", null, null)]
    [InlineData(null, "# ours\nno-such 3.99.2\n", "no-such\n")]
    [InlineData(null, "python-3.99 # the newest\n", null)]
    [InlineData(null, null, "3.99.2\n")]
    public async Task Looks_up_what_pyenv_selects_without_running_its_shim(
        string? variable,
        string? local,
        string? global
    )
    {
        var python = await RealPython.AnyAsync();
        using var folder = new TempFolder();
        var shim = folder.Write("pyenv/shims/python3", $"#!/bin/sh\ntouch '{folder.At("ran")}'\nexit 1\n");
        File.SetUnixFileMode(shim, (UnixFileMode)0b111_101_101);
        foreach (var version in new[] { "3.99.1", "3.99.2", "3.99.3rc1", "3.100.0" })
            Directory.CreateDirectory(folder.At("pyenv", "versions", version, "bin"));
        File.CreateSymbolicLink(folder.At("pyenv", "versions", "3.99.2", "bin", "python3"), python.Executable);
        if (local is not null)
            folder.Write("project/.python-version", local);
        if (global is not null)
            folder.Write("pyenv/version", global);
        Directory.CreateDirectory(folder.At("project", "src"));
        List<(string, string)> variables =
        [
            ("PYENV_ROOT", folder.At("pyenv")),
            ("KRAIT_PYTHON_SEARCH_PATH", folder.At("pyenv", "shims") + "/"),
        ];
        if (variable is not null)
            variables.Add(("PYENV_VERSION", variable));

        var discovery = Discover(folder.At("project", "src"), [.. variables]);
        var found = await discovery.FindInterpreterAsync(PythonRequest.Any, includeEnvironments: false, Token);

        Assert.Equal(python.Executable, found.Executable);
        Assert.False(File.Exists(folder.At("ran")));
    }

    [Theory]
    [InlineData("../../../elsewhere")]
    [InlineData("..")]
    [InlineData("3.98")]
    [InlineData("system")]
    public async Task Finds_nothing_behind_a_shim_for_what_is_not_installed(string selected)
    {
        using var folder = new TempFolder();
        folder.Write("pyenv/shims/python3", "#!/bin/sh\nexit 1\n");
        folder.Write("pyenv/bin/python3", "#!/bin/sh\nexit 1\n");
        Directory.CreateDirectory(folder.At("pyenv", "versions"));
        var discovery = Discover(
            folder.Path,
            ("PYENV_ROOT", folder.At("pyenv")),
            ("PYENV_VERSION", selected),
            ("KRAIT_PYTHON_SEARCH_PATH", folder.At("pyenv", "shims"))
        );
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            discovery.FindInterpreterAsync(PythonRequest.Any, includeEnvironments: false, Token)
        );
        Assert.Equal(FailureKind.NoInterpreter, error.Kind);
    }

    [Fact]
    public async Task Does_not_start_Python_2()
    {
        var python = await RealPython.AnyAsync();
        using var folder = new TempFolder();
        foreach (var name in new[] { "python2", "python2.7" })
        {
            var old = folder.Write(name, $"#!/bin/sh\ntouch '{folder.At("ran")}'\nexit 1\n");
            File.SetUnixFileMode(old, (UnixFileMode)0b111_101_101);
        }

        File.CreateSymbolicLink(folder.At("python3"), python.Executable);
        var discovery = Discover(folder.Path, ("KRAIT_PYTHON_SEARCH_PATH", folder.Path));
        await discovery.FindInterpreterAsync(PythonRequest.Any, includeEnvironments: false, Token);
        Assert.False(File.Exists(folder.At("ran")));
    }

    [Fact]
    public async Task Takes_the_version_that_was_asked_for()
    {
        var wanted = RealPython.OfPyenv("3.10");
        Assert.SkipWhen(wanted is null, "Python 3.10 is not installed");
        Assert.True(PythonRequest.TryParse("3.10", out var request, out _));
        var found = await Discover("/").FindInterpreterAsync(request, includeEnvironments: true, Token);
        Assert.Equal((3, 10), (found.Major, found.Minor));
    }

    [Fact]
    public async Task Says_what_was_not_found()
    {
        Assert.True(PythonRequest.TryParse("3.99", out var request, out _));
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            Discover("/").FindInterpreterAsync(request, includeEnvironments: true, Token)
        );
        Assert.Equal(FailureKind.NoInterpreter, error.Kind);
        Assert.Contains("`3.99`", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notices_that_the_interpreter_of_an_environment_has_changed()
    {
        using var folder = new TempFolder();
        await MakeAsync(folder.At("venv"));
        var path = folder.At("venv", "pyvenv.cfg");
        Assert.True(PythonRequest.TryParse(folder.At("venv"), out var request, out _));
        Assert.Null((await Discover("/").FindEnvironmentAsync(request, SystemUse.Never, Token)).FindMismatch());
        var text = await File.ReadAllLinesAsync(path, Token);
        await File.WriteAllLinesAsync(
            path,
            text.Select(l => l.StartsWith("version_info") ? "version_info = 3.5.9" : l),
            Token
        );
        Assert.NotNull((await Discover("/").FindEnvironmentAsync(request, SystemUse.Never, Token)).FindMismatch());
    }

    [Theory]
    [InlineData("VIRTUAL_ENV")]
    [InlineData(null)]
    public async Task Uses_what_a_name_names_and_nothing_else(string? variable)
    {
        using var folder = new TempFolder();
        await MakeAsync(folder.At(".venv"));
        await MakeAsync(folder.At("other"));
        await MakeAsync(folder.At("third"));
        File.CreateSymbolicLink(folder.At("third", "bin", "special-python"), "python");
        Directory.CreateDirectory(folder.At("plain"));
        List<(string, string)> variables = [("PATH", folder.At("third", "bin"))];
        if (variable is not null)
            variables.Add((variable, folder.At(".venv")));
        var discovery = Discover(folder.Path, [.. variables]);

        Assert.Equal(folder.At("other"), (await FindAsync(discovery, "other")).Root);
        Assert.Equal(folder.At("third"), (await FindAsync(discovery, "special-python")).Root);
        foreach (var (name, says) in new[] { ("nonsense", "`nonsense`"), ("plain", "not a virtual environment") })
        {
            foreach (var system in Enum.GetValues<SystemUse>())
            {
                var error = await Assert.ThrowsAsync<KraitException>(() => FindAsync(discovery, name, system));
                Assert.Equal(name is "plain" ? FailureKind.UnusableInput : FailureKind.NoInterpreter, error.Kind);
                Assert.Contains(says, error.Message, StringComparison.Ordinal);
            }

            Assert.True(PythonRequest.TryParse(name, out var request, out _));
            await Assert.ThrowsAsync<KraitException>(() => discovery.FindInterpreterAsync(request, true, Token));
            await Assert.ThrowsAsync<KraitException>(() => discovery.FindBaseAsync(request, Token));
        }
    }

    [Fact]
    public async Task Names_both_where_the_environment_has_another_version()
    {
        var python = await RealPython.AnyAsync();
        using var folder = new TempFolder();
        await MakeAsync(folder.At(".venv"));
        foreach (var active in new[] { false, true })
        {
            var discovery = active ? Discover(folder.Path, ("VIRTUAL_ENV", folder.At(".venv"))) : Discover(folder.Path);
            foreach (var request in new[] { "3.99", ">=3.99", "pypy@3.99", "python3.99" })
            {
                var error = await Assert.ThrowsAsync<KraitException>(() => FindAsync(discovery, request));
                Assert.Equal(FailureKind.UnusableInput, error.Kind);
                Assert.Contains($"`{request}`", error.Message, StringComparison.Ordinal);
                Assert.Contains(python.Version.ToString(), error.Message, StringComparison.Ordinal);
                Assert.Contains(".venv`", error.Message, StringComparison.Ordinal);
            }

            Assert.Equal(folder.At(".venv"), (await FindAsync(discovery, $"{python.Major}.{python.Minor}")).Root);
        }
    }

    [Fact]
    public async Task Takes_no_interpreter_for_an_environment()
    {
        var python = await RealPython.AnyAsync();
        using var folder = new TempFolder();
        var version = $"{python.Major}.{python.Minor}";
        foreach (var request in new[] { version, python.Executable })
        {
            var discovery = Discover(folder.Path);
            var error = await Assert.ThrowsAsync<KraitException>(() => FindAsync(discovery, request));
            Assert.Equal(("environment-missing", FailureKind.UnusableInput), (error.Diagnostic.Code, error.Kind));
            Assert.False((await FindAsync(discovery, request, SystemUse.Always)).IsVirtual);
            Assert.False((await FindAsync(discovery, request, SystemUse.WhenNeeded)).IsVirtual);
        }

        Assert.False((await FindAsync(Discover(folder.Path), python.Executable, SystemUse.WhenNamed)).IsVirtual);
        await Assert.ThrowsAsync<KraitException>(() => FindAsync(Discover(folder.Path), version, SystemUse.WhenNamed));
    }

    [Theory]
    [InlineData("./lost")]
    [InlineData("./lost/bin/python")]
    [InlineData("lost-python")]
    public async Task Refuses_an_environment_that_lost_its_configuration(string request)
    {
        using var folder = new TempFolder();
        await MakeAsync(folder.At("lost"));
        File.Delete(folder.At("lost", "pyvenv.cfg"));
        File.CreateSymbolicLink(folder.At("lost", "bin", "lost-python"), "python");
        var discovery = Discover(folder.Path, ("PATH", folder.At("lost", "bin")));
        foreach (var system in new[] { SystemUse.Never, SystemUse.WhenNamed })
        {
            var error = await Assert.ThrowsAsync<KraitException>(() => FindAsync(discovery, request, system));
            Assert.Contains("pyvenv.cfg", error.Message, StringComparison.Ordinal);
        }

        Assert.False((await FindAsync(discovery, request, SystemUse.Always)).IsVirtual);
    }

    [Fact]
    public async Task Takes_a_link_to_the_program_of_an_environment_for_the_environment()
    {
        using var folder = new TempFolder();
        await MakeAsync(folder.At("venv"));
        Directory.CreateDirectory(folder.At("programs"));
        File.CreateSymbolicLink(folder.At("programs", "app-python"), "../venv/bin/python");
        var discovery = Discover(folder.At("programs"), ("PATH", folder.At("programs")));
        Assert.Equal(folder.At("venv"), (await FindAsync(discovery, "./app-python")).Root);
        Assert.Equal(folder.At("venv"), (await FindAsync(discovery, "app-python")).Root);
    }

    [Theory]
    [InlineData("")]
    [InlineData("pyvenv.cfg")]
    [InlineData("bin")]
    [InlineData("bin/python")]
    public async Task Passes_over_an_environment_above_that_belongs_to_another_user(string part)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give files away");
        using var folder = new TempFolder();
        await MakeAsync(folder.At(".venv"));
        await MakeAsync(folder.At("project", ".venv"));
        Directory.CreateDirectory(folder.At("project", "src"));
        Assert.Equal(
            folder.At("project", ".venv"),
            (await FindAsync(Discover(folder.At("project", "src")), "any")).Root
        );

        using (var process = Process.Start("chown", ["-h", "65534", folder.At("project", ".venv", part)]))
            await process.WaitForExitAsync(Token);

        var above = Discover(folder.At("project", "src"));
        Assert.Equal(folder.At(".venv"), (await FindAsync(above, "any")).Root);
        var warning = Assert.Single(above.Warnings);
        Assert.Contains("belongs to another user", warning.Message, StringComparison.Ordinal);
        // What lies in the working folder itself, or is named, was chosen; and so was what the user behind `sudo` has.
        Assert.Equal(folder.At("project", ".venv"), (await FindAsync(Discover(folder.At("project")), "any")).Root);
        Assert.Equal(folder.At("project", ".venv"), (await FindAsync(above, "../.venv")).Root);
        var sudo = Discover(folder.At("project", "src"), ("SUDO_UID", "65534"));
        Assert.Equal(folder.At("project", ".venv"), (await FindAsync(sudo, "any")).Root);
    }

    [Fact]
    public async Task Lists_what_is_installed_where_a_version_is_not()
    {
        var python = await RealPython.AnyAsync();
        using var folder = new TempFolder();
        var root = folder.At("pyenv", "versions", "3.98.1", "bin");
        Directory.CreateDirectory(root);
        Directory.CreateDirectory(folder.At("bin"));
        File.CreateSymbolicLink(folder.At("bin", "python3"), python.Executable);
        var discovery = Discover(folder.Path, ("PATH", folder.At("bin")), ("PYENV_ROOT", folder.At("pyenv")));
        Assert.True(PythonRequest.TryParse("3.99", out var request, out _));
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            discovery.FindInterpreterAsync(request, includeEnvironments: true, Token)
        );
        Assert.Equal($"Installed: {python.Version} ({folder.At("bin")})", Assert.Single(error.Diagnostic.Notes));
    }

    private static Task<PythonEnvironment> FindAsync(
        InterpreterDiscovery discovery,
        string text,
        SystemUse system = SystemUse.Never
    )
    {
        Assert.True(PythonRequest.TryParse(text, out var request, out _));
        return discovery.FindEnvironmentAsync(request, system, Token);
    }

    private static InterpreterDiscovery Discover(string folder, params (string Name, string Value)[] variables) =>
        new(new InterpreterProbe(cache: null), RealPython.Context(folder, variables));

    private static async Task MakeAsync(string path) =>
        VenvBuilder.Create(VenvRequest.For(await RealPython.AnyAsync(), path, "0.1.0"));
}
