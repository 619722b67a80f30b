using Krait.Testing;

namespace Krait.Server.Tests.Storage;

/// <summary>A directory that was damaged while nobody looked: nothing wrong is served, and what can be fetched again is.</summary>
public sealed class DamageTests : ServerTest
{
    private static readonly WheelBuilder Wheel = new("demo", "1.0");

    private static string Path => FilePath("demo", Wheel.FileName);

    public override async ValueTask InitializeAsync()
    {
        Upstream.Add(Wheel);
        await base.InitializeAsync();
        await DownloadAsync(Path);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flipped_bit_in_any_blob_is_noticed(bool restarts)
    {
        foreach (var blob in PathsIn("blobs"))
            Damage(blob, content => content[content.Length / 2] ^= 1);
        if (restarts)
            await RestartAsync();

        Assert.Equal(Wheel.Build(), await DownloadAsync(Path));
        Assert.Equal([Wheel.FileName], await FilesAsync("demo"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task Blobs_that_were_cut_are_fetched_again(int length)
    {
        foreach (var blob in PathsIn("blobs"))
            Damage(blob, content => content, length);
        await RestartAsync();

        Assert.Equal(Wheel.Build(), await DownloadAsync(Path));
    }

    [Fact]
    public async Task Missing_blobs_are_fetched_again()
    {
        Directory.Delete(Folder.At("store", "blobs"), recursive: true);
        await RestartAsync();

        Assert.Equal(Wheel.Build(), await DownloadAsync(Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"project\":\"other\",\"serial\":1,\"fetched\":0,\"fresh-for\":0,\"files\":{}}")]
    public async Task A_damaged_reference_is_found_again_in_the_log(string content)
    {
        var reference = PathsIn("refs").Single();
        await File.WriteAllTextAsync(reference, content, Token);
        await RestartAsync();
        Upstream.On("/simple/demo/", _ => new FakeReply(500, "away"));
        Upstream.On(FakeIndex.FilePath(Wheel.FileName), _ => new FakeReply(500, "away"));

        Assert.Equal(Wheel.Build(), await DownloadAsync(Path));
        Assert.Contains("demo", await File.ReadAllTextAsync(reference, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_reference_is_written_again_from_the_log()
    {
        File.Delete(PathsIn("refs").Single());
        await RestartAsync();
        Upstream.On("/simple/demo/", _ => new FakeReply(500, "away"));
        Upstream.On(FakeIndex.FilePath(Wheel.FileName), _ => new FakeReply(500, "away"));

        Assert.Equal(Wheel.Build(), await DownloadAsync(Path));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(60)]
    public async Task A_torn_end_of_the_log_is_dropped(int cut)
    {
        var log = PathsIn("log").Single();
        var whole = await File.ReadAllBytesAsync(log, Token);
        await File.WriteAllBytesAsync(log, whole[..^cut], Token);
        await RestartAsync();

        Assert.Equal(Wheel.Build(), await DownloadAsync(Path));
        Upstream.Add("later", "1.0");
        await FilesAsync("later");
        await RestartAsync();
        Assert.Single(await FilesAsync("later"));
    }

    [Fact]
    public async Task A_missing_log_does_no_harm()
    {
        Directory.Delete(Folder.At("store", "log"), recursive: true);
        await RestartAsync();

        Assert.Equal(Wheel.Build(), await DownloadAsync(Path));
    }

    [Fact]
    public async Task Serial_numbers_grow_even_when_the_log_was_lost()
    {
        var before = await SerialAsync();
        Directory.Delete(Folder.At("store", "log"), recursive: true);
        await RestartAsync();
        Upstream.Add("demo", "2.0");
        Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(2, (await FilesAsync("demo")).Length);
        Assert.True(await SerialAsync() > before, "a serial number was used again");
    }

    [Fact]
    public async Task A_damaged_blob_that_cannot_be_put_aside_is_an_error()
    {
        var blob = PathsIn("blobs")
            .Single(path =>
                System.IO.Path.GetFileName(path)
                == Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Wheel.Build()))
            );
        Damage(blob, content => content[content.Length / 2] ^= 1);
        Directory.CreateDirectory(Folder.At("store", "quarantine", System.IO.Path.GetFileName(blob)));

        Assert.Equal(500, await StatusAsync(Path));
    }

    [Fact]
    public async Task A_clock_that_was_years_ahead_does_not_freeze_pages()
    {
        Clock.Advance(TimeSpan.FromDays(730));
        await FilesAsync("demo");
        Clock.Advance(TimeSpan.FromDays(-730));
        Upstream.Add("demo", "2.0");

        Assert.Equal(2, (await FilesAsync("demo")).Length);
    }

    [Fact]
    public async Task Leftovers_of_a_killed_process_are_removed()
    {
        await Server.DisposeAsync();
        var leftover = Folder.At("store", "tmp", ".krait-new-x");
        await File.WriteAllTextAsync(leftover, "half", Token);
        await RestartAsync();

        Assert.False(File.Exists(leftover));
    }

    private async Task<long> SerialAsync()
    {
        using var response = await GetAsync("/simple/demo/");
        return long.Parse(
            response.Headers.GetValues("X-PyPI-Last-Serial").Single(),
            System.Globalization.CultureInfo.InvariantCulture
        );
    }

    private string[] PathsIn(string folder) =>
        Directory.GetFiles(Folder.At("store", folder), "*", SearchOption.AllDirectories);

    private static void Damage(string path, Action<byte[]> change)
    {
        var content = File.ReadAllBytes(path);
        change(content);
        Write(path, content);
    }

    private static void Damage(string path, Func<byte[], byte[]> change, int length) =>
        Write(path, change(File.ReadAllBytes(path))[..length]);

    private static void Write(string path, byte[] content)
    {
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(path, content);
        // As rot does it: within the same second, and unseen by its time if that were only in seconds.
    }
}
