using Krait.Environments.Interpreters;
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
            .FindEnvironmentAsync(PythonRequest.Any, system: false, Token);
        var active = await Discover(folder.At("project"), ("VIRTUAL_ENV", folder.At("active")))
            .FindEnvironmentAsync(PythonRequest.Any, system: false, Token);

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
            discovery.FindEnvironmentAsync(PythonRequest.Any, system: false, Token)
        );
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
        Assert.Contains(folder.At("gone"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_there_is_no_environment()
    {
        using var folder = new TempFolder();
        var error = await Assert.ThrowsAsync<KraitException>(() =>
            Discover(folder.Path).FindEnvironmentAsync(PythonRequest.Any, system: false, Token)
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
            var environment = await Discover(folder.Path).FindEnvironmentAsync(request, system: false, Token);
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
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
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
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
        Assert.Contains("`3.99`", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notices_that_the_interpreter_of_an_environment_has_changed()
    {
        using var folder = new TempFolder();
        await MakeAsync(folder.At("venv"));
        var path = folder.At("venv", "pyvenv.cfg");
        Assert.True(PythonRequest.TryParse(folder.At("venv"), out var request, out _));
        Assert.Null((await Discover("/").FindEnvironmentAsync(request, system: false, Token)).FindMismatch());
        var text = await File.ReadAllLinesAsync(path, Token);
        await File.WriteAllLinesAsync(
            path,
            text.Select(l => l.StartsWith("version_info") ? "version_info = 3.5.9" : l),
            Token
        );
        Assert.NotNull((await Discover("/").FindEnvironmentAsync(request, system: false, Token)).FindMismatch());
    }

    private static InterpreterDiscovery Discover(string folder, params (string Name, string Value)[] variables) =>
        new(new InterpreterProbe(cache: null), RealPython.Context(folder, variables));

    private static async Task MakeAsync(string path) =>
        VenvBuilder.Create(VenvRequest.For(await RealPython.AnyAsync(), path, "0.1.0"));
}
