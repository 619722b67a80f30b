using Krait.Packaging.Toml;

namespace Krait.Packaging.Tests.Toml;

public sealed class TomlDocumentTests
{
    [Fact]
    public void Reads_tables_arrays_and_scalars_with_their_types()
    {
        var root = TomlDocument
            .Parse(
                """
                title = "krait \u00e9"
                [project]
                name = 'demo'
                dependencies = [
                    "a>=1", # first
                    'b',
                ]
                urls.home = "https://a.example"
                [[tool.krait.index]]
                url = "https://one.example"
                [[tool.krait.index]]
                url = "https://two.example"
                default = true
                priority = -0_7
                """.Replace("-0_7", "-7", StringComparison.Ordinal)
            )
            .Root;

        Assert.Equal("krait é", root.GetString("title"));
        Assert.Equal(["a>=1", "b"], root.GetTable("project")!.GetArray("dependencies")!.AsStrings()!.Value);
        Assert.Equal("https://a.example", root.Find("project", "urls", "home")!.AsString);
        var indexes = root.Find("tool", "krait", "index")!.AsArray!;
        Assert.Equal(2, indexes.Count);
        Assert.True(indexes[1].AsTable!.GetBoolean("default"));
        Assert.Equal(-7, indexes[1].AsTable!.GetInteger("priority"));
        Assert.Null(root.GetInteger("title"));
    }

    [Theory]
    [InlineData("a = 1\na = 2\n", 2, "the key `a` is defined already")]
    [InlineData("a = \n", 1, "expected a value, found the end of the line")]
    [InlineData("a = [1, 2\n", 2, "expected `,` or `]`, found the end of the file")]
    [InlineData("\n\n[a\n", 3, "expected `]`, found the end of the line")]
    [InlineData("a = 9223372036854775808", 1, "`9223372036854775808` does not fit into a 64-bit integer")]
    [InlineData("a = \"x\ny\"", 1, "a string is not closed on its line")]
    [InlineData("a = yes", 1, "`yes` is not a value; strings need quotes")]
    [InlineData("a.b = 1\n[a]\n", 2, "`a` is defined already")]
    [InlineData("a = 1 b = 2", 1, "expected the end of the line, found `b`")]
    public void Refuses_with_the_line_and_the_reason(string text, int line, string message)
    {
        Assert.False(TomlDocument.TryParse(text, out _, out var errors));
        Assert.Equal((line, message), (errors[0].Line, errors[0].Message));
    }

    [Fact]
    public void Reports_every_error_of_a_file_at_once()
    {
        Assert.False(TomlDocument.TryParse("a = 1\na = 2\n[t]\nb = nope\n[u]\nc = 1\nc = 2\n", out _, out var errors));
        Assert.Equal([2, 4, 7], errors.Select(e => e.Line));
    }

    [Fact]
    public void Points_at_the_wrong_part_of_the_line()
    {
        Assert.False(TomlDocument.TryParse("a = 1\nbcd = what\n", out _, out var errors));
        Assert.Equal(new Krait.Packaging.Text.SourceSpan("bcd = what", 6, 4), errors[0].Span);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a=", "}")]
    public void Refuses_values_nested_a_hundred_thousand_deep_without_exhausting_the_stack(string open, string close)
    {
        var text =
            "a = " + string.Concat(Enumerable.Repeat(open, 100_000)) + string.Concat(Enumerable.Repeat(close, 100_000));
        Assert.False(TomlDocument.TryParse(text, out _, out var errors));
        Assert.Contains("nested deeper than 128", errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_key_of_a_hundred_thousand_parts()
    {
        Assert.False(
            TomlDocument.TryParse(string.Join('.', Enumerable.Repeat("a", 100_000)) + " = 1", out _, out var errors)
        );
        Assert.Equal("a key has more than 128 parts", errors[0].Message);
    }

    [Fact]
    public void Refuses_bytes_that_are_not_utf8_with_their_line()
    {
        Assert.False(TomlDocument.TryParse([.. "a = 1\nb = '"u8, 0xff, .. "'"u8], out _, out var errors));
        Assert.Equal(2, errors[0].Line);
    }

    [Fact]
    public void A_value_written_inline_reads_back_equal()
    {
        var table = new TomlTable().Add("a b", "x\"\\\n\u0001é").Add("n", -5).Add("l", TomlArray.OfStrings(["1", "2"]));
        var text = new TomlWriter()
            .Comment("made")
            .Table("t")
            .Key("v", table)
            .Lines("w", ["p", "q"])
            .Table("u")
            .ToString();

        var read = TomlDocument.Parse(text).Root;

        Assert.Equal(table.ToString(), read.Find("t", "v")!.ToString());
        Assert.StartsWith("# made\n\n[t]\nv = { \"a b\" = ", text, StringComparison.Ordinal);
        Assert.EndsWith("w = [\n    \"p\",\n    \"q\",\n]\n\n[u]\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Mutated_documents_never_throw()
    {
        const string seed =
            "# c\r\na.b = [1, 2.5e3, 'x', \"\\u00e9\"]\n[t.\"q\"]\nd = 1979-05-27T07:32:00-08:00\n[[x.y]]\ni = { a = 1, b.c = 0x_F }\nm = \"\"\"\n a\\\n b\"\"\"\nf = -inf\n";
        Mutations.Run(seed, 30_000, text => _ = TomlDocument.TryParse(text, out _, out _));
    }
}
