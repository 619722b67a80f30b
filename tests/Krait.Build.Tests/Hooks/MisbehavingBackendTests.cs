using System.Diagnostics;
using Krait.Build.Building;
using Krait.Build.Failures;
using Krait.Build.Tests.Building;
using Krait.Packaging.Text;
using Krait.Platform.Processes;

namespace Krait.Build.Tests.Hooks;

/// <summary>Backends that do what they must not: each gets a clear error or the right wheel, and nothing is left behind.</summary>
public sealed class MisbehavingBackendTests
{
    private static readonly Dictionary<string, (string Code, string? Message)> Cases = new(StringComparer.Ordinal)
    {
        ["raises"] = ("raise_('broken setup')", "`build_wheel` of `backend` failed (`ValueError: broken setup`)"),
        ["raises without text"] = ("raise_('')", "`build_wheel` of `backend` failed (`ValueError`)"),
        ["raises text with terminal commands"] = ("raise_('\\x1b[31mred\\x00')", "\\u{1b}[31mred"),
        ["raises an error that cannot be printed"] = (
            "class E(Exception):\n        def __str__(self): raise KeyError\n    raise E()",
            "failed (`E`)"
        ),
        ["calls sys.exit(0)"] = ("import sys; sys.exit(0)", "failed (`SystemExit: 0`)"),
        ["exits with 0"] = ("os._exit(0)", "exited with code 0 before it returned a result"),
        ["exits with 7"] = ("os._exit(7)", "exited with code 7 before it returned a result"),
        ["crashes"] = ("os.kill(os.getpid(), 11)", "was killed by signal 11"),
        ["kills its group"] = ("os.kill(0, 9)", "was killed by signal 9"),
        ["kills the group of its parent"] = ("os.killpg(os.getpgid(os.getppid()), 9)", "was killed by signal 9"),
        ["kills its parent"] = ("os.kill(os.getppid(), 9); import time; time.sleep(60)", "was killed by signal 9"),
        ["returns nothing"] = ("return None", "returned `None`"),
        ["returns a number"] = ("return 1", "the hook returned int"),
        ["returns a path"] = (
            "return os.path.join(wheel_directory, write_wheel(wheel_directory))",
            "is not the name of a wheel"
        ),
        ["returns a path upwards"] = ("return '../' + write_wheel(wheel_directory)", "is not the name of a wheel"),
        ["returns another kind of file"] = (
            "open(os.path.join(wheel_directory, 'x.zip'), 'w').close(); return 'x.zip'",
            "does not end with `.whl`"
        ),
        ["writes no wheel"] = ("return 'demo-1.0-py3-none-any.whl'", "but did not write that file"),
        ["writes the wheel elsewhere"] = ("return write_wheel('..')", "but did not write that file"),
        ["writes a folder"] = (
            "os.mkdir(os.path.join(wheel_directory, 'demo-1.0-py3-none-any.whl')); return 'demo-1.0-py3-none-any.whl'",
            "but did not write that file"
        ),
        ["writes a link"] = (
            "write_wheel('.'); os.symlink(os.path.abspath('demo-1.0-py3-none-any.whl'), os.path.join(wheel_directory, 'demo-1.0-py3-none-any.whl')); return 'demo-1.0-py3-none-any.whl'",
            "but did not write that file"
        ),
        ["writes no ZIP"] = (
            "open(os.path.join(wheel_directory, 'demo-1.0-py3-none-any.whl'), 'w').close(); return 'demo-1.0-py3-none-any.whl'",
            "demo-1.0-py3-none-any.whl"
        ),
        ["builds another project"] = ("return write_wheel(wheel_directory, name='other')", "is not a wheel of `demo`"),
        ["builds another version"] = (
            "return write_wheel(wheel_directory, version='2.0')",
            "is version 2.0 and not 1.0"
        ),
        ["names one project and contains another"] = (
            "return write_wheel(wheel_directory, text='Metadata-Version: 2.1\\nName: other\\nVersion: 1.0\\n')",
            "whose METADATA says `other 1.0`"
        ),
        ["names one version and contains another"] = (
            "return write_wheel(wheel_directory, text='Metadata-Version: 2.1\\nName: demo\\nVersion: 1.1\\n')",
            "whose METADATA says `demo 1.1`"
        ),
        ["has invalid metadata"] = ("return write_wheel(wheel_directory, text='x')", "`Name`"),
        ["has no metadata"] = ("return write_wheel(wheel_directory, inner='demo')", "has no METADATA"),
        ["builds for another Python"] = (
            "return write_wheel(wheel_directory, tag='cp27-cp27mu-linux_x86_64')",
            "cannot be installed with the interpreter that built it"
        ),
        ["lies about tags"] = (
            "return write_wheel(wheel_directory, stated='cp27-none-any')",
            "whose WHEEL file says `cp27-none-any`"
        ),
        ["builds two wheels"] = (
            "write_wheel(wheel_directory, version='2.0'); return write_wheel(wheel_directory)",
            null
        ),
        ["deletes its source"] = (
            "import shutil; shutil.rmtree(os.getcwd()); return write_wheel(wheel_directory)",
            null
        ),
        ["changes the directory"] = ("os.chdir('/'); return write_wheel(wheel_directory)", null),
        ["reads from its input"] = (
            "import sys; assert sys.stdin.read() == ''; assert os.read(0, 1) == b''; return write_wheel(wheel_directory)",
            null
        ),
        ["asks for input"] = ("input('Continue?')", "EOFError"),
        ["opens the terminal"] = ("open('/dev/tty')", "OSError"),
        ["closes its output"] = (
            "import sys; sys.stdout.close(); os.close(1); os.close(2); return write_wheel(wheel_directory)",
            null
        ),
        ["replaces modules"] = (
            "import json, sys; json.dump = None; sys.stdout = None; sys.modules.clear(); return write_wheel(wheel_directory)",
            null
        ),
        ["writes odd bytes"] = (
            "os.write(1, b'\\xff\\xfe\\x00\\x1b[2J\\n'); print('\\u2603\\ud800'); return write_wheel(wheel_directory)",
            null
        ),
        ["leaves a child"] = (
            "import subprocess; subprocess.Popen(['sleep', '987654']); return write_wheel(wheel_directory)",
            null
        ),
        ["leaves a child in a session of its own"] = (
            "import subprocess; subprocess.Popen(['sleep', '987654'], start_new_session=True); return write_wheel(wheel_directory)",
            null
        ),
        ["leaves a daemon"] = (
            "if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n            import time; time.sleep(987654)\n        os._exit(0)\n    return write_wheel(wheel_directory)",
            null
        ),
        ["leaves a thread"] = (
            "import threading, time; threading.Thread(target=time.sleep, args=(987654,)).start(); return write_wheel(wheel_directory)",
            null
        ),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Answers_clearly(string name)
    {
        var (code, message) = Cases[name];
        using var host = await BuildHost.CreateAsync();
        host.Limits = new GuardedLimits { Total = TimeSpan.FromSeconds(50) };
        var source = host.Sdist(Project(code));
        if (message is null)
        {
            var wheel = await host.Builder().BuildAsync(source, host.Request(), Token);
            Assert.Equal("demo-1.0-py3-none-any.whl", wheel.File.ToString());
        }
        else
        {
            var error = await Assert.ThrowsAnyAsync<KraitException>(() =>
                host.Builder().BuildAsync(source, host.Request(), Token)
            );
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
            Assert.StartsWith("failed to build demo 1.0: ", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(error.Message, char.IsControl);
            Assert.Null(host.Builder().TryFind(source, host.Request()));
        }

        Assert.Empty(
            Directory.GetFiles(Path.Combine(host.Cache.Root, "temporary-v1"), "*.whl", SearchOption.TopDirectoryOnly)
        );
        Assert.Empty(Sleepers());
    }

    [Theory]
    [InlineData("import time; time.sleep(987654)", GuardedStop.Idle, "did nothing for")]
    [InlineData("while True: pass", GuardedStop.Total, "did not finish within")]
    [InlineData("while True: print('x' * 1000)", GuardedStop.Output, "MiB of output")]
    [InlineData(
        "import signal, time\n    for n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)\n    time.sleep(987654)",
        GuardedStop.Idle,
        "did nothing for"
    )]
    public async Task Stops_at_the_limits(string code, GuardedStop stop, string message)
    {
        using var host = await BuildHost.CreateAsync();
        host.Limits = new GuardedLimits
        {
            Total = TimeSpan.FromSeconds(stop == GuardedStop.Total ? 4 : 60),
            Idle = TimeSpan.FromSeconds(2),
            Output = 1 << 20,
        };
        var watch = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<BuildFailedException>(() =>
            host.Builder().BuildAsync(host.Sdist(Project(code)), host.Request(), Token)
        );
        Assert.Equal(stop, error.Failure.Stop);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(40));
        Assert.Empty(Sleepers());
    }

    [Fact]
    public async Task Is_over_at_once_when_it_is_cancelled()
    {
        using var host = await BuildHost.CreateAsync();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var building = host.Builder()
            .BuildAsync(
                host.Sdist(Project("import subprocess; subprocess.run(['sleep', '987654'])")),
                host.Request(),
                source.Token
            );
        while (Sleepers().Count == 0)
            await Task.Delay(20, Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => building);
        for (var wait = 0; Sleepers().Count > 0 && wait < 100; wait++)
            await Task.Delay(50, Token);
        Assert.Empty(Sleepers());
    }

    [Fact]
    public async Task Keeps_the_whole_output_in_a_file_and_shows_its_end()
    {
        using var host = await BuildHost.CreateAsync();
        var error = await Assert.ThrowsAsync<BuildFailedException>(() =>
            host.Builder()
                .BuildAsync(
                    host.Sdist(
                        Project(
                            "for n in range(1000): print('line', n)\n    print('\\x1b[31mred\\x1b[0m')\n    raise_('x')"
                        )
                    ),
                    host.Request(),
                    Token
                )
        );
        var log = await File.ReadAllTextAsync(error.Failure.LogPath, Token);
        Assert.Contains("line 0\n", log, StringComparison.Ordinal);
        Assert.Contains("\nline 999\n", log, StringComparison.Ordinal);
        Assert.Contains("red", error.Failure.LastLines);
        Assert.Contains(error.Diagnostic.Notes, note => note.Contains(error.Failure.LogPath, StringComparison.Ordinal));
        File.Delete(error.Failure.LogPath);
    }

    [Fact]
    public async Task Keeps_secrets_from_backends()
    {
        using var host = await BuildHost.CreateAsync();
        (string Name, string Value)[] secrets =
        [
            ("KRAIT_INDEX_URL", "x"),
            ("PIP_INDEX_URL", "x"),
            ("UV_INDEX_PRIVATE_PASSWORD", "x"),
            ("GITHUB_TOKEN", "x"),
            ("AWS_SECRET_ACCESS_KEY", "x"),
            ("AWS_ACCESS_KEY_ID", "x"),
            ("MY_API_KEY", "x"),
            ("DB_PASSWORD", "x"),
            ("PGPASSWORD", "x"),
            ("DATABASE_URL", "postgres://me:secret@host/db"),
            ("HTTPS_PROXY", "http://me:secret@proxy:3128"),
            ("SSH_AUTH_SOCK", "/x"),
            ("PYTHONPATH", "/x"),
            ("PYTHONHOME", "/x"),
        ];
        foreach (var (name, value) in secrets)
            host.Variables[name] = value;
        (string Name, string Value)[] harmless =
        [
            ("CC", "my-gcc"),
            ("CFLAGS", "-O1"),
            ("MONKEY", "1"),
            ("HTTP_PROXY", "http://proxy:3128"),
            ("LANG", "C.UTF-8"),
        ];
        foreach (var (name, value) in harmless)
            host.Variables[name] = value;
        var request = host.Request();
        request = request with { ExtraVariables = request.ExtraVariables.Add("GITHUB_TOKEN", "wanted") };
        var source = host.Sdist(
            Project(
                "print('VARIABLES', ' '.join(sorted(k + '=' + v for k, v in os.environ.items())))\n    return write_wheel(wheel_directory)"
            )
        );
        _ = await host.Builder().BuildAsync(source, request, Token);
        var seen = host
            .Events.OfType<BuildEvent.Line>()
            .Single(line => line.Text.StartsWith("VARIABLES", StringComparison.Ordinal))
            .Text;
        foreach (var (name, value) in secrets)
            Assert.DoesNotContain($" {name}={value}", seen, StringComparison.Ordinal);
        foreach (var (name, value) in harmless.Where(pair => seen.Length < 400))
            Assert.Contains($" {name}={value}", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_wheel_that_is_not_what_was_prepared()
    {
        using var host = await BuildHost.CreateAsync();
        var code =
            SourceBuilderTests.Prepare
            + "_prepare = prepare_metadata_for_build_wheel\ndef build_wheel(wheel_directory, config_settings=None, metadata_directory=None):\n    assert metadata_directory.endswith('.dist-info')\n    REQUIRES.append('extra-thing')\n    return write_wheel(wheel_directory)\n";
        var source = host.Sdist(new SdistFiles { Code = code });
        var builder = host.Builder();
        _ = await builder.DescribeAsync(source, host.Request(), Token);
        var error = await Assert.ThrowsAnyAsync<KraitException>(() =>
            builder.BuildAsync(source, host.Request(), Token)
        );
        Assert.Equal("build-metadata-changed", error.Diagnostic.Code);
        Assert.Equal("built: `extra-thing`", error.Diagnostic.Notes[1]);
    }

    [Theory]
    [InlineData("return 'missing.dist-info'", "but did not write it")]
    [InlineData("return '../x'", "returned `../x`")]
    [InlineData("return None", "returned `None`")]
    [InlineData("raise ValueError('x')", "`prepare_metadata_for_build_wheel` of `backend` failed (`ValueError: x`)")]
    public async Task Refuses_metadata_that_was_not_prepared(string code, string message)
    {
        using var host = await BuildHost.CreateAsync();
        var source = host.Sdist(
            new SdistFiles
            {
                Code = $"def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):\n    {code}\n",
            }
        );
        var error = await Assert.ThrowsAnyAsync<KraitException>(() =>
            host.Builder().DescribeAsync(source, host.Request(), Token)
        );
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("raise ValueError('x')", "`get_requires_for_build_wheel` of `backend` failed (`ValueError: x`)")]
    [InlineData("return 'abc'", null)]
    [InlineData("return ['a b c']", "requires `a b c`, which is not a valid requirement")]
    [InlineData("return [1]", "the hook returned list")]
    public async Task Answers_clearly_when_requirements_are_malformed(string code, string? message)
    {
        using var host = await BuildHost.CreateAsync();
        var source = host.Sdist(
            new SdistFiles { Code = $"def get_requires_for_build_wheel(config_settings=None):\n    {code}\n" }
        );
        if (message is null)
        {
            _ = await host.Builder().BuildAsync(source, host.Request(), Token);
            return;
        }

        var error = await Assert.ThrowsAnyAsync<KraitException>(() =>
            host.Builder().BuildAsync(source, host.Request(), Token)
        );
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", ".", "could not be imported (`ModuleNotFoundError: No module named 'missing'`)")]
    [InlineData("backend:nothing", ".", "could not be imported (`AttributeError:")]
    [InlineData("json", ".", "was not loaded from its backend-path")]
    public async Task Says_that_a_backend_cannot_be_imported(string backend, string path, string message)
    {
        using var host = await BuildHost.CreateAsync();
        var text = $"[build-system]\nrequires = []\nbuild-backend = \"{backend}\"\nbackend-path = [\"{path}\"]\n";
        var error = await Assert.ThrowsAsync<BuildFailedException>(() =>
            host.Builder().BuildAsync(host.Sdist(new SdistFiles { PyProject = text }), host.Request(), Token)
        );
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static SdistFiles Project(string body) =>
        new()
        {
            Code =
                $"def raise_(text):\n    raise ValueError(text)\n\n\ndef build_wheel(wheel_directory, config_settings=None, metadata_directory=None):\n    {body}\n",
        };

    private static List<string> Sleepers() =>
        [
            .. Directory
                .GetDirectories("/proc")
                .Where(path => int.TryParse(Path.GetFileName(path), out _))
                .Select(path =>
                {
                    try
                    {
                        return File.ReadAllText(Path.Combine(path, "cmdline"));
                    }
                    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                    {
                        return "";
                    }
                })
                .Where(text => text.Contains("987654", StringComparison.Ordinal)),
        ];
}
