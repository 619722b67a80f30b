using Krait.Packaging.Toml;

namespace Krait.Packaging.Tests.Toml;

public sealed class TomlEditorTests
{
    [Theory]
    [InlineData("d = []\n", "d = [\n    \"x\",\n]\n")]
    [InlineData("d = [\"a\"]\n", "d = [\"a\", \"x\"]\n")]
    [InlineData("d = [\"a\", ] # c\n", "d = [\"a\", \"x\", ] # c\n")]
    [InlineData("d = [\n  \"a\", # why\n]\n", "d = [\n  \"a\", # why\n  \"x\",\n]\n")]
    [InlineData("d = [\n  \"a\"  # why\n]\n", "d = [\n  \"a\",  # why\n  \"x\"\n]\n")]
    [InlineData("d = [\n  \"a\"\n]\n", "d = [\n  \"a\",\n  \"x\"\n]\n")]
    [InlineData("d = [\r\n\t\"a\",\r\n]\r\n", "d = [\r\n\t\"a\",\r\n\t\"x\",\r\n]\r\n")]
    [InlineData("d = [\n    # nothing yet\n]\n", "d = [\n    \"x\",\n    # nothing yet\n]\n")]
    public void Adds_an_element_in_the_style_of_the_array(string before, string after)
    {
        var editor = new TomlEditor(TomlDocument.Parse(before));
        Assert.True(editor.TryAddToArray(["d"], "x"));
        Assert.Equal(after, editor.Text);
    }

    [Theory]
    [InlineData("# only a comment", "# only a comment\na = 1\n")]
    [InlineData("# only a comment\n", "# only a comment\na = 1\n")]
    [InlineData("", "a = 1\n")]
    public void Adds_the_first_key_below_the_comments_of_a_file(string text, string expected)
    {
        var editor = new TomlEditor(TomlDocument.Parse(text));
        Assert.True(editor.TrySet(["a"], new TomlInteger(1)));
        Assert.Equal(expected, editor.Document.Text);
    }

    [Fact]
    public void A_sorted_array_stays_sorted_and_its_comments_stay_with_their_elements()
    {
        var editor = new TomlEditor(
            TomlDocument.Parse("d = [\n    # first\n    \"a\",\n    \"m\", # mid\n    # last\n    \"z\",\n]\n")
        );
        Assert.True(editor.TryAddToArray(["d"], "n", StringComparer.Ordinal));
        Assert.Equal(
            "d = [\n    # first\n    \"a\",\n    \"m\", # mid\n    \"n\",\n    # last\n    \"z\",\n]\n",
            editor.Text
        );
    }

    [Fact]
    public void An_unsorted_array_gets_its_new_element_at_the_end()
    {
        var editor = new TomlEditor(TomlDocument.Parse("d = [\"z\", \"a\"]"));
        Assert.True(editor.TryAddToArray(["d"], "b", StringComparer.Ordinal));
        Assert.Equal("d = [\"z\", \"a\", \"b\"]", editor.Text);
    }

    [Theory]
    [InlineData("d = [\"a\", \"b\", \"c\"]", 1, "d = [\"a\", \"c\"]")]
    [InlineData("d = [\"a\", \"b\"]", 1, "d = [\"a\"]")]
    [InlineData("d = [\"a\"]", 0, "d = []")]
    [InlineData("d = [\n    \"a\", # c\n    \"b\",\n]\n", 0, "d = [\n    \"b\",\n]\n")]
    [InlineData("d = [\n    \"a\",\n    \"b\"\n]\n", 1, "d = [\n    \"a\",\n]\n")]
    public void Removes_an_element_with_its_line_or_its_comma(string before, int index, string after)
    {
        var editor = new TomlEditor(TomlDocument.Parse(before));
        Assert.True(editor.TryRemoveFromArray(["d"], index));
        Assert.Equal(after, editor.Text);
    }

    [Fact]
    public void Sets_a_value_and_leaves_the_rest_of_its_line()
    {
        var editor = new TomlEditor(TomlDocument.Parse("[project]\nversion   =   '1.0'   # keep\nname = 'x'\n"));
        Assert.True(editor.TrySet(["project", "version"], "2.0"));
        Assert.Equal("[project]\nversion   =   '2.0'   # keep\nname = 'x'\n", editor.Text);
    }

    [Theory]
    [InlineData(
        "[project]\nname = 'x'\n\n# tools\n[tool.a]\n",
        "project/requires",
        "[project]\nname = 'x'\nrequires = \"v\"\n\n# tools\n[tool.a]\n"
    )]
    [InlineData("[project]\nname = 'x'\n", "groups/dev", "[project]\nname = 'x'\n\n[groups]\ndev = \"v\"\n")]
    [InlineData(
        "[tool.uv]\na = 1\n\n[other]\nb = 1\n",
        "tool/uv/sources/x",
        "[tool.uv]\na = 1\n\n[tool.uv.sources]\nx = \"v\"\n\n[other]\nb = 1\n"
    )]
    [InlineData(
        "[tool.uv.sources]\na = 1\n",
        "tool/uv/package",
        "[tool.uv]\npackage = \"v\"\n\n[tool.uv.sources]\na = 1\n"
    )]
    [InlineData("[t]\na.b = 1\nc = 2\n", "t/a/d", "[t]\na.b = 1\nc = 2\na.d = \"v\"\n")]
    [InlineData("[t]\na.b = 1\n", "t/a/d/e", "[t]\na.b = 1\na.d.e = \"v\"\n")]
    [InlineData("a = { b = 1 }\n", "a/c", "a = { b = 1, c = \"v\" }\n")]
    [InlineData("a = { b = { } }\n", "a/b/c/d", "a = { b = { c = { d = \"v\" } } }\n")]
    [InlineData("", "a", "a = \"v\"\n")]
    [InlineData("[t]\n", "a", "a = \"v\"\n\n[t]\n")]
    [InlineData("[t]", "t/a", "[t]\na = \"v\"\n")]
    public void Adds_a_key_where_its_table_is_written(string before, string path, string after)
    {
        var editor = new TomlEditor(TomlDocument.Parse(before));
        Assert.True(editor.TrySet(path.Split('/'), "v"));
        Assert.Equal(after, editor.Text);
        Assert.Equal("v", editor.Document.Root.Find(path.Split('/'))!.AsString);
    }

    [Theory]
    [InlineData("[p]\na = 1 # x\nb = 2\n", "p/a", "[p]\nb = 2\n")]
    [InlineData("[p]\na = 1\n\n[q]\nb = 2\n[q.r]\nc = 1\n\n# s\n[s]\n", "q", "[p]\na = 1\n\n# s\n[s]\n")]
    [InlineData("a = { b = 1, c = 2 }\n", "a/b", "a = { c = 2 }\n")]
    [InlineData("a.b = 1\na.c = 2\nd = 3\n", "a", "d = 3\n")]
    public void Removes_a_key_or_a_table(string before, string path, string after)
    {
        var editor = new TomlEditor(TomlDocument.Parse(before));
        Assert.True(editor.TryRemove(path.Split('/')));
        Assert.Equal(after, editor.Text);
    }

    [Fact]
    public void Appends_a_table_after_the_last_of_its_kind()
    {
        var editor = new TomlEditor(TomlDocument.Parse("[[i]]\nu = 1\n\n[z]\n"));
        Assert.True(editor.TryAddTable(["i"], new TomlTable().Add("u", 2)));
        Assert.Equal("[[i]]\nu = 1\n\n[[i]]\nu = 2\n\n[z]\n", editor.Text);
    }

    [Fact]
    public void Edits_of_mutated_documents_keep_them_readable()
    {
        const string seed =
            "# c\na.b = [1, 'x', # d\n 2\n]\n[t.q]\nd = { e.f = 1, g = [] }\n[[x.y]]\ni = 1\n\n[t]\nk = [\n 'a',\n 'b'\n]\n";
        Mutations.Run(
            seed,
            8_000,
            text =>
            {
                if (!TomlDocument.TryParse(text, out var document, out _))
                    return;
                string[][] paths =
                [
                    ["a", "b"],
                    ["t", "q", "d", "e", "h"],
                    ["t", "k"],
                    ["x", "y"],
                    ["new", "n"],
                    ["t", "q", "g"],
                    ["a", "c", "d"],
                ];
                foreach (var path in paths)
                {
                    var editor = new TomlEditor(document);
                    if (editor.TryAddToArray(path, "zz"))
                        Assert.Equal("zz", editor.Document.Root.Find(path)!.AsArray!.Items[^1].AsString);
                    if (
                        editor.TryRemoveFromArray(path, 0)
                        && editor.Document.Root.Find(path) is TomlArray { Count: > 0 } array
                    )
                    {
                        editor.TryRemoveFromArray(path, array.Count - 1);
                    }

                    if (editor.TrySet(path, 1))
                        Assert.Equal(1, editor.Document.Root.Find(path)!.AsInteger);
                    if (editor.TryRemove(path))
                        Assert.Null(editor.Document.Root.Find(path));
                    editor.TryRemove(path[0]);
                }
            }
        );
    }
}
