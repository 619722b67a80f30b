using Krait.Packaging.Manifests;

namespace Krait.Packaging.Tests.Manifests;

public sealed class ScriptMetadataTests
{
    private const string Sample =
        "#!/usr/bin/env python\n# /// script\n# requires-python = \">=3.11\"\n# dependencies = [\n#   \"requests<3\",\n# ]\n#\n# [tool.uv]\n# x = 1\n# ///\nprint(1)\n";

    [Fact]
    public void Reads_the_block_of_a_script()
    {
        var metadata = ScriptMetadata.Read(Sample, "s.py", out var errors)!;
        Assert.Empty(errors);
        Assert.Equal(("requests<3", 5), (metadata.Dependencies[0].Text, metadata.Dependencies[0].Line));
        Assert.Equal(">=3.11", metadata.RequiresPython!.ToString());
        Assert.Equal(1, metadata.Tool("uv")!.GetInteger("x"));
    }

    [Theory]
    [InlineData("print(1)\n")]
    [InlineData("# /// script\n# dependencies = []\nprint(1)\n# ///\n")]
    [InlineData("# /// script\n# ///\n")]
    [InlineData(" # /// script\n # a = 1\n # ///\n")]
    [InlineData("# /// other\n# a = 1\n# ///\n")]
    public void A_script_without_a_closed_block_has_no_metadata(string script)
    {
        Assert.Null(ScriptMetadata.Read(script, "s.py", out var errors));
        Assert.Empty(errors);
    }

    [Fact]
    public void The_last_closing_line_of_adjacent_comments_counts()
    {
        var metadata = ScriptMetadata.Read("# /// script\r\n# a = '''\r\n# ///\r\n# '''\r\n# ///\r\nx", "s.py", out _)!;
        Assert.Equal("///\n", metadata.Document.Root.GetString("a"));
    }

    [Fact]
    public void Errors_have_lines_of_the_script()
    {
        Assert.Null(ScriptMetadata.Read("\n# /// script\n# dependencies = [\"a>\"]\n# ///\n", "s.py", out var errors));
        Assert.Equal(("s.py", 3), (errors[0].Source, errors[0].Line));
        Assert.Null(ScriptMetadata.Read("# /// script\n# a = 1\n# b =\n# ///\n", "s.py", out errors));
        Assert.Equal(3, errors[0].Line);
        Assert.Null(
            ScriptMetadata.Read("# /// script\n# a = 1\n# ///\n\n# /// script\n# a = 1\n# ///\n", "s.py", out errors)
        );
        Assert.Equal(5, errors[0].Line);
    }

    [Fact]
    public void A_changed_block_leaves_the_rest_of_the_script_alone()
    {
        var metadata = ScriptMetadata.Read(Sample, "s.py", out _)!;
        Assert.Equal(Sample, metadata.WithContent(metadata.Document.Text));
        Assert.Equal(
            "#!/usr/bin/env python\n# /// script\n# a = 1\n#\n# b = 2\n# ///\nprint(1)\n",
            metadata.WithContent("a = 1\n\nb = 2\n")
        );
        Assert.NotNull(ScriptMetadata.Read(ScriptMetadata.NewBlock("dependencies = []"), "s.py", out _));
    }

    [Fact]
    public void Mutated_scripts_never_throw() =>
        Mutations.Run(Sample, 20_000, text => ScriptMetadata.Read(text, "s.py", out _));
}
