using System.Diagnostics;
using Krait.Server.Commands;
using Krait.Testing;

namespace Krait.Server.Tests.Sharing;

/// <summary>The commands with a database and an object storage, from a file of settings.</summary>
public sealed class SharedCommandTests : FleetTest
{
    private static readonly WheelBuilder Wheel = new("demo", "1.0");
    private static readonly WheelBuilder Own = new("acme_tool", "1.0");

    private string ConfigPath => Folder.At("krait-server.toml");

    [Fact]
    public async Task The_tables_are_made_once_and_missed_until_then()
    {
        await Postgres.ExecuteAsync("postgres", "CREATE DATABASE empty");
        WriteConfig("empty");

        var (code, text) = await RunAsync("serve", "--port", "0", "--dir", Folder.At("one"));
        Assert.Equal(1, code);
        Assert.Contains("Run `krait-server migrate`", text, StringComparison.Ordinal);
        Assert.Equal((1, true), Matches(await RunAsync("token", "list"), "krait-server migrate"));
        Assert.Equal((0, true), Matches(await RunAsync("migrate"), "from version 0 to 2"));
        Assert.Equal((0, true), Matches(await RunAsync("migrate"), "up to date (version 2)"));
        Assert.Equal((0, true), Matches(await RunAsync("token", "create", "--scope", "read:*"), "krt_"));
        Assert.Equal((0, true), Matches(await RunAsync("token", "list"), "read:*"));

        await Postgres.ExecuteAsync("empty", "UPDATE krait_schema SET version = 99");
        Assert.Equal((1, true), Matches(await RunAsync("migrate"), "a later version of krait-server"));
        var late = await RunAsync("serve", "--port", "0", "--dir", Folder.At("one"));
        Assert.Equal((1, true), Matches(late, "a later version of krait-server"));
    }

    [Fact]
    public async Task Migrating_without_a_database_is_refused()
    {
        await File.WriteAllTextAsync(ConfigPath, "port = 0\n", Token);

        Assert.Equal((2, true), Matches(await RunAsync("migrate"), "no database is configured"));
    }

    [Fact]
    public async Task What_nothing_refers_to_is_removed_while_servers_run()
    {
        WriteConfig(Database.Name);
        Upstream.Add(Wheel);
        var one = await StartAsync("one");
        Assert.Equal(200, await UploadStatusAsync(one, Own));
        await BytesAsync(one, Path(Wheel, "public"));
        (await SendAsync(one, HttpMethod.Delete, Path(Own, "team"))).EnsureSuccessStatusCode();
        var before = ObjectPaths().Length;

        Assert.Equal((0, true), Matches(await RunAsync("gc"), "Removed 0 blobs"));
        Assert.Equal((0, true), Matches(await RunAsync("gc", "--older-than", "0 s"), "Removed "));

        Assert.True(ObjectPaths().Length < before, "nothing was removed");
        var fresh = await StartAsync("fresh");
        Assert.Equal(Wheel.Build(), await BytesAsync(fresh, Path(Wheel, "public")));
        Assert.Equal((0, true), Matches(await RunAsync("fsck"), "0 problems, 0 repaired"));
    }

    [Fact]
    public async Task A_check_finds_what_is_damaged_or_lost_and_mends_what_it_can()
    {
        WriteConfig(Database.Name);
        Upstream.Add(Wheel);
        var one = await StartAsync("one");
        Assert.Equal(200, await UploadStatusAsync(one, Own));
        await BytesAsync(one, Path(Wheel, "public"));
        await one.DisposeAsync();
        var page = await Postgres.ExecuteAsync(Database.Name, "SELECT document FROM project WHERE space = 'team'");
        File.Delete(ObjectPaths().Single(path => path.Contains($"{page}._S3rver_object", StringComparison.Ordinal)));
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Wheel.Build()));
        var damaged = ObjectPaths().Single(path => path.Contains($"{digest}._S3rver_object", StringComparison.Ordinal));
        await File.WriteAllTextAsync(damaged, "nonsense", Token);

        Assert.Equal((1, true), Matches(await RunAsync("fsck"), "page team/acme-tool is lost"));
        var (code, text) = await RunAsync("fsck", "--repair");
        Assert.Equal(0, code);
        Assert.Contains($"blob {digest} is damaged: removed", text, StringComparison.Ordinal);
        Assert.Contains("page team/acme-tool is lost: rebuilt from its files", text, StringComparison.Ordinal);

        var fresh = await StartAsync("fresh");
        Assert.Contains(Own.FileName, await TextAsync(fresh, "/simple/acme-tool/"), StringComparison.Ordinal);
        Assert.Equal(Wheel.Build(), await BytesAsync(fresh, Path(Wheel, "public")));
        Assert.Equal((0, true), Matches(await RunAsync("fsck"), "0 problems, 0 repaired"));
    }

    [Fact]
    public async Task A_server_that_is_killed_while_it_fetches_holds_nobody_up_for_long()
    {
        WriteConfig(Database.Name);
        Upstream.Add(Wheel);
        var arrives = new TaskCompletionSource();
        Upstream.Hold(FakeIndex.FilePath(Wheel.FileName), arrives.Task);
        using var killed = StartProcess("killed", out var address);
        var other = await StartAsync("other");
        var first = Http.GetAsync(new Uri(address + Path(Wheel, "public")), Token);
        await WaitForAsync(() => Task.FromResult(Upstream.Paths.Contains(FakeIndex.FilePath(Wheel.FileName))));
        var second = BytesAsync(other, Path(Wheel, "public"));
        await Task.Delay(300, Token);

        killed.Kill();
        arrives.SetResult();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => first);
        Assert.Equal(Wheel.Build(), await second.WaitAsync(TimeSpan.FromSeconds(30), Token));
    }

    private static (int Code, bool IsFound) Matches((int Code, string Text) outcome, string expected) =>
        (outcome.Code, outcome.Text.Contains(expected, StringComparison.Ordinal));

    private string[] ObjectPaths() =>
        Directory.GetFiles(
            System.IO.Path.Join(Storage.DataPath, Objects.Bucket),
            "*._S3rver_object",
            SearchOption.AllDirectories
        );

    private void WriteConfig(string database) =>
        File.WriteAllText(
            ConfigPath,
            $"""
            port = 0
            [spaces.team]
            [spaces.public]
            upstream = "{Upstream.Url}"
            [database]
            hosts = ["{Database.Hosts[0]}"]
            name = "{database}"
            tls = "off"
            [objects]
            url = "{Objects.Url}"
            bucket = "{Objects.Bucket}"
            key-file = "{Objects.KeyFile}"
            """
        );

    private async Task<(int Code, string Text)> RunAsync(params string[] words)
    {
        using var output = new StringWriter();
        var code = await CommandLine.RunAsync(
            [.. words, "--config", ConfigPath],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = Folder.Path },
            new ServerConsole(output, output),
            Token
        );
        return (code, output.ToString());
    }

    private Process StartProcess(string name, out string address)
    {
        // Whatever becomes of the test, the server ends with it.
        var ownId = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string[] words = ["serve", "--config", ConfigPath, "--dir", Folder.At(name), "--stop-with", ownId];
        var process = Process.Start(
            new ProcessStartInfo(System.IO.Path.Join(AppContext.BaseDirectory, "krait-server"), words)
            {
                RedirectStandardError = true,
            }
        )!; // it is a new process
        var line = process.StandardError.ReadLine() ?? "";
        Assert.StartsWith("Listening on ", line, StringComparison.Ordinal);
        address = line["Listening on ".Length..];
        return process;
    }
}
