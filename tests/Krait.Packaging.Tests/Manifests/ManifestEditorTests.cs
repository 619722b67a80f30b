using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;

namespace Krait.Packaging.Tests.Manifests;

public sealed class ManifestEditorTests
{
    private static readonly DependencyPlace Docs = DependencyPlace.OfGroup(ExtraName.Parse("docs"));
    private static readonly DependencyPlace Web = DependencyPlace.OfExtra(ExtraName.Parse("web"));

    [Theory]
    [InlineData("[]", "b>=1", "[\n    \"b>=1\",\n]")]
    [InlineData("[\"a\", \"c\"]", "b", "[\"a\", \"b\", \"c\"]")]
    [InlineData("['a', 'c']", "b", "['a', 'b', 'c']")]
    [InlineData("[\"z\", \"c\"]", "b", "[\"z\", \"c\", \"b\"]")]
    [InlineData("[\"A_x\", \"C\"]", "a.y", "[\"A_x\", \"a.y\", \"C\"]")]
    [InlineData("[\"a\"]", "b ; os_name == \"nt\"", "[\"a\", 'b ; os_name == \"nt\"']")]
    [InlineData("[\"Amber<2\"]", "amber>=1.2", "[\"Amber>=1.2\"]")]
    [InlineData("[\"amber>=1.2\"]", "AMBER[fast]", "[\"amber[fast]>=1.2\"]")]
    [InlineData("[\"amber[b]\"]", "amber[a]", "[\"amber[b,a]\"]")]
    [InlineData("[ \"amber\" ] # x", "amber", "[ \"amber\" ] # x")]
    [InlineData("[\"a ; os_name == 'nt'\"]", "a", "[\"a ; os_name == 'nt'\", \"a\"]")]
    [InlineData("[\"a>1 ; os_name=='nt'\"]", "a>2 ; os_name == 'nt'", "[\"a>2 ; os_name=='nt'\"]")]
    [InlineData("[\n  # first\n  \"a\",\n  \"c\" # sea\n]", "d", "[\n  # first\n  \"a\",\n  \"c\", # sea\n  \"d\"\n]")]
    public void Puts_a_requirement_into_a_list(string list, string requirement, string expected)
    {
        var editor = Open($"[project]\nname = \"x\"\ndependencies = {list}\nother = 1\n");
        editor.Put(DependencyPlace.Main, requirement);
        Assert.Equal($"[project]\nname = \"x\"\ndependencies = {expected}\nother = 1\n", editor.Text);
    }

    [Fact]
    public void Lists_and_tables_that_are_missing_are_created()
    {
        var editor = Open("[project]\r\nname = 'x'\r\n\r\n[tool.other]\r\na = 1\r\n");
        editor.Put(DependencyPlace.Main, "a");
        editor.Put(Web, "b");
        editor.Put(Docs, "c");
        Assert.Equal(
            "[project]\r\nname = 'x'\r\ndependencies = [\r\n    \"a\",\r\n]\r\n\r\n[project.optional-dependencies]\r\nweb = [\r\n    \"b\",\r\n]\r\n\r\n"
                + "[tool.other]\r\na = 1\r\n\r\n[dependency-groups]\r\ndocs = [\r\n    \"c\",\r\n]\r\n",
            editor.Text
        );
    }

    [Fact]
    public void Names_of_extras_and_groups_are_found_in_any_spelling()
    {
        var editor = Open("[dependency-groups]\nDocs = []\n");
        editor.Put(Docs, "a");
        Assert.Equal("[dependency-groups]\nDocs = [\n    \"a\",\n]\n", editor.Text);
    }

    [Theory]
    [InlineData("[project]\nname = \"x\"\ndependencies = [\n    \"z\",\n]\n")]
    [InlineData("[project]\nname = \"x\"\n\n[tool.a]\nb = 1\n")]
    [InlineData("# top\n[project]\nname = \"x\"\r\ndependencies = []\r\n\r\n# last\r\n[tool.a]\r\n")]
    [InlineData("[dependency-groups]\ntest = ['x']\n\n[tool.krait.sources]\ny = { path = 'y' }\n")]
    public void What_was_added_and_removed_leaves_no_trace(string text)
    {
        var editor = Open(text);
        var name = PackageName.Parse("amber");
        editor.Put(Docs, "amber");
        editor.Put(Web, "amber[x]>2");
        editor.SetSource(name, new TomlTable().Add("path", "../amber"));
        Assert.Equal(1, editor.Remove(Docs, name));
        Assert.Equal(1, editor.Remove(Web, name));
        editor.RemoveUnusedSource(name);
        Assert.Equal(text, editor.Text);
    }

    [Theory]
    [InlineData("[\n    \"a\", # why a\n    \"b\", # why b\n]", "b", "[\n    \"a\", # why a\n]")]
    [InlineData("[\n    \"a\", # why a\n    \"b\"\n]", "a", "[\n    \"b\"\n]")]
    [InlineData("[\n    # b: needed for c\n    \"b\",\n    \"c\",\n]", "b", "[\n    \"c\",\n]")]
    [InlineData("[\n    # both\n    \"b\",\n    \"c\",\n]", "b", "[\n    # both\n    \"c\",\n]")]
    [InlineData("[\n    # not yet: \"b-extra\"\n    \"b\",\n]", "b", "[\n    # not yet: \"b-extra\"\n]")]
    [InlineData("[\n    \"b\", # only\n]", "b", "[]")]
    [InlineData("[\"a\", \"B>1\", \"b<3 ; os_name == 'nt'\"]", "b", "[\"a\"]")]
    public void Removes_a_requirement_with_the_comment_that_is_about_it(string list, string name, string expected)
    {
        var editor = Open($"[project]\ndependencies = {list}\n");
        editor.Remove(DependencyPlace.Main, PackageName.Parse(name));
        Assert.Equal($"[project]\ndependencies = {expected}\n", editor.Text);
    }

    [Theory]
    [InlineData("[dependency-groups]\ndocs = [\"a\"]\nall = [{ include-group = \"docs\" }]\n")]
    [InlineData("[dependency-groups]\ndocs = [\"a\"]\n[tool.uv]\ndefault-groups = [\"docs\"]\n")]
    [InlineData(
        "[dependency-groups]\ndocs = [\"a\"]\n[tool.krait]\nconflicts = [[{ group = \"docs\" }, { group = \"b\" }]]\n"
    )]
    [InlineData(
        "[dependency-groups]\ndocs = [\"a\"]\n[tool.uv.dependency-groups]\ndocs = { requires-python = \">=3.12\" }\n"
    )]
    public void A_group_that_something_refers_to_stays_when_it_is_empty(string text)
    {
        var editor = Open(text);
        editor.Remove(Docs, PackageName.Parse("a"));
        Assert.Contains("docs = []\n", editor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_extra_that_the_project_asks_itself_for_stays_when_it_is_empty()
    {
        var editor = Open(
            "[project]\nname = \"x\"\n[project.optional-dependencies]\nweb = [\"a\"]\nall = [\"x[web]\"]\n"
        );
        editor.Remove(Web, PackageName.Parse("a"));
        Assert.Contains("web = []\n", editor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Versions_are_written_as_the_list_writes_them()
    {
        var editor = Open("[project]\ndependencies = [\"a >= 1\", \"b < 2, >1\", \"c ; os_name == 'nt'\"]\n");
        editor.SetVersions(DependencyPlace.Main, "c ; os_name == 'nt'", ">=1.2,<2");
        Assert.Contains("\"c >= 1.2, < 2 ; os_name == 'nt'\"", editor.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_requirements_that_could_be_meant_are_an_error()
    {
        var editor = Open("[project]\ndependencies = [\"a>1\", \"A<2\"]\n");
        Assert.Throws<KraitException>(() => editor.Put(DependencyPlace.Main, "a==1.5"));
    }

    [Theory]
    [InlineData("[tool.uv]\na = 1\n", "uv")]
    [InlineData("[tool.uv]\na = 1\n[tool.krait]\n", "krait")]
    [InlineData("", "krait")]
    public void Settings_go_where_the_file_has_some(string text, string table)
    {
        var editor = Open(text);
        editor.SetSource(PackageName.Parse("a"), new TomlTable().Add("index", "i"));
        Assert.NotNull(editor.Document.Root.Find("tool", table, "sources", "a"));
    }

    [Fact]
    public void A_new_index_comes_before_the_others_and_a_known_one_is_changed_in_place()
    {
        var editor = Open(
            "[project]\n\n# the mirror\n[[tool.uv.index]]\nname = 'old' # x\nurl = 'https://a.example/'\n"
        );
        editor.PutIndex("new", "https://b.example/", isDefault: false);
        editor.PutIndex("old", "https://c.example/", isDefault: false);
        editor.PutIndex(name: null, "https://c.example/", isDefault: false);
        Assert.Equal(
            "[project]\n\n[[tool.uv.index]]\nname = \"new\"\nurl = \"https://b.example/\"\n\n# the mirror\n[[tool.uv.index]]\nname = 'old' # x\nurl = 'https://c.example/'\n",
            editor.Text
        );
    }

    [Fact]
    public void An_explicit_index_goes_with_the_last_source_that_names_it()
    {
        const string Text = "[project]\nname = \"x\"\n";
        var editor = Open(
            Text
                + "\n[tool.krait.sources]\na = { index = \"i\" }\n\n[[tool.krait.index]]\nname = \"i\"\nurl = \"u\"\nexplicit = true\n"
        );
        editor.RemoveUnusedSource(PackageName.Parse("a"));
        Assert.Equal(Text, editor.Text);
    }

    [Fact]
    public void The_version_keeps_its_quotes_and_its_comment()
    {
        var editor = Open("[project]\nversion = '1.0'  # now\n");
        Assert.True(editor.TrySetVersion(Packaging.Versions.Version.Parse("1.1")));
        Assert.Equal("[project]\nversion = '1.1'  # now\n", editor.Text);
    }

    [Fact]
    public void Members_of_a_workspace_are_added_to_the_list()
    {
        var editor = Open("[project]\nname = \"x\"\n");
        editor.AddMember("parts/two");
        editor.AddMember("parts/one");
        Assert.Equal(
            "[project]\nname = \"x\"\n\n[tool.krait.workspace]\nmembers = [\n    \"parts/one\",\n    \"parts/two\",\n]\n",
            editor.Text
        );
    }

    /// <summary>Whatever the file looks like, an edit changes what it has to change and nothing else.</summary>
    [Fact]
    public void Edits_of_mutated_manifests_change_one_thing()
    {
        const string Seed =
            "# top\n[project] # p\nname = 'x'\ndependencies = [ # d\n  'a>=1', # a\n  # c\n  \"c\"\n]\n[dependency-groups]\ndocs = [\"q\", {include-group=\"t\"}]\nt = []\n\n[tool.uv]\nsources.a = { path = 'a' } # s\n[[tool.uv.index]]\nurl = 'u'\n";
        Mutations.Run(
            Seed,
            4_000,
            text =>
            {
                if (!PyProject.TryParse(text, "pyproject.toml", out var project, out _))
                    return;
                var editor = new ManifestEditor(project.Document);
                var before = editor.Find(DependencyPlace.Main, PackageName.Parse("zz")).Length;
                if (before > 0 || project.IsDynamic("dependencies") || !project.HasProjectTable)
                    return;
                editor.Put(DependencyPlace.Main, "zz>=1");
                Assert.True(
                    PyProject.TryParse(editor.Text, "p", out var changed, out var errors),
                    errors.FirstOrDefault()?.Message
                );
                Assert.Equal(
                    project.Dependencies.Select(one => one.Text).Append("zz>=1").Order(StringComparer.Ordinal),
                    changed.Dependencies.Select(one => one.Text).Order(StringComparer.Ordinal)
                );
                Assert.Equal(Lines(text), Lines(editor.Text).Intersect(Lines(text)));
                editor.Remove(DependencyPlace.Main, PackageName.Parse("zz"));
                Assert.True(PyProject.TryParse(editor.Text, "p", out changed, out _));
                Assert.Equal(
                    project.Dependencies.Select(one => one.Text),
                    changed.Dependencies.Select(one => one.Text)
                );
            }
        );

        // A line of the list itself may get a comma, or the list another shape.
        static IEnumerable<string> Lines(string text) =>
            text.Split('\n')
                .Select(line => line.TrimEnd('\r'))
                .Where(line => line.StartsWith('[') || line.Contains("= {", StringComparison.Ordinal))
                .Distinct(StringComparer.Ordinal);
    }

    private static ManifestEditor Open(string text) => new(TomlDocument.Parse(text));
}
