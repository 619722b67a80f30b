using System.Text;

[assembly: AssemblyFixture(typeof(Krait.EndToEnd.RecordedIndex))]

namespace Krait.EndToEnd;

/// <summary>Real packages into real environments, compared file by file with what pip lays down.</summary>
public sealed class RecordedInstallTests(RecordedIndex index)
{
    public static TheoryData<string, string, string> Cases { get; } =
        new()
        {
            { "flask", "3.12", "http" },
            { "flask", "3.12", "h2" },
            { "flask", "3.12", "delayed" },
            { "flask", "3.8", "http" },
            { "flask", "3.10", "h2" },
            { "flask", "3.13", "http" },
            { "trio-docs", "3.12", "h2" },
            { "trio-docs", "3.12", "delayed" },
            { "trio-docs", "3.10", "http" },
            { "trio-docs", "3.13", "h2" },
            { "jupyter", "3.12", "h2" },
            { "jupyter", "3.12", "delayed" },
            { "django-shop", "3.12", "http" },
            { "fastapi-service", "3.12", "h2" },
            { "developer-tools", "3.12", "http" },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Installs_what_pip_installs_and_removes_it_without_a_trace(
        string workload,
        string version,
        string transport
    )
    {
        var shared = Machine.RequireShared();
        var python = Machine.RequirePython(version);
        using var sandbox = new Sandbox(index.Trust);
        var venv = await sandbox.VenvAsync(python);
        var empty = Tree.Read(venv);
        var url = index.Url(transport);
        var input = Path.Combine(shared, "pypi", "workloads", $"{workload}.in");
        var interpreter = Path.Combine(venv, "bin", "python");

        (
            await sandbox.KraitAsync("pip", "install", "--python", interpreter, "--index-url", url, "-r", input)
        ).Succeeded();

        var expected = Pins(
            await File.ReadAllTextAsync(
                Path.Combine(shared, "pypi", "expected", $"{workload}-{version}.txt"),
                TestContext.Current.CancellationToken
            )
        );
        var frozen = (await sandbox.KraitAsync("pip", "freeze", "--python", interpreter)).Succeeded();
        Assert.Equal(expected, Pins(frozen.Output));
        Assert.Empty(RecordCheck.Problems(venv, empty.Keys));
        (await sandbox.KraitAsync("pip", "check", "--python", interpreter)).Succeeded();
        await ExpectScriptsRunAsync(sandbox, venv, empty);
        await ExpectSameFilesAsPipAsync(sandbox, venv, python, index.Url("http"));

        (
            await sandbox.KraitAsync([
                "pip",
                "uninstall",
                "--yes",
                "--python",
                interpreter,
                .. expected.Select(pin => pin.Split("==")[0]),
            ])
        ).Succeeded();
        Assert.Equal("", Tree.Differences(empty, Tree.Read(venv)));
    }

    /// <summary>The pins of a requirements file, with names as the index spells them normalized, in order.</summary>
    private static string[] Pins(string text) =>
        [
            .. text.Split('\n')
                .Where(line => line.Length > 0 && line[0] is not ('#' or ' ' or '-'))
                .Select(line => line.Split(';')[0].Trim().ToLowerInvariant().Replace('_', '-').Replace('.', '-'))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Every wrapper names the environment's interpreter, and a program of each workload says its version.</summary>
    private static async Task ExpectScriptsRunAsync(
        Sandbox sandbox,
        string venv,
        SortedDictionary<string, string> before
    )
    {
        string[] known = ["flask", "sphinx-build", "jupyter", "django-admin", "uvicorn", "black"];
        foreach (var script in Directory.GetFiles(Path.Combine(venv, "bin")))
        {
            var isNew = !before.ContainsKey(Path.GetRelativePath(venv, script));
            if (
                !isNew
                || !IsWrapper(script, await File.ReadAllBytesAsync(script, TestContext.Current.CancellationToken))
            )
            {
                continue;
            }

            Assert.StartsWith(
                $"#!{venv}/bin/python",
                await File.ReadAllTextAsync(script, TestContext.Current.CancellationToken)
            );
            if (known.Contains(Path.GetFileName(script)))
                (await sandbox.ProgramAsync("env", "PYTHONDONTWRITEBYTECODE=1", script, "--version")).Succeeded();
        }
    }

    /// <summary>Lays the same set down with pip and compares every file that does not depend on the installer.</summary>
    private static async Task ExpectSameFilesAsPipAsync(Sandbox sandbox, string venv, string python, string url)
    {
        var pip = await Peers.PipAsync();
        var other = await sandbox.VenvAsync(python, "by-pip");
        var pins = (await sandbox.KraitAsync("pip", "freeze", "--python", Path.Combine(venv, "bin", "python")))
            .Succeeded()
            .Output;
        var file = sandbox.Write("pins.txt", pins);
        // pip 26.3 runs on 3.10 and later; for an older target it is told the target's version and installs into a folder.
        var supportsTarget =
            !python.Contains("/3.8.", StringComparison.Ordinal) && !python.Contains("/3.9.", StringComparison.Ordinal);
        if (!supportsTarget)
            return;
        string[] options =
        [
            "--quiet",
            "--no-deps",
            "--no-compile",
            "--no-cache-dir",
            "--disable-pip-version-check",
            "-i",
            url,
        ];
        (
            await sandbox.ProgramAsync(
                pip,
                ["--python", Path.Combine(other, "bin", "python"), "install", .. options, "-r", file]
            )
        ).Succeeded();
        Assert.Equal("", Tree.Differences(Comparable(other), Comparable(venv)));
    }

    /// <summary>A listing without what differs between installers by right: their own records, bytecode, script wrappers' text.</summary>
    private static SortedDictionary<string, string> Comparable(string venv)
    {
        var files = Tree.Read(venv, (path, bytes) => IsWrapper(path, bytes) ? "wrapper"u8.ToArray() : bytes);
        foreach (var path in files.Keys.Where(path => IsInstallersOwn(path, files[path])).ToList())
            files.Remove(path);
        return files;
    }

    private static bool IsInstallersOwn(string path, string value)
    {
        string[] records = ["INSTALLER", "RECORD", "REQUESTED", "direct_url.json", "pyvenv.cfg"];
        var name = Path.GetFileName(path);
        return records.Contains(name)
            || path.Contains("__pycache__", StringComparison.Ordinal)
            || (path.StartsWith("bin/", StringComparison.Ordinal) && value.StartsWith("link", StringComparison.Ordinal))
            || name.StartsWith("activate", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsWrapper(string path, byte[] bytes)
    {
        var head = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(400, bytes.Length)));
        return Path.GetFileName(Path.GetDirectoryName(path)) == "bin"
            && head.StartsWith("#!")
            && head.Contains("python");
    }
}
