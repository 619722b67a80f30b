using System.Security.Cryptography;
using Krait.Resolver.Reporting;
using Krait.Testing;

namespace Krait.Cli.Tests.Commands;

/// <summary>What is installed is the file that is meant: the one that was pinned by any hash, and the one that is there now.</summary>
public sealed class WheelIdentityTests : IDisposable
{
    private const string File = "app-1.0-py3-none-any.whl";
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    public static TheoryData<string, string> Hashes()
    {
        var cases = new TheoryData<string, string>();
        foreach (var algorithm in (string[])["sha256", "sha384", "sha512"])
        {
            foreach (var place in (string[])["index", "warm", "folder", "path", "fragment", "url"])
                cases.Add(algorithm, place);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Hashes))]
    public async Task A_pinned_hash_is_checked_wherever_the_file_is(string algorithm, string place)
    {
        await line.WithEnvironmentAsync();
        var path = line.WriteWheel(Wheel("1"));
        line.Index.Add(Wheel("1"));
        if (place is "warm")
            (await line.TypeAsync("pip install --target elsewhere app")).Succeeded();
        var content = await System.IO.File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var wrong = Pin(place, algorithm, Digest(algorithm, [1]));
        foreach (var command in (string[])["pip install -r", "pip sync"])
        {
            line.Write("pins.txt", wrong);
            // A resolution passes over what the index itself says is another file.
            var isTold = (command, algorithm, place) is ("pip install -r", "sha256", "index" or "warm");
            var says = isTold ? "required hashes" : "received";
            (await line.TypeAsync($"{command} pins.txt {Options(place)}")).Failed(1, says);
            Assert.Empty(await line.InstalledAsync());
            line.Write("pins.txt", Pin(place, algorithm, Digest(algorithm, content)));
            (await line.TypeAsync($"{command} pins.txt {Options(place)}")).Succeeded();
            (await line.TypeAsync("pip uninstall --yes app")).Succeeded();
        }
    }

    [Fact]
    public async Task One_of_several_hashes_is_enough()
    {
        await line.WithEnvironmentAsync();
        line.Index.Add(Wheel("1"));
        var right = Digest("sha512", line.Index.Content(File));
        line.Write(
            "pins.txt",
            $"app @ {line.Index.FileUrl(File)} --hash=sha512:{Digest("sha512", [1])} --hash=sha512:{right}\n"
        );
        (await line.TypeAsync("pip install -r pins.txt")).Succeeded();
    }

    [Fact]
    public async Task A_hash_that_was_checked_once_needs_no_second_download()
    {
        await line.WithEnvironmentAsync();
        line.Index.Add(Wheel("1"));
        line.Write("pins.txt", Pin("index", "sha512", Digest("sha512", line.Index.Content(File))));
        (await line.TypeAsync("pip sync pins.txt")).Succeeded();
        (await line.TypeAsync("pip uninstall --yes app")).Succeeded();
        (await line.TypeAsync("pip sync pins.txt --offline")).Succeeded();
    }

    [Theory]
    [InlineData("--no-index --find-links .")]
    [InlineData("--refresh")]
    [InlineData("--reinstall")]
    public async Task A_file_that_was_built_again_is_taken(string options)
    {
        await line.WithEnvironmentAsync();
        line.Index.HasHashes = false;
        foreach (var content in (string[])["first", "second"])
        {
            line.WriteWheel(Wheel(content));
            line.Index.Add(Wheel(content));
            (await line.TypeAsync($"pip install app {options}")).Succeeded();
            Assert.Equal(content, await InstalledModuleAsync());
            if (options is not "--reinstall")
                (await line.TypeAsync("pip uninstall --yes app")).Succeeded();
        }
    }

    private static WheelBuilder Wheel(string content) => new WheelBuilder("app", "1.0").File("app.py", content);

    private string Pin(string place, string algorithm, string digest) =>
        place switch
        {
            "path" => $"./{File} --hash={algorithm}:{digest}\n",
            "fragment" => $"app @ file://{line.At(File)}#{algorithm}={digest}\n",
            "url" => $"app @ {line.Index.FileUrl(File)} --hash={algorithm}:{digest}\n",
            _ => $"app==1.0 --hash={algorithm}:{digest}\n",
        };

    private static string Options(string place) => place is "folder" ? "--no-index --find-links ." : "";

    private static string Digest(string algorithm, byte[] content) =>
        Convert.ToHexStringLower(
            algorithm switch
            {
                "sha384" => SHA384.HashData(content),
                "sha512" => SHA512.HashData(content),
                _ => SHA256.HashData(content),
            }
        );

    private async Task<string> InstalledModuleAsync()
    {
        var module = Directory
            .GetFiles(line.At(Path.Join(".venv", "lib")), "app.py", SearchOption.AllDirectories)
            .Single();
        return await System.IO.File.ReadAllTextAsync(module, TestContext.Current.CancellationToken);
    }
}
