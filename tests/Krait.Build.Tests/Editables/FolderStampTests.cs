using Krait.Build.Editables;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Testing;

namespace Krait.Build.Tests.Editables;

public sealed class FolderStampTests : IDisposable
{
    private readonly TempFolder temp = new();
    private readonly Dictionary<string, string> variables = new(StringComparer.Ordinal);

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData("src/demo/code.py", false, true)]
    [InlineData("src/demo/data.txt", false, true)]
    [InlineData("pyproject.toml", true, true)]
    [InlineData("setup.cfg", true, true)]
    [InlineData("build/lib/x.py", false, false)]
    [InlineData("demo.egg-info/PKG-INFO", false, false)]
    [InlineData(".git/index", false, false)]
    [InlineData(".venv/lib/x.py", false, false)]
    [InlineData("src/demo/__pycache__/x.pyc", false, false)]
    public void Changes_with_what_matters(string path, bool changesEditable, bool changesWheel)
    {
        temp.Write("pyproject.toml", "[project]\nname='demo'\nversion='1'\n");
        temp.Write("src/demo/code.py", "1");
        temp.Write(".venv/pyvenv.cfg", "home = /");
        var (editable, wheel) = (Stamp(true), Stamp(false));
        Assert.Equal(editable, Stamp(true));
        File.AppendAllText(
            temp.Write(path, File.Exists(temp.At(path)) ? File.ReadAllText(temp.At(path)) : ""),
            "\n# changed\n"
        );
        Assert.Equal(changesEditable, editable != Stamp(true));
        Assert.Equal(changesWheel, wheel != Stamp(false));
    }

    [Theory]
    [InlineData(
        "dynamic=['version']\n[tool.setuptools.dynamic]\nversion={attr='demo.about.__version__'}\n",
        "src/demo/about.py"
    )]
    [InlineData("dynamic=['version']\n[tool.setuptools.dynamic]\nversion={file='VERSION.md'}\n", "VERSION.md")]
    [InlineData(
        "dynamic=['version','dependencies']\n[tool.setuptools.dynamic]\ndependencies={file=['req/a.in']}\n",
        "req/a.in"
    )]
    [InlineData(
        "dynamic=['optional-dependencies']\nversion='1'\n[tool.setuptools.dynamic]\noptional-dependencies.x={file=['req/x.in']}\n",
        "req/x.in"
    )]
    [InlineData("dynamic=['version']\n[tool.hatch.version]\npath='demo/v.py'\n", "demo/v.py")]
    [InlineData("dynamic=['version']\n[tool.hatch.version]\nsource='vcs'\n", ".git/refs/tags/v1")]
    [InlineData("dynamic=['version']\n[build-system]\nrequires=['setuptools-scm']\n", ".git/HEAD")]
    [InlineData(
        "dynamic=['version']\n[build-system]\nrequires=['flit_core']\nbuild-backend='flit_core.buildapi'\n",
        "demo.py"
    )]
    public void Changes_with_the_files_of_dynamic_fields(string text, string path)
    {
        temp.Write("pyproject.toml", $"[project]\nname='demo'\n{text}");
        temp.Write(".git/HEAD", "0123");
        var before = Stamp(true);
        temp.Write(path, "changed");
        Assert.NotEqual(before, Stamp(true));
        before = Stamp(true);
        temp.Write("other/code.py", "changed");
        Assert.Equal(before, Stamp(true));
    }

    [Theory]
    [InlineData("'data/**/*.json'", "data/a/b/c.json", true)]
    [InlineData("'data/**/*.json'", "data/c.json", true)]
    [InlineData("'data/*.json'", "data/a/c.json", false)]
    [InlineData("{file='x?.[ab]'}", "x1.b", true)]
    [InlineData("{file='x?.[!ab]'}", "x1.b", false)]
    [InlineData("{dir='generated'}", "generated/x", true)]
    [InlineData("{git={commit=true}}", ".git/HEAD", true)]
    [InlineData("{git=true}", ".git/refs/tags/v2", true)]
    [InlineData("'data.txt'", "pyproject.toml", false)]
    public void Follows_cache_keys(string key, string path, bool changes)
    {
        temp.Write(".git/HEAD", "ref: refs/heads/main");
        temp.Write("pyproject.toml", $"[tool.uv]\ncache-keys=[{key}]\n");
        var (editable, wheel) = (Stamp(true), Stamp(false));
        File.AppendAllText(
            temp.Write(path, File.Exists(temp.At(path)) ? File.ReadAllText(temp.At(path)) : ""),
            "\n# x\n"
        );
        Assert.Equal(changes, editable != Stamp(true));
        Assert.Equal(changes, wheel != Stamp(false));
    }

    [Fact]
    public void Follows_variables_and_prefers_its_own_table()
    {
        temp.Write("pyproject.toml", "[tool.uv]\ncache-keys=['a']\n[tool.krait]\ncache-keys=[{env='MODE'}]\n");
        var before = Stamp(true);
        temp.Write("a", "changed");
        Assert.Equal(before, Stamp(true));
        variables["MODE"] = "debug";
        Assert.NotEqual(before, Stamp(true));
    }

    [Theory]
    [InlineData("cache-keys='a'", "is a string, not an array")]
    [InlineData("cache-keys=[1]", "an integer where a string or a table is expected")]
    [InlineData("cache-keys=[{files='a'}]", "needs `file`, `dir`, `env` or `git`")]
    [InlineData("cache-keys=[{file=1}]", "`file` is an integer")]
    [InlineData("cache-keys=[{git='x'}]", "`git` is a string")]
    public void Refuses_cache_keys_that_cannot_be_read(string text, string problem)
    {
        temp.Write("pyproject.toml", $"[tool.krait]\n{text}\n");
        var error = Assert.Throws<KraitException>(() => Stamp(true));
        Assert.Equal(FailureKind.UnusableInput, error.Kind);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.Diagnostic.Line);
    }

    [Theory]
    [InlineData("**", "a/b/c", true)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/**/c", "a/c", true)]
    [InlineData("a/**/c", "a/b/b/c", true)]
    [InlineData("a/**/c", "a/b/d", false)]
    [InlineData("*.py", "a/x.py", false)]
    [InlineData("*a*b*", "xaxbx", true)]
    [InlineData("*a*b*", "xbxax", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("src/**/*.{h,cpp}", "src/a/b.cpp", true)]
    [InlineData("src/**/*.{h,cpp}", "src/a/b.c", false)]
    [InlineData("{a,b}{1,2}", "b1", true)]
    [InlineData("{a,b", "{a,b", true)]
    public void Matches_patterns(string pattern, string path, bool matches) =>
        Assert.Equal(matches, new GlobPattern(pattern).Matches(path.Split('/')));

    private string Stamp(bool isEditable) => FolderStamp.Of(temp.Path, isEditable, variables);
}
