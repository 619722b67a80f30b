using System.IO.Compression;
using Krait.Archives.Bundles;
using Krait.Packaging.Text;
using Krait.Testing;

namespace Krait.Archives.Tests.Bundles;

/// <summary>Bundles come out as they went in, and nothing that was damaged comes out.</summary>
public sealed class BundleTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Task<BundleManifest> WriteAsync(params (string Name, string Content)[] files) =>
        BundleWriter.WriteAsync(
            folder.At("b.zip"),
            ["Python 3.12 on linux x86_64"],
            "test",
            "lock"u8.ToArray(),
            files.Select(file => (folder.Write(file.Name, file.Content), BundleUse.Install)),
            TestContext.Current.CancellationToken
        );

    [Fact]
    public async Task Files_come_out_as_they_went_in()
    {
        var large = new string('x', 3_000_000);
        var manifest = await WriteAsync(("b-1.tar.gz", "second"), ("a-1-py3-none-any.whl", large), ("empty-1.zip", ""));
        using var bundle = Bundle.Open(folder.At("b.zip"));
        Assert.Equal(manifest.Files, bundle.Manifest.Files);
        bundle.Verify(TestContext.Current.CancellationToken);
        Assert.Equal("lock"u8.ToArray(), bundle.ReadLock());
        Directory.CreateDirectory(folder.At("out"));
        bundle.Extract(folder.At("out"), TestContext.Current.CancellationToken);
        Assert.Equal(
            large,
            await File.ReadAllTextAsync(
                folder.At("out/files/a-1-py3-none-any.whl"),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(
            "second",
            await File.ReadAllTextAsync(folder.At("out/files/b-1.tar.gz"), TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            "",
            await File.ReadAllTextAsync(folder.At("out/files/empty-1.zip"), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Other_programs_read_it_as_an_archive_of_stored_files()
    {
        await WriteAsync(("a-1.tar.gz", "content"));
        await using var zip = await ZipFile.OpenReadAsync(folder.At("b.zip"), TestContext.Current.CancellationToken);
        Assert.Equal(
            ["krait-bundle.json", "pylock.toml", "files/a-1.tar.gz"],
            zip.Entries.Select(entry => entry.FullName)
        );
        Assert.All(zip.Entries, entry => Assert.Equal(entry.Length, entry.CompressedLength));
    }

    [Fact]
    [Trait("Speed", "slow")]
    public async Task A_bundle_that_was_cut_or_changed_anywhere_is_refused()
    {
        await WriteAsync(("a-1.tar.gz", "content"));
        var right = await File.ReadAllBytesAsync(folder.At("b.zip"), TestContext.Current.CancellationToken);
        for (var i = 0; i < right.Length; i++)
        {
            Refused(right[..i]);
            var changed = right.ToArray();
            changed[i] ^= 0x20;
            // Times and the like mean nothing; the files themselves never change unnoticed.
            if (Open(changed) is { } content)
                Assert.Equal("content", content);
        }
    }

    private void Refused(byte[] bytes) => Assert.Null(Open(bytes));

    private string? Open(byte[] bytes)
    {
        File.WriteAllBytes(folder.At("changed.zip"), bytes);
        try
        {
            using var bundle = Bundle.Open(folder.At("changed.zip"));
            bundle.Verify(TestContext.Current.CancellationToken);
            using var content = new MemoryStream();
            bundle.CopyTo(bundle.Manifest.Files.Single(file => file.Use is not BundleUse.Lock), content);
            return System.Text.Encoding.UTF8.GetString(content.ToArray());
        }
        catch (KraitException e)
        {
            Assert.Equal("invalid-bundle", e.Diagnostic.Code);
            return null;
        }
    }
}
