using System.Security.Cryptography;
using System.Text;
using Krait.Archives.Bundles;
using Krait.Server.Commands;
using Krait.Server.Settings;
using Krait.Testing;

namespace Krait.Server.Tests.Bundles;

/// <summary>An index of the files of a bundle.</summary>
public sealed class BundleTests : ServerTest
{
    private static readonly WheelBuilder Wheel = new("demo", "1.0") { RequiresPython = ">=3.8" };
    private static readonly WheelBuilder Tool = new("hatch", "2.0");
    private static readonly byte[] Sdist = Encoding.UTF8.GetBytes("a source distribution");

    private string BundlePath => Folder.At("app.bundle");

    private protected override ServerSettings Settings =>
        ServerSettings.ForBundle(BundlePath) with
        {
            Folder = StorePath,
            Port = 0,
        };

    public override async ValueTask InitializeAsync()
    {
        await PackAsync();
        await base.InitializeAsync();
    }

    [Fact]
    public async Task Offers_the_files_of_the_bundle_with_what_the_lock_says_of_them()
    {
        var wheel = await EntryAsync("demo", Wheel.FileName);
        var sdist = await EntryAsync("other", "other-3.0.tar.gz");

        Assert.Equal(">=3.8", wheel.GetProperty("requires-python").GetString());
        Assert.Equal("2024-02-03T04:05:06Z", wheel.GetProperty("upload-time").GetString());
        Assert.Equal(">=3.9", sdist.GetProperty("requires-python").GetString());
        Assert.Equal(Wheel.Build(), await DownloadAsync(FilePath("demo", Wheel.FileName, "bundle")));
        Assert.Equal(Wheel.Metadata, await DownloadAsync(FilePath("demo", Wheel.FileName, "bundle") + ".metadata"));
        Assert.Equal(Sdist, await DownloadAsync(FilePath("other", "other-3.0.tar.gz", "bundle")));
        Assert.Equal([Tool.FileName], await FilesAsync("hatch"));
        Assert.Equal(404, await StatusAsync("/simple/flask/"));
        Assert.Contains("hatch", await TextAsync("/simple/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task May_be_started_again_over_the_same_directory()
    {
        await RestartAsync();

        Assert.Equal([Wheel.FileName], await FilesAsync("demo"));
    }

    [Fact]
    public async Task A_damaged_bundle_is_refused()
    {
        var bytes = await File.ReadAllBytesAsync(BundlePath, Token);
        bytes[bytes.AsSpan().IndexOf(Sdist)] ^= 1;
        await File.WriteAllBytesAsync(BundlePath, bytes, Token);

        var (code, text) = await RunAsync("--from-bundle", BundlePath, "--port", "0");

        Assert.Equal(2, code);
        Assert.Contains("app.bundle", text, StringComparison.Ordinal);
        Assert.Contains("damaged", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--index-url", "https://example.org/simple/")]
    [InlineData("--config", "krait-server.toml")]
    public async Task A_bundle_is_served_alone(string option, string value) =>
        Assert.Equal(2, (await RunAsync("--from-bundle", BundlePath, option, value)).Code);

    [Fact]
    public async Task A_bundle_that_is_missing_is_an_error()
    {
        var (code, text) = await RunAsync("--from-bundle", Folder.At("none.bundle"), "--port", "0");

        Assert.Equal(1, code);
        Assert.Contains("none.bundle", text, StringComparison.Ordinal);
    }

    private async Task PackAsync()
    {
        var files = new (string Name, byte[] Content)[]
        {
            (Wheel.FileName, Wheel.Build()),
            (Tool.FileName, Tool.Build()),
            ("other-3.0.tar.gz", Sdist),
        };
        foreach (var (name, content) in files)
            await File.WriteAllBytesAsync(Folder.At(name), content, Token);
        var text = $$"""
            lock-version = "1.0"
            created-by = "krait"

            [[packages]]
            name = "demo"
            version = "1.0"
            [[packages.wheels]]
            path = "files/{{Wheel.FileName}}"
            upload-time = 2024-02-03T04:05:06Z
            hashes = { sha256 = "{{Hash(Wheel.Build())}}" }

            [[packages]]
            name = "other"
            version = "3.0"
            requires-python = ">=3.9"
            [packages.sdist]
            path = "files/other-3.0.tar.gz"
            hashes = { sha256 = "{{Hash(Sdist)}}" }
            """;
        await BundleWriter.WriteAsync(
            BundlePath,
            ["Python 3.12"],
            "krait",
            Encoding.UTF8.GetBytes(text),
            files.Select(file =>
                (Folder.At(file.Name), file.Name == Tool.FileName ? BundleUse.Build : BundleUse.Install)
            ),
            Token
        );
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static async Task<(int Code, string Text)> RunAsync(params string[] words)
    {
        using var output = new StringWriter();
        var code = await CommandLine.RunAsync(
            words,
            new Dictionary<string, string>(),
            new ServerConsole(output, output),
            Token
        );
        return (code, output.ToString());
    }
}
