using System.Text.Json;
using Krait.Testing;

namespace Krait.Cli.Tests.Health;

/// <summary>One environment, damaged in every way that has a name, one at a time.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly CommandLine line = new();

    public DoctorTests()
    {
        line.Index.Add(
            new WheelBuilder("app", "1.0")
                .Requires("lib>=1.0")
                .File("app/__init__.py", "name = 'app'\n")
                .File("app/core.py", "value = 1\n")
                .File("app-1.0.data/data/share/app.txt", "some data\n")
                .EntryPoints("console_scripts", "app = app.core:value")
        );
        line.Index.Add(
            new WheelBuilder("lib", "1.0").File("lib/__init__.py", "").File("lib/data.txt", "text of the lib\n")
        );
        line.Index.Add("lib", "0.5");
    }

    public void Dispose() => line.Dispose();

    private string Site(string path) => line.SiteFile(path);

    private string Root(string path) => Path.Combine(line.At(".venv"), path);

    /// <summary>A kind of damage, how it is done, and whether it can be repaired.</summary>
    private Dictionary<string, (Action Damage, bool IsRepaired)> Damages() =>
        FileDamages().Concat(DescriptionDamages()).Concat(OtherDamages()).ToDictionary(StringComparer.Ordinal);

    private Dictionary<string, (Action Damage, bool IsRepaired)> FileDamages() =>
        new(StringComparer.Ordinal)
        {
            ["file-missing"] = (() => File.Delete(Site("app/core.py")), true),
            ["init-missing"] = (() => File.Delete(Site("app/__init__.py")), true),
            ["file-changed"] = (() => Replace(Site("app/core.py"), "value = 2\n"), true),
            ["file-truncated"] = (() => Replace(Site("app/core.py"), "val"), true),
            ["file-empty"] = (() => Replace(Site("app/core.py"), ""), true),
            ["file-is-directory"] = (() => Swap(Site("app/core.py"), Directory.CreateDirectory), true),
            ["file-link-broken"] = (
                () => Swap(Site("app/core.py"), path => File.CreateSymbolicLink(path, "/nowhere")),
                true
            ),
            ["data-missing"] = (() => File.Delete(Root("share/app.txt")), true),
            ["script-missing"] = (() => File.Delete(Root("bin/app")), true),
            ["script-changed"] = (
                () => Replace(Root("bin/app"), "#!/bin/sh\n" + new string('#', 4000) + "\nexit 1\n"),
                true
            ),
            ["script-not-executable"] = (
                () => File.SetUnixFileMode(Root("bin/app"), UnixFileMode.UserRead | UnixFileMode.UserWrite),
                true
            ),
            ["record-missing"] = (() => File.Delete(Site("app-1.0.dist-info/RECORD")), true),
            ["record-empty"] = (() => Replace(Site("app-1.0.dist-info/RECORD"), ""), true),
            ["record-unreadable"] = (
                () => Swap(Site("app-1.0.dist-info/RECORD"), path => File.WriteAllBytes(path, [0xFF, 0xFE, 0xC0])),
                true
            ),
            ["record-incomplete"] = (() => Replace(Site("app-1.0.dist-info/RECORD"), "app/__init__.py,,\n"), true),
            ["record-path-outside"] = (
                () => File.AppendAllText(Site("app-1.0.dist-info/RECORD"), "../../../../../elsewhere.txt,,\n"),
                false
            ),
        };

    private Dictionary<string, (Action Damage, bool IsRepaired)> DescriptionDamages() =>
        new(StringComparer.Ordinal)
        {
            ["metadata-missing"] = (() => File.Delete(Site("app-1.0.dist-info/METADATA")), true),
            ["metadata-empty"] = (() => Replace(Site("app-1.0.dist-info/METADATA"), ""), true),
            ["metadata-unreadable"] = (() => Replace(Site("app-1.0.dist-info/METADATA"), "nothing of use\n"), true),
            ["metadata-other-name"] = (
                () => Replace(Site("app-1.0.dist-info/METADATA"), "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n"),
                true
            ),
            ["metadata-other-version"] = (
                () => Replace(Site("app-1.0.dist-info/METADATA"), "Metadata-Version: 2.1\nName: app\nVersion: 2.0\n"),
                true
            ),
            ["wheel-file-missing"] = (() => File.Delete(Site("app-1.0.dist-info/WHEEL")), true),
            ["wheel-file-empty"] = (() => Replace(Site("app-1.0.dist-info/WHEEL"), ""), true),
            ["entry-points-missing"] = (() => File.Delete(Site("app-1.0.dist-info/entry_points.txt")), true),
            ["entry-points-invalid"] = (
                () => Replace(Site("app-1.0.dist-info/entry_points.txt"), "[console_scripts]\n../x = nothing\n"),
                true
            ),
            ["installer-missing"] = (() => File.Delete(Site("app-1.0.dist-info/INSTALLER")), true),
        };

    private Dictionary<string, (Action Damage, bool IsRepaired)> OtherDamages() =>
        new(StringComparer.Ordinal)
        {
            ["half-removed"] = (() => Directory.Delete(Site("lib"), recursive: true), true),
            ["dependency-missing"] = (() => Remove("lib"), true),
            ["dependency-conflict"] = (() => Type("pip install --no-deps lib==0.5"), false),
            ["wrong-platform"] = (
                () =>
                    Replace(
                        Site("app-1.0.dist-info/WHEEL"),
                        "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: cp27-cp27m-win32\n"
                    ),
                true
            ),
            ["duplicate-package"] = (() => CopyDescription("app-1.0.dist-info", "app-0.9.dist-info"), true),
            ["shared-file"] = (() => Describe("twin", "lib/data.txt,,\n"), false),
            ["shadowed-by-package"] = (() => File.WriteAllText(Site("app.py"), ""), false),
            ["shadowed-by-standard-library"] = (() => File.WriteAllText(Site("json.py"), ""), false),
            ["pip-leftover"] = (() => Directory.CreateDirectory(Site("~pp-1.0.dist-info")), true),
            ["unfinished-file"] = (() => File.WriteAllText(Site(".krait-new-abc"), ""), true),
            ["pth-path-missing"] = (() => File.WriteAllText(Site("extra.pth"), "/nowhere/at/all\n"), false),
            ["pth-import-missing"] = (
                () => File.WriteAllText(Site("start.pth"), "import nothing_like_that; nothing_like_that.go()\n"),
                false
            ),
            ["orphan-package"] = (() => WriteBelow("stray/code.py"), false),
            ["extension-other-python"] = (
                () => File.WriteAllText(Site("fast.cpython-27m-x86_64-linux-gnu.so"), ""),
                false
            ),
            ["description-unnamed"] = (() => Directory.CreateDirectory(Site("nameless.dist-info")), false),
            ["egg-link-broken"] = (() => File.WriteAllText(Site("gone.egg-link"), "/nowhere/project\n.\n"), false),
            ["config-missing"] = (() => File.Delete(Root("pyvenv.cfg")), true),
            ["config-without-home"] = (() => EditConfiguration("home = ", "house = "), true),
            ["interpreter-changed"] = (() => EditConfiguration("version_info = 3", "version_info = 2"), true),
            ["interpreter-missing"] = (() => File.Delete(Root("bin/python")), true),
            ["interpreter-link-broken"] = (
                () => Swap(Root("bin/python"), path => File.CreateSymbolicLink(path, "/nowhere/python")),
                true
            ),
            ["interpreter-link-loop"] = (
                () => Swap(Root("bin/python"), path => File.CreateSymbolicLink(path, "python")),
                true
            ),
            ["interpreter-alias-missing"] = (() => File.Delete(Root("bin/python3")), true),
            ["interpreter-alias-elsewhere"] = (
                () => Swap(Root("bin/python3"), path => File.CreateSymbolicLink(path, "/bin/sh")),
                true
            ),
            ["activation-script-missing"] = (() => File.Delete(Root("bin/activate.fish")), true),
            ["environment-moved"] = (() => Replace(Root("bin/activate"), "VIRTUAL_ENV='/elsewhere/venv'\n"), true),
            ["other-python-packages"] = (
                () => Directory.CreateDirectory(Root("lib/python2.7/site-packages/old-1.0.dist-info")),
                false
            ),
        };

    [Fact]
    public async Task Names_more_than_forty_kinds_of_damage_and_repairs_what_can_be_repaired_byte_for_byte()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install app")).Succeeded();
        (await line.TypeAsync("doctor")).Succeeded();
        var whole = Snapshot();
        var failures = new List<string>();
        var damages = Damages();
        Assert.True(damages.Count >= 40);
        foreach (var (kind, (damage, isRepaired)) in damages)
        {
            var restore = Keep();
            damage();
            var found = await KindsAsync("doctor");
            if (!found.Contains(kind))
                failures.Add($"{kind} is not named; found: {string.Join(' ', found)}");
            if (isRepaired)
            {
                var left = await KindsAsync("doctor --repair");
                if (left.Contains(kind))
                    failures.Add($"{kind} is not repaired; left: {string.Join(' ', left)}");
                else if (Difference(whole, Snapshot()) is { } difference)
                    failures.Add($"{kind} is not repaired byte for byte: {difference}");
            }

            restore();
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public async Task Repairs_without_the_network_what_is_in_the_cache()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install app")).Succeeded();
        File.Delete(Site("app/core.py"));
        Directory.Delete(Site("lib"), recursive: true);
        line.Index.ClearLog();
        (await line.TypeAsync("doctor --repair")).Succeeded();
        Assert.Empty(line.Index.Paths);
        Assert.Equal(
            "value = 1\n",
            await File.ReadAllTextAsync(Site("app/core.py"), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Says_what_is_wrong_as_JSON_and_exits_by_it()
    {
        await line.WithEnvironmentAsync();
        (await line.TypeAsync("pip install app")).Succeeded();
        using (
            var document = JsonDocument.Parse((await line.TypeAsync("doctor --output-format json")).Succeeded().Output)
        )
        {
            Assert.True(document.RootElement.GetProperty("healthy").GetBoolean());
        }

        File.Delete(Site("app/core.py"));
        var answer = await line.TypeAsync("doctor --output-format json");
        Assert.Equal(1, answer.Code);
        using var damaged = JsonDocument.Parse(answer.Output);
        var problem = damaged.RootElement.GetProperty("problems")[0];
        Assert.Equal("file-missing", problem.GetProperty("kind").GetString());
        Assert.Equal("app", problem.GetProperty("package").GetString());
        Assert.True(problem.GetProperty("repairable").GetBoolean());
    }

    [Fact]
    public async Task Does_not_touch_a_folder_that_is_no_environment()
    {
        line.Write("project/file.txt", "mine\n");
        (await line.TypeAsync("doctor --repair --python project")).Failed(2);
        Assert.Equal("mine\n", line.Read("project/file.txt"));
    }

    private async Task<HashSet<string>> KindsAsync(string command)
    {
        var answer = await line.TypeAsync(command + " --output-format json");
        if (answer.Output.Length == 0)
            return [answer.Error];
        using var document = JsonDocument.Parse(answer.Output);
        return
        [
            .. document
                .RootElement.GetProperty("problems")
                .EnumerateArray()
                .Select(one => one.GetProperty("kind").GetString()!),
        ];
    }

    private static void Replace(string path, string text) => Swap(path, at => File.WriteAllText(at, text));

    /// <summary>Removes a file first: what was linked from the cache must not change there.</summary>
    private static void Swap(string path, Action<string> make)
    {
        File.Delete(path);
        make(path);
    }

    private static void Swap(string path, Func<string, object> make) => Swap(path, (Action<string>)(at => make(at)));

    private void Remove(string name)
    {
        Directory.Delete(Site(name), recursive: true);
        Directory.Delete(Site($"{name}-1.0.dist-info"), recursive: true);
    }

#pragma warning disable VSTHRD002 // Damage is done synchronously, and this one by a command.
    private void Type(string command) => line.TypeAsync(command).GetAwaiter().GetResult().Succeeded();
#pragma warning restore VSTHRD002

    private void CopyDescription(string from, string to)
    {
        Directory.CreateDirectory(Site(to));
        foreach (var file in Directory.GetFiles(Site(from)))
        {
            File.WriteAllText(
                Path.Combine(Site(to), Path.GetFileName(file)),
                File.ReadAllText(file).Replace(from, to, StringComparison.Ordinal)
            );
        }
    }

    private void Describe(string name, string record)
    {
        var folder = Site($"{name}-1.0.dist-info");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "METADATA"), $"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n");
        File.WriteAllText(Path.Combine(folder, "RECORD"), record + $"{name}-1.0.dist-info/RECORD,,\n");
    }

    private void WriteBelow(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Site(path))!);
        File.WriteAllText(Site(path), "");
    }

    private void EditConfiguration(string from, string to) =>
        Replace(Root("pyvenv.cfg"), File.ReadAllText(Root("pyvenv.cfg")).Replace(from, to, StringComparison.Ordinal));

    /// <summary>Keeps a copy of the environment, to put it back.</summary>
    private Action Keep()
    {
        var copy = line.At("copy");
        Copy(line.At(".venv"), copy);
        return () =>
        {
            Directory.Delete(line.At(".venv"), recursive: true);
            Directory.Move(copy, line.At(".venv"));
        };
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var entry in new DirectoryInfo(from).EnumerateFileSystemInfos())
        {
            var target = Path.Combine(to, entry.Name);
            if (entry.LinkTarget is { } link)
                File.CreateSymbolicLink(target, link);
            else if (entry is DirectoryInfo)
                Copy(entry.FullName, target);
            else
                File.Copy(entry.FullName, target);
        }
    }

    /// <summary>Every file of the environment with its content, links by what they lead to.</summary>
    private Dictionary<string, string> Snapshot()
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(new DirectoryInfo(line.At(".venv")));
        return files;

        void Add(DirectoryInfo folder)
        {
            foreach (var entry in folder.EnumerateFileSystemInfos())
            {
                var path = Path.GetRelativePath(line.At(".venv"), entry.FullName);
                if (entry.LinkTarget is { } link)
                {
                    files[path] = "-> " + link;
                }
                else if (entry is DirectoryInfo inner)
                {
                    Add(inner);
                }
                else
                {
                    files[path] =
                        Convert.ToHexString(File.ReadAllBytes(entry.FullName))
                        + File.GetUnixFileMode(entry.FullName).HasFlag(UnixFileMode.UserExecute);
                }
            }
        }
    }

    private static string? Difference(Dictionary<string, string> whole, Dictionary<string, string> now)
    {
        foreach (var path in whole.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            if (path.Contains("__pycache__", StringComparison.Ordinal) || path is ".lock" or ".krait-lock")
                continue;
            if (whole.GetValueOrDefault(path) != now.GetValueOrDefault(path))
                return $"{path}: {Shorten(whole.GetValueOrDefault(path))} became {Shorten(now.GetValueOrDefault(path))}";
        }

        return null;

        static string Shorten(string? text) =>
            text is null ? "nothing"
            : text.Length > 60 ? text[..60]
            : text;
    }
}
