using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Krait.Archives.Bundles;
using Krait.Testing;
using Krait.Testing.Archives;

namespace Krait.Cli.Tests.Commands;

/// <summary>`krait bundle`: a lock file and all that it installs in one file.</summary>
public sealed class BundleTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    private async Task<byte[]> PackAsync(string options = "")
    {
        (await line.TypeAsync($"bundle pack -o app.bundle {options}")).Succeeded();
        return await File.ReadAllBytesAsync(line.At("app.bundle"), TestContext.Current.CancellationToken);
    }

    private async Task LockAsync(string requirements, string options = "--universal --python-version 3.8")
    {
        line.Write("in.txt", requirements);
        (await line.TypeAsync($"pip compile in.txt -o pylock.toml --no-header {options}")).Succeeded();
    }

    private string[] Names()
    {
        using var zip = ZipFile.OpenRead(line.At("app.bundle"));
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }

    private SmallProject Publish(string name, params string[] buildRequires)
    {
        var project = new SmallProject(name, "1.0") { Log = line.At("hooks.log"), BuildRequires = buildRequires };
        line.Index.AddFile(name, project.FileName, project.Pack());
        return project;
    }

    [Fact]
    public async Task What_was_packed_installs_where_there_is_no_index()
    {
        await line.WithEnvironmentAsync();
        Publish("source", "helper>=1");
        line.Index.Add("app", "1.0", "lib", "source").Add("lib", "1.0").Add("lib", "2.0");
        line.Index.Add("helper", "1.0", "deeper").Add("deeper", "1.0");
        await LockAsync("app\n");
        await PackAsync();
        Assert.Equal(
            [
                "krait-bundle.json",
                "pylock.toml",
                "files/app-1.0-py3-none-any.whl",
                "files/deeper-1.0-py3-none-any.whl",
                "files/helper-1.0-py3-none-any.whl",
                "files/lib-2.0-py3-none-any.whl",
                "files/source-1.0.tar.gz",
            ],
            Names()
        );
        (await line.TypeAsync("bundle verify app.bundle")).Succeeded();
        line.Index.ClearLog();
        line["KRAIT_CACHE_DIR"] = line.At("other-cache");
        (await line.TypeAsync("bundle install app.bundle")).Succeeded();
        Assert.Equal(["app==1.0", "lib==2.0", "source==1.0"], await line.InstalledAsync());
        Assert.Empty(line.Index.Requests);
    }

    [Fact]
    public async Task What_is_not_in_the_bundle_is_removed_and_a_dry_run_changes_nothing()
    {
        await line.WithEnvironmentAsync();
        line.Index.Add("app", "1.0").Add("other", "1.0");
        await LockAsync("app\n");
        await PackAsync();
        (await line.TypeAsync("pip install other")).Succeeded();
        await line.TypeAsync("bundle install app.bundle --dry-run");
        Assert.Equal(["other==1.0"], await line.InstalledAsync());
        (await line.TypeAsync("bundle install app.bundle")).Succeeded();
        Assert.Equal(["app==1.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task The_same_lock_gives_the_same_bytes()
    {
        line.Index.Add("app", "1.0", "lib").Add("lib", "1.0");
        await LockAsync("app\n");
        var one = await PackAsync();
        File.Delete(line.At("app.bundle"));
        line["KRAIT_CACHE_DIR"] = line.At("other-cache");
        Assert.Equal(one, await PackAsync());
    }

    [Fact]
    public async Task Each_machine_gets_its_wheels()
    {
        foreach (
            var tags in (string[])
                [
                    "cp311-cp311-manylinux_2_17_x86_64",
                    "cp312-cp312-manylinux_2_17_x86_64",
                    "cp312-cp312-win_amd64",
                    "cp312-cp312-macosx_11_0_arm64",
                ]
        )
        {
            line.Index.Add(new WheelBuilder("fast", "1.0") { Tags = tags });
        }

        line.Index.Add("onwindows", "1.0").Add("app", "1.0", "fast", "onwindows ; sys_platform == 'win32'");
        await LockAsync("app\n", "--universal --python-version 3.11");
        await PackAsync("--python-version 3.11 --python-version 3.12 --python-platform linux");
        Assert.Equal(
            [
                "files/app-1.0-py3-none-any.whl",
                "files/fast-1.0-cp311-cp311-manylinux_2_17_x86_64.whl",
                "files/fast-1.0-cp312-cp312-manylinux_2_17_x86_64.whl",
            ],
            Names().Skip(2)
        );
        await PackAsync("--python-version 3.12 --python-platform linux --python-platform windows");
        Assert.Contains("files/fast-1.0-cp312-cp312-win_amd64.whl", Names());
        Assert.Contains("files/onwindows-1.0-py3-none-any.whl", Names());
    }

    [Fact]
    public async Task A_bundle_for_another_machine_is_refused_before_anything_changes()
    {
        await line.WithEnvironmentAsync();
        line.Index.Add(new WheelBuilder("fast", "1.0") { Tags = "cp312-cp312-win_amd64" });
        line.Index.Add("kept", "1.0");
        (await line.TypeAsync("pip install kept")).Succeeded();
        await LockAsync("fast\n", "--python-version 3.12 --python-platform windows");
        await PackAsync("--python-version 3.12 --python-platform windows");
        (await line.TypeAsync("bundle install app.bundle")).Failed(
            2,
            "was not packed for this environment",
            "it was packed for Python 3.12 on win32 AMD64"
        );
        Assert.Equal(["kept==1.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task A_directory_is_packed_as_the_wheel_that_is_built_of_it()
    {
        await line.WithEnvironmentAsync();
        new SmallProject("mine", "1.0") { Log = line.At("hooks.log") }.WriteTo(line.At("mine"));
        await LockAsync("./mine\n", "");
        await PackAsync();
        Assert.Contains("files/mine-1.0-py3-none-any.whl", Names());
        Directory.Delete(line.At("mine"), recursive: true);
        (await line.TypeAsync("bundle install app.bundle")).Succeeded();
        Assert.Equal(["mine==1.0"], await line.InstalledAsync());
    }

    [Fact]
    public async Task What_builds_need_is_read_below_a_subdirectory_and_follows_build_constraints()
    {
        line.Index.Add("helper", "1.0").Add("helper", "2.0");
        var project = new SmallProject("deep", "1.0") { Log = line.At("hooks.log"), BuildRequires = ["helper"] };
        Serve("/repository.tar.gz", project.Pack("repository/packages/deep"));
        await LockAsync($"deep @ {line.Index.Address}/repository.tar.gz#subdirectory=packages/deep\n", "");
        await PackAsync();
        Assert.Equal(["files/helper-2.0-py3-none-any.whl", "files/repository.tar.gz"], Names().Skip(2));
        line.Write("build.txt", "helper<2\n");
        await PackAsync("--build-constraints build.txt");
        Assert.Equal(["files/helper-1.0-py3-none-any.whl", "files/repository.tar.gz"], Names().Skip(2));
    }

    [Fact]
    public async Task Two_projects_whose_files_have_one_name_are_not_mixed_up()
    {
        foreach (var name in (string[])["one", "two"])
        {
            var project = new SmallProject(name, "1.0") { Log = line.At("hooks.log") };
            Serve($"/{name}/main.tar.gz", project.Pack());
        }

        await LockAsync(
            string.Concat(
                ((string[])["one", "two"]).Select(name => $"{name} @ {line.Index.Address}/{name}/main.tar.gz\n")
            ),
            ""
        );
        (await line.TypeAsync("bundle pack -o app.bundle")).Failed(1, "`one` and `two`", "main.tar.gz");
        Assert.False(File.Exists(line.At("app.bundle")));
    }

    private void Serve(string path, byte[] content) => line.Index.On(path, _ => new FakeReply(200, content));

    [Fact]
    public async Task A_pack_that_fails_leaves_the_old_bundle_and_nothing_else()
    {
        line.Index.Add("app", "1.0", "lib").Add("lib", "1.0");
        await LockAsync("app\n");
        line.Write("app.bundle", "old");
        line.Index.On(FakeIndex.FilePath("lib-1.0-py3-none-any.whl"), _ => new FakeReply(404, "gone"));
        (await line.TypeAsync("bundle pack -o app.bundle")).Failed(1, "lib-1.0-py3-none-any.whl");
        Assert.Equal("old", line.Read("app.bundle"));
        Assert.Equal(
            ["app.bundle", "in.txt", "pylock.toml"],
            Directory.GetFileSystemEntries(line.At(".")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("bundle pack missing", 2, "missing")]
    [InlineData("bundle pack in.txt", 2, "is not a lock file")]
    [InlineData("bundle pack -o .", 2, "is a directory")]
    [InlineData("bundle pack", 2, "there is no `pylock.toml`")]
    [InlineData("bundle verify missing.bundle", 1, "missing.bundle")]
    [InlineData("bundle install missing.bundle", 1, "missing.bundle")]
    public async Task What_cannot_be_done_is_said(string command, int code, string says)
    {
        line.Write("in.txt", "app\n");
        (await line.TypeAsync(command)).Failed(code, says);
    }

    public static TheoryData<string> Hostile => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_hostile_bundle_is_one_error_and_changes_nothing(string fault)
    {
        await line.WithEnvironmentAsync();
        line.Index.Add("app", "1.0").Add("kept", "1.0");
        (await line.TypeAsync("pip install kept")).Succeeded();
        await LockAsync("app\n");
        var right = await PackAsync();
        await File.WriteAllBytesAsync(
            line.At("wrong.bundle"),
            Wrong[fault](right),
            TestContext.Current.CancellationToken
        );
        foreach (var command in (string[])["verify", "install"])
        {
            var answer = (await line.TypeAsync($"bundle {command} wrong.bundle")).Failed(2, "wrong.bundle");
            Assert.Single(answer.Error.Split('\n'), text => text.StartsWith("error:", StringComparison.Ordinal));
        }

        Assert.Equal(["kept==1.0"], await line.InstalledAsync());
        Assert.Equal(
            ["app.bundle", "in.txt", "pylock.toml", "wrong.bundle"],
            Directory
                .GetFiles(line.At("."))
                .Select(Path.GetFileName)
                .Where(name => !name!.StartsWith('.'))
                .Order(StringComparer.Ordinal)
        );
    }

    private const string App = "files/app-1.0-py3-none-any.whl";

    private static readonly Dictionary<string, Func<byte[], byte[]>> Wrong = new(StringComparer.Ordinal)
    {
        ["empty"] = _ => [],
        ["text"] = _ => "hello"u8.ToArray(),
        ["cut"] = right => right[..(right.Length / 2)],
        ["cut at the end"] = right => right[..^1],
        ["one byte more"] = right => [.. right, 1],
        ["one byte changed"] = right => [.. right.Select((b, i) => i == right.Length / 2 ? (byte)~b : b)],
        ["not a bundle"] = _ => new WheelBuilder("x", "1").Build(),
        ["a path above"] = right => With(right, ("../evil", "x")),
        ["an absolute path"] = right => With(right, ("/tmp/evil", "x")),
        ["a path above within"] = right => With(right, ("files/../../evil", "x")),
        ["a backslash"] = right => With(right, ("files\\..\\evil", "x")),
        ["a file that is not listed"] = right => With(right, ("files/evil-1.0.tar.gz", "x")),
        ["a file twice"] = right => With(right, (App, "x")),
        ["a file twice with the same bytes"] = right => With(right, (App, Content(right, App))),
        ["another file in place"] = right => Replace(right, App, text => text + "x"),
        ["other bytes of the same length"] = right =>
            Replace(right, App, text => string.Concat(text.Select((c, i) => i == 100 ? (char)(c ^ 1) : c))),
        ["no manifest"] = right => Remove(right, BundleManifest.FileName),
        ["no lock"] = right => Remove(right, "pylock.toml"),
        ["no wheel"] = right => Remove(right, App),
        ["a manifest that is not JSON"] = right => Replace(right, BundleManifest.FileName, _ => "{"),
        ["an empty manifest"] = right => Replace(right, BundleManifest.FileName, _ => "{}"),
        ["a newer form"] = right =>
            Replace(
                right,
                BundleManifest.FileName,
                text => text.Replace("\"krait-bundle\": 1", "\"krait-bundle\": 2", StringComparison.Ordinal)
            ),
        ["another digest"] = right =>
            Replace(
                right,
                BundleManifest.FileName,
                text => text.Replace("\"sha256\": \"", "\"sha256\": \"0", StringComparison.Ordinal)
            ),
        ["the digest of another file"] = right =>
            Replace(
                right,
                BundleManifest.FileName,
                text =>
                    Regex.Replace(
                        text,
                        "[0-9a-f]{60}\"",
                        $"{new string('a', 60)}\"",
                        RegexOptions.None,
                        TimeSpan.FromSeconds(5)
                    )
            ),
        ["a path that leads out"] = right =>
            Replace(
                right,
                BundleManifest.FileName,
                text => text.Replace(App, "files/../app-1.0-py3-none-any.whl", StringComparison.Ordinal)
            ),
        ["a lock that cannot be read"] = right => ReplaceLock(right, _ => "x ="),
        ["a lock with the digest of another file"] = right =>
            ReplaceLock(
                right,
                text =>
                    Regex.Replace(
                        text,
                        "sha256 = \"[0-9a-f]{64}",
                        $"sha256 = \"{new string('a', 64)}",
                        RegexOptions.None,
                        TimeSpan.FromSeconds(5)
                    )
            ),
        ["a lock that names a file outside"] = right =>
            ReplaceLock(
                right,
                text => text.Replace($"path = \"{App}\"", "path = \"/etc/passwd\"", StringComparison.Ordinal)
            ),
        ["a lock that names a directory"] = right =>
            ReplaceLock(
                right,
                text => text + "\n[[packages]]\nname = \"evil\"\ndirectory = { path = \"/tmp/evil\" }\n"
            ),
    };

    private static List<(string Name, byte[] Content)> Read(byte[] bundle)
    {
        using var zip = new ZipArchive(new MemoryStream(bundle));
        var result = new List<(string, byte[])>();
        foreach (var entry in zip.Entries)
        {
            using var content = new MemoryStream();
            using (var stream = entry.Open())
                stream.CopyTo(content);
            result.Add((entry.FullName, content.ToArray()));
        }

        return result;
    }

    private static string Content(byte[] bundle, string name) =>
        Encoding.Latin1.GetString(Read(bundle).Single(entry => entry.Name == name).Content);

    private static byte[] Write(IEnumerable<(string Name, byte[] Content)> entries) =>
        new ZipForge([
            .. entries.Select(entry =>
                ForgedEntry.Of(Encoding.UTF8.GetBytes(entry.Name), entry.Content, deflated: false)
            ),
        ]).Build();

    private static byte[] With(byte[] right, (string Name, string Content) added) =>
        Write(Read(right).Append((added.Name, Encoding.Latin1.GetBytes(added.Content))));

    private static byte[] Remove(byte[] right, string name) => Write(Read(right).Where(entry => entry.Name != name));

    private static byte[] Replace(byte[] right, string name, Func<string, string> change) =>
        Write(
            Read(right)
                .Select(entry =>
                    entry.Name == name
                        ? (name, Encoding.Latin1.GetBytes(change(Encoding.Latin1.GetString(entry.Content))))
                        : entry
                )
        );

    /// <summary>Another lock, of which the manifest knows.</summary>
    private static byte[] ReplaceLock(byte[] right, Func<string, string> change)
    {
        var before = Encoding.UTF8.GetBytes(Content(right, "pylock.toml"));
        var after = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(before)));
        var changed = Replace(right, "pylock.toml", _ => Encoding.Latin1.GetString(after));
        return Replace(
            changed,
            BundleManifest.FileName,
            text =>
                text.Replace(Hex(before), Hex(after), StringComparison.Ordinal)
                    .Replace($"\"size\": {before.Length}", $"\"size\": {after.Length}", StringComparison.Ordinal)
        );
    }

    private static string Hex(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
