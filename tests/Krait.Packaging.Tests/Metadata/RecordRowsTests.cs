using System.Text;
using Krait.Packaging.Metadata;

namespace Krait.Packaging.Tests.Metadata;

public sealed class RecordRowsTests
{
    private static readonly byte[] Digest = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void Spells_digest_and_size_as_the_specification_says()
    {
        var rows = new RecordRows();
        rows.Add("pkg/"u8, "a.py"u8, Digest, 12);
        rows.AddBare("pkg-1.dist-info/RECORD");
        Assert.Equal(
            "pkg/a.py,sha256=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8,12\npkg-1.dist-info/RECORD,,\n",
            Encoding.UTF8.GetString(rows.Text)
        );
    }

    [Theory]
    [InlineData("pkg/", "a,b.py")]
    [InlineData("p,k/", "a.py")]
    [InlineData("", "say \"no\".txt")]
    [InlineData("two\nlines/", "\"")]
    [InlineData("größe/", "数.py")]
    public void Any_path_reads_back_as_it_was(string folder, string name)
    {
        var rows = new RecordRows();
        rows.Add(Encoding.UTF8.GetBytes(folder), Encoding.UTF8.GetBytes(name), Digest, 3_000_000_000);
        Assert.True(RecordFile.TryParse(rows.Text, out var entries, out _, out _));
        var read = Assert.Single(entries);
        Assert.Equal((folder + name, 3_000_000_000L), (read.Path, read.Size));
    }

    [Fact]
    public void Begins_another_file_with_nothing_of_the_one_before()
    {
        var rows = new RecordRows();
        rows.Add("first", Digest, 1);
        rows.Clear();
        rows.AddBare("RECORD");
        Assert.Equal("RECORD,,\n", Encoding.UTF8.GetString(rows.Text));
    }
}
