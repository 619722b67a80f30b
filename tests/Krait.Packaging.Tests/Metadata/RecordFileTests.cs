using System.Text;
using Krait.Packaging.Metadata;

namespace Krait.Packaging.Tests.Metadata;

public sealed class RecordFileTests
{
    [Fact]
    public void Reads_rows_with_quotes_and_any_line_end()
    {
        var text = "a.py,sha256=x,10\r\n\"b,\"\"c\"\"\nd.py\",,\n\ne.py,,5";
        Assert.True(RecordFile.TryParse(Encoding.UTF8.GetBytes(text), out var entries, out var warnings, out _));
        Assert.Equal(
            [new("a.py", "sha256=x", 10), new("b,\"c\"\nd.py", null, null), new("e.py", null, 5)],
            entries.ToArray()
        );
        Assert.Empty(warnings);
    }

    [Fact]
    public void Odd_rows_are_kept_with_a_warning_that_names_their_line()
    {
        Assert.True(
            RecordFile.TryParse("a.py\n\"x\ny\",,\nb.py,sha256=x,big\n"u8, out var entries, out var warnings, out _)
        );
        Assert.Equal(["a.py", "x\ny", "b.py"], entries.Select(e => e.Path).ToArray());
        Assert.Equal([1, 4], warnings.Select(w => w.Line).ToArray());
    }

    [Fact]
    public void Rows_and_warnings_are_bounded()
    {
        var many = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 100).Select(i => $"f{i}.py,,x\n")));
        Assert.False(RecordFile.TryParse(many, out var rows, out _, out var error, mostRows: 99));
        Assert.Empty(rows);
        Assert.Contains("more than 99 rows", error.Message, StringComparison.Ordinal);
        Assert.True(RecordFile.TryParse(many, out rows, out var warnings, out _, mostRows: 100));
        Assert.Equal(100, rows.Length);
        Assert.Equal(11, warnings.Length);
        Assert.Contains("90 more rows", warnings[^1].Message, StringComparison.Ordinal);
        var empty = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(",,\n\n", 100)) + "a,,\n");
        Assert.True(RecordFile.TryParse(empty, out rows, out warnings, out _, mostRows: 1));
        Assert.Equal("a", Assert.Single(rows).Path);
        Assert.Empty(warnings);
    }

    [Fact]
    public void Refuses_bytes_that_are_not_utf8() =>
        Assert.False(RecordFile.TryParse([(byte)'a', 0xff], out _, out _, out _));

    [Fact]
    public void What_is_written_reads_back_equal()
    {
        RecordEntry[] entries =
        [
            new("a b,c.py", "sha256=é", 0),
            new("q\"uote.py", null, 9),
            new("line\nend\r", null, null),
        ];
        var text = RecordFile.Write(entries);
        Assert.True(RecordFile.TryParse(Encoding.UTF8.GetBytes(text), out var read, out _, out _));
        Assert.Equal(entries, read.ToArray());
        Assert.Equal("x.py,,\n", RecordFile.Write([new("x.py", null, null)]));
    }

    [Fact]
    public void Mutated_files_never_throw() =>
        Mutations.Run(
            "a.py,sha256=abc,10\r\n\"b,\"\"c\"\".py\",,\nd.py,,5\n",
            30_000,
            text => _ = RecordFile.TryParse(Encoding.UTF8.GetBytes(text), out _, out _, out _)
        );
}
