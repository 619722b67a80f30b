using Krait.Server.Commands;
using Krait.Server.Settings;
using Krait.Server.Storage;
using Krait.Testing;

namespace Krait.Server.Tests.Upkeep;

/// <summary>`fsck` and `gc` over directories that were damaged.</summary>
public sealed class UpkeepTests : CompanyTest
{
    private static readonly WheelBuilder Own = new("acme_tool", "1.0") { RequiresPython = ">=3.8" };
    private static readonly WheelBuilder Foreign = new("demo", "1.0");

    private protected override ServerSettings Settings => base.Settings with { ShortestFreshness = TimeSpan.Zero };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Upstream.Add(Foreign);
        await UploadAsync(CreateToken("upload:team"), Own);
        await DownloadAsync(FilePath("demo", Foreign.FileName));
        await Server.DisposeAsync();
    }

    [Fact]
    public async Task A_directory_that_is_as_it_should_be_has_no_problems() =>
        Assert.Equal((0, ""), await RunAsync("fsck"));

    [Fact]
    public async Task What_can_be_put_right_is_put_right_once()
    {
        foreach (var reference in StoredIn("refs"))
            File.Delete(reference);
        var log = StoredIn("log").First(file => file.Contains("team", StringComparison.Ordinal));
        await File.AppendAllTextAsync(log, "torn", Token);

        var (code, before) = await RunAsync("fsck");
        Assert.Equal(1, code);
        Assert.Contains("team/acme-tool is missing", before, StringComparison.Ordinal);
        Assert.Contains("torn", before, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("fsck", "--repair")).Code);
        Assert.Equal((0, ""), await RunAsync("fsck"));

        await RestartAsync();
        Assert.Equal(Own.Build(), await DownloadAsync(FilePath("acme-tool", Own.FileName, "team")));
    }

    [Fact]
    public async Task A_lost_log_is_written_again_from_the_references()
    {
        Directory.Delete(Folder.At("store", "log"), recursive: true);

        Assert.Equal(1, (await RunAsync("fsck")).Code);
        Assert.Equal(0, (await RunAsync("fsck", "--repair")).Code);
        Assert.Equal((0, ""), await RunAsync("fsck"));
        foreach (var reference in StoredIn("refs"))
            File.Delete(reference);
        await RestartAsync();
        Assert.Equal(Own.Build(), await DownloadAsync(FilePath("acme-tool", Own.FileName, "team")));
    }

    [Fact]
    public async Task What_is_lost_in_the_middle_of_the_log_is_not_said_to_be_put_right()
    {
        var log = StoredIn("log").First(file => file.Contains("team", StringComparison.Ordinal));
        File.Copy(log, Path.Join(Path.GetDirectoryName(log), "00000002.log"));
        await File.AppendAllTextAsync(log, "torn", Token);

        for (var i = 0; i < 2; i++)
        {
            var (code, text) = await RunAsync("fsck", "--repair");
            Assert.Equal(1, code);
            Assert.Contains("problem: log team/1", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_an_upstream_lets_nobody_keep_is_fetched_again_all_the_same()
    {
        await RestartAsync();
        Upstream.CacheControl = "no-cache";
        Upstream.Add("fleeting", "1.0");
        await FilesAsync("fleeting");
        await DownloadAsync(FilePath("fleeting", "fleeting-1.0-py3-none-any.whl"));
        await Server.DisposeAsync();
        var own = new[] { Own.Build(), Own.Metadata }.Select(c =>
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(c))
        );
        foreach (var blob in StoredIn("blobs").Where(path => !own.Contains(Path.GetFileName(path))))
            File.Delete(blob);

        var (_, text) = await RunAsync("fsck", "--repair");

        Assert.Contains("page public/fleeting is lost: it will be fetched again", text, StringComparison.Ordinal);
        Assert.DoesNotContain("problem: ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token", "list")]
    [InlineData("token", "create", "--scope", "read:team")]
    [InlineData("fsck")]
    public async Task Who_only_looks_keeps_no_server_from_writing(params string[] words)
    {
        Assert.Equal(0, (await RunAsync("token", "create", "--scope", "read:team")).Code);
        using var probe = new Probe(StorePath);

        Assert.Equal(
            0,
            await CommandLine.RunAsync(
                [.. words, "--dir", StorePath],
                new Dictionary<string, string>(),
                new ServerConsole(probe, probe),
                Token
            )
        );

        Assert.True(probe.CouldWrite);
    }

    [Fact]
    public async Task A_damaged_file_of_an_upstream_is_put_aside_and_fetched_again()
    {
        Damage(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Foreign.Build())));

        Assert.Equal(1, (await RunAsync("fsck")).Code);
        Assert.Equal(0, (await RunAsync("fsck", "--repair")).Code);
        Assert.Single(StoredIn("quarantine"));
        await RestartAsync();
        Assert.Equal(Foreign.Build(), await DownloadAsync(FilePath("demo", Foreign.FileName)));
    }

    [Fact]
    public async Task A_lost_file_of_our_own_is_told_and_not_hidden()
    {
        Damage(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Own.Build())));

        var (code, text) = await RunAsync("fsck", "--repair");

        Assert.Equal(1, code);
        Assert.Contains($"file team/acme-tool/{Own.FileName} is lost", text, StringComparison.Ordinal);
        await RestartAsync();
        Assert.Equal(500, await StatusAsync(FilePath("acme-tool", Own.FileName, "team")));
    }

    [Fact]
    public async Task A_lost_page_of_our_own_is_made_again()
    {
        await RestartAsync();
        var before = await EntryAsync("acme-tool", Own.FileName);
        await Server.DisposeAsync();
        var keep = new[] { Own.Build(), Own.Metadata }.Select(c =>
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(c))
        );
        foreach (var blob in StoredIn("blobs").Where(path => !keep.Contains(Path.GetFileName(path))))
            File.Delete(blob);

        Assert.Equal(1, (await RunAsync("fsck")).Code);
        Assert.Equal(0, (await RunAsync("fsck", "--repair")).Code);
        await RestartAsync();
        var after = await EntryAsync("acme-tool", Own.FileName);
        foreach (var property in before.EnumerateObject().Where(p => p.Name != "upload-time"))
            Assert.Equal(property.Value.ToString(), after.GetProperty(property.Name).ToString());
        Assert.Equal(
            before.GetProperty("upload-time").GetDateTime(),
            after.GetProperty("upload-time").GetDateTime(),
            TimeSpan.FromSeconds(1)
        );
    }

    [Fact]
    public async Task Garbage_goes_and_what_is_used_stays()
    {
        await RestartAsync();
        Upstream.Add("demo", "2.0");
        Clock.Advance(TimeSpan.FromHours(1));
        await FilesAsync("demo");
        await Server.DisposeAsync();
        var before = StoredIn("blobs").Length;

        Assert.Equal(0, (await RunAsync("gc", "--older-than", "0 s")).Code);

        Assert.Equal(before - 1, StoredIn("blobs").Length);
        Assert.Equal((0, ""), await RunAsync("fsck"));
        await RestartAsync();
        Assert.Equal(Own.Build(), await DownloadAsync(FilePath("acme-tool", Own.FileName, "team")));
        Upstream.On(FakeIndex.FilePath(Foreign.FileName), _ => new FakeReply(500, "away"));
        Assert.Equal(Foreign.Build(), await DownloadAsync(FilePath("demo", Foreign.FileName)));
    }

    [Theory]
    [InlineData("gc")]
    [InlineData("fsck", "--repair")]
    public async Task Nothing_is_changed_under_a_running_server(params string[] words)
    {
        await RestartAsync();

        var (code, text) = await RunAsync(words);

        Assert.Equal(1, code);
        Assert.Contains("is in use by another server", text, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("fsck")).Code);
    }

    [Theory]
    [InlineData(2, "gc", "--older-than", "soon")]
    [InlineData(2, "fsck", "--mend")]
    [InlineData(2, "nonsense")]
    [InlineData(2, "token")]
    [InlineData(2, "token", "create")]
    [InlineData(2, "token", "create", "--scope", "write:x")]
    [InlineData(2, "token", "revoke", "x")]
    [InlineData(2, "serve", "--port", "x")]
    [InlineData(2, "serve", "--index-url", "file:///x")]
    [InlineData(0, "--help")]
    [InlineData(0, "--version")]
    public async Task Words_that_make_no_sense_are_refused(int expected, params string[] words) =>
        Assert.Equal(expected, (await RunAsync(words)).Code);

    [Fact]
    public async Task Tokens_are_made_listed_and_revoked()
    {
        var (code, created) = await RunAsync(
            "token",
            "create",
            "--scope",
            "upload:team",
            "--note",
            "ci",
            "--expires",
            "9 days"
        );
        Assert.Equal(0, code);
        Assert.StartsWith("krt_", created, StringComparison.Ordinal);
        var id = created.Split('_')[1];
        Assert.Contains($"{id}  upload:team  until ", (await RunAsync("token", "list")).Text, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("token", "revoke", id)).Code);
        Assert.DoesNotContain(id, (await RunAsync("token", "list")).Text, StringComparison.Ordinal);
    }

    /// <summary>Tries to become the writer while a command speaks.</summary>
    private sealed class Probe(string root) : StringWriter
    {
        public bool? CouldWrite { get; private set; }

        public override void WriteLine(string? value)
        {
            using var folder = StoreFolder.Open(root);
            CouldWrite = !folder.IsReadOnly;
        }
    }

    private async Task<(int Code, string Text)> RunAsync(params string[] words)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var all = words[0].StartsWith('-') ? words : [.. words, "--dir", StorePath];
        var code = await CommandLine.RunAsync(
            all,
            new Dictionary<string, string>(),
            new ServerConsole(output, errors),
            Token
        );
        return (code, code == 0 ? output.ToString() : output.ToString() + errors);
    }

    private string[] StoredIn(string folder) =>
        Directory.GetFiles(Folder.At("store", folder), "*", SearchOption.AllDirectories);

    private void Damage(string hex)
    {
        var path = StoredIn("blobs").Single(path => Path.GetFileName(path) == hex);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var content = File.ReadAllBytes(path);
        content[5] ^= 1;
        File.WriteAllBytes(path, content);
    }
}
