using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Projects.Editing;

namespace Krait.Projects.Tests.Editing;

public sealed class ScriptEditorTests
{
    private const string Empty = "dependencies = []\n";
    private const string Block = "# /// script\n# dependencies = [\n#     \"a\",\n# ]\n# ///\n";

    [Theory]
    [InlineData("print(1)\n", Block + "\nprint(1)\n")]
    [InlineData("", Block)]
    [InlineData("#!/usr/bin/env python3\nprint(1)\n", "#!/usr/bin/env python3\n" + Block + "\nprint(1)\n")]
    [InlineData("#!/usr/bin/env python3", "#!/usr/bin/env python3\n" + Block)]
    [InlineData(
        "#!/bin/x\n# -*- coding: latin-1 -*-\n# c\n",
        "#!/bin/x\n# -*- coding: latin-1 -*-\n" + Block + "\n# c\n"
    )]
    [InlineData("# about it\nprint(1)\n", Block + "\n# about it\nprint(1)\n")]
    [InlineData("\n\nprint(1)\n", Block + "\n\nprint(1)\n")]
    public void A_script_without_metadata_gets_some_where_nothing_is_broken(string script, string expected)
    {
        var editor = ScriptEditor.Open(script, "x.py", Empty);
        Assert.False(editor.HadMetadata);
        editor.Manifest.Put(DependencyPlace.Main, "a");
        Assert.Equal(expected, editor.ToText());
        Assert.Single(ScriptMetadata.Read(editor.ToText(), "x.py", out _)!.Dependencies);
    }

    [Fact]
    public void Metadata_is_changed_in_place_and_line_ends_stay()
    {
        const string Script =
            "#!/usr/bin/python\r\n\r\n# /// script\r\n# requires-python = '>=3.11' # py\r\n#\r\n# dependencies = [\r\n#   \"b\", # the shine\r\n# ]\r\n# ///\r\n\r\nimport b\r\n";
        var editor = ScriptEditor.Open(Script, "x.py", Empty);
        editor.Manifest.Put(DependencyPlace.Main, "a");
        editor.Manifest.Put(DependencyPlace.Main, "c>1");
        Assert.Equal(
            Script.Replace(
                "#   \"b\", # the shine\r\n",
                "#   \"a\",\r\n#   \"b\", # the shine\r\n#   \"c>1\",\r\n",
                StringComparison.Ordinal
            ),
            editor.ToText()
        );
        editor.Manifest.Remove(DependencyPlace.Main, PackageName.Parse("a"));
        editor.Manifest.Remove(DependencyPlace.Main, PackageName.Parse("c"));
        Assert.Equal(Script, editor.ToText());
    }

    [Fact]
    public void Metadata_that_cannot_be_read_is_an_error_with_its_line()
    {
        var failure = Assert.Throws<KraitException>(() =>
            ScriptEditor.Open("# /// script\n# dependencies = [\n# ///\n", "x.py", Empty)
        );
        Assert.Equal("x.py", failure.Diagnostic.Source);
    }
}
