using Krait.Testing;

namespace Krait.Server.Tests.Storage;

/// <summary>
/// Each file in the directory of a server is damaged in each way that disks have. What an upstream has comes out right all the same, and of
/// what was uploaded nothing wrong does.
/// </summary>
public sealed class DecayTests : CompanyTest
{
    private static readonly WheelBuilder Public = new WheelBuilder("demo", "1.0").File("demo.bin", Noise(1));
    private static readonly WheelBuilder Own = new WheelBuilder("acme_tool", "1.0").File("own.bin", Noise(2));

    private static readonly (string Name, Func<byte[], byte[]?> Change)[] Damages =
    [
        ("the first bit flipped", content => Flip(content, 0)),
        ("a bit in the middle flipped", content => Flip(content, content.Length / 2)),
        ("the last bit flipped", content => Flip(content, content.Length - 1)),
        ("emptied", _ => []),
        ("cut in half", content => content[..(content.Length / 2)]),
        ("the last byte lost", content => content[..^1]),
        ("zeros at its end", content => [.. content[..^Math.Min(16, content.Length)], .. new byte[16]]),
        ("longer", content => [.. content, .. "more"u8]),
        ("lost", _ => null),
    ];

    [Fact]
    public async Task Whatever_rots_nothing_wrong_is_served()
    {
        Upstream.Add(Public);
        var token = CreateToken("upload:team");
        await UploadAsync(token, Own);
        Assert.Equal(Public.Build(), await DownloadAsync(FilePath("demo", Public.FileName)));
        Assert.Equal(Public.Metadata, await DownloadAsync(FilePath("demo", Public.FileName) + ".metadata"));
        await Server.DisposeAsync();
        Copy(StorePath, Folder.At("good"));
        var cases = 0;
        foreach (var path in PathsIn(Folder.At("good")))
        {
            foreach (var (name, change) in Damages)
            {
                await Server.DisposeAsync();
                Directory.Delete(StorePath, recursive: true);
                Copy(Folder.At("good"), StorePath);
                Damage(Path.Join(StorePath, path), change);
                await RestartAsync();
                await CheckAsync($"{path}: {name}", token);
                cases++;
            }
        }

        Assert.InRange(cases, 60, int.MaxValue);
    }

    private async Task CheckAsync(string what, string token)
    {
        for (var round = 0; round < 2; round++)
        {
            var file = await DownloadAsync(FilePath("demo", Public.FileName));
            Assert.True(file is not null && file.AsSpan().SequenceEqual(Public.Build()), what);
            var metadata = await DownloadAsync(FilePath("demo", Public.FileName) + ".metadata");
            Assert.True(metadata is not null && metadata.AsSpan().SequenceEqual(Public.Metadata), what);
            var own = await DownloadAsync(FilePath("acme-tool", Own.FileName, "team"));
            Assert.True(own is null || own.AsSpan().SequenceEqual(Own.Build()), what);
            var ownMetadata = await DownloadAsync(FilePath("acme-tool", Own.FileName, "team") + ".metadata");
            Assert.True(ownMetadata is null || ownMetadata.AsSpan().SequenceEqual(Own.Metadata), what);
            foreach (
                var (project, name) in ((string, string)[])[("demo", Public.FileName), ("acme-tool", Own.FileName)]
            )
            {
                using var page = await GetAsync($"/simple/{project}/");
                var text = await page.Content.ReadAsStringAsync(Token);
                Assert.True(!page.IsSuccessStatusCode || text.Contains(name, StringComparison.Ordinal), what);
            }
        }

        // It goes on working.
        var later = new WheelBuilder("acme_later", "1.0");
        Assert.True(await UploadAsync(token, later) == 200, what);
        await RestartAsync();
        var kept = await DownloadAsync(FilePath("acme-later", later.FileName, "team"));
        Assert.True(kept is not null && kept.AsSpan().SequenceEqual(later.Build()), what);
        Assert.DoesNotContain(Upstream.Paths, path => path.Contains("acme", StringComparison.Ordinal));
    }

    private static byte[] Flip(byte[] content, int at)
    {
        var changed = content.ToArray();
        if (changed.Length > 0)
            changed[at] ^= 1;
        return changed;
    }

    private static byte[] Noise(int seed)
    {
        var bytes = new byte[20_000];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>What holds contents, references and changes: without its tokens a server refuses, rightly, whatever needs one.</summary>
    private static IEnumerable<string> PathsIn(string folder) =>
        Directory
            .GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path))
            .Where(path => path.Split('/')[0] is "blobs" or "refs" or "log")
            .Order(StringComparer.Ordinal);

    private static void Copy(string from, string to)
    {
        foreach (var path in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Join(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!); // it is below the directory
            File.Copy(path, target);
        }
    }

    private static void Damage(string path, Func<byte[], byte[]?> change)
    {
        var changed = change(File.ReadAllBytes(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (changed is null)
            File.Delete(path);
        else
            File.WriteAllBytes(path, changed);
    }
}
