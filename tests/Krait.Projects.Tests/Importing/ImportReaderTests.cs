using Krait.Packaging.Text;
using Krait.Projects.Importing;
using Krait.Testing;

namespace Krait.Projects.Tests.Importing;

public sealed class ImportReaderTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("^1.2", "a>=1.2,<2")]
    [InlineData("^1.2.3", "a>=1.2.3,<2")]
    [InlineData("^0.2.3", "a>=0.2.3,<0.3")]
    [InlineData("^0.0.3", "a>=0.0.3,<0.0.4")]
    [InlineData("^0.0", "a>=0.0,<0.1")]
    [InlineData("^0", "a>=0,<1")]
    [InlineData("^1.0b1", "a>=1.0b1,<2")]
    [InlineData("~1.2.3", "a>=1.2.3,<1.3")]
    [InlineData("~1.2", "a>=1.2,<1.3")]
    [InlineData("~1", "a>=1,<2")]
    [InlineData("~=1.2", "a~=1.2")]
    [InlineData("1.2", "a==1.2")]
    [InlineData("1.*", "a==1.*")]
    [InlineData("*", "a")]
    [InlineData(">=1, <2", "a>=1,<2")]
    [InlineData(">= 1 < 2", "a>=1,<2")]
    [InlineData("!=1.5,^1.0", "a!=1.5,>=1.0,<2")]
    public void Ranges_of_Poetry_become_specifiers(string range, string requirement)
    {
        var (text, project) = Poetry($"[tool.poetry.dependencies]\na = \"{range}\"\n");
        Assert.Contains($"\"{requirement}\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain(project.Losses, loss => loss.ToString().Contains("`a`", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a = \"^1 || ^3\"", "\"a\"", "cannot be written as one requirement")]
    [InlineData("a = {version = \"1\", allow-prereleases = true}", "\"a==1\"", "pre-releases of `a`")]
    [InlineData("a = 3", "dependencies = []", "`a` is an integer")]
    public void What_has_no_counterpart_is_reported(string entry, string written, string loss)
    {
        var (text, project) = Poetry($"[tool.poetry.dependencies]\n{entry}\n");
        Assert.Contains(written, text, StringComparison.Ordinal);
        Assert.Contains(project.Losses, one => one.ToString().Contains(loss, StringComparison.Ordinal));
    }

    [Fact]
    public void Tables_of_Poetry_become_a_project_with_groups_extras_sources_and_indexes()
    {
        var (text, project) = Poetry(
            """
            [tool.poetry]
            name = "shop"
            version = "2.0"
            authors = ["Ann <ann@x.example>"]
            package-mode = false

            [tool.poetry.dependencies]
            python = "^3.10"
            old = [{version = "1.0", python = "<3.11"}, {version = "^2", python = ">=3.11"}]
            win = {version = "*", platform = "win32", extras = ["all"]}
            opt = {version = ">=3", optional = true}
            forge = {git = "https://x.example/forge", branch = "main"}
            near = {path = "../near", develop = true}
            inner = {version = "*", source = "house"}

            [tool.poetry.extras]
            more = ["opt"]

            [tool.poetry.group.docs.dependencies]
            sphinx = "~7.1"

            [tool.poetry.group.all]
            include-groups = ["docs"]

            [[tool.poetry.source]]
            name = "house"
            url = "https://ann:secret@house.example/simple"
            priority = "explicit"

            """
        );
        foreach (
            var line in (string[])
                [
                    "name = \"shop\"",
                    "requires-python = \">=3.10,<4\"",
                    "\"old==1.0 ; python_version < '3.11'\"",
                    "\"old>=2,<3 ; python_version >= '3.11'\"",
                    "\"win[all] ; sys_platform == 'win32'\"",
                    "\"opt>=3\"",
                    "\"sphinx>=7.1,<7.2\"",
                    "{ include-group = \"docs\" }",
                    "default-groups = [\"docs\", \"all\"]",
                    "forge = { git = \"https://x.example/forge\", branch = \"main\" }",
                    "near = { path = \"../near\", editable = true }",
                    "inner = { index = \"house\" }",
                    "url = \"https://house.example/simple\"",
                    "explicit = true",
                ]
        )
        {
            Assert.Contains(line, text, StringComparison.Ordinal);
        }

        Assert.Contains(project.Losses, loss => loss.ToString().Contains("credentials", StringComparison.Ordinal));
        Assert.DoesNotContain(project.Losses, loss => loss.ToString().Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void A_project_table_that_is_there_is_kept()
    {
        const string Manifest =
            "[project]\nname = \"kept\"\ndynamic = [\"version\"]\ndependencies = ['a>=1']  # mine\n\n[tool.poetry]\nname = \"other\"\nversion = \"9\"\n\n[tool.poetry.dependencies]\na = \"^5\"\npython = \">=3.10\"\n";
        var (text, _) = Poetry(Manifest, isWhole: true);
        Assert.Contains("name = \"kept\"\n", text, StringComparison.Ordinal);
        Assert.Contains("dependencies = ['a>=1']  # mine\n", text, StringComparison.Ordinal);
        Assert.Contains("requires-python = \">=3.10\"\n", text, StringComparison.Ordinal);
        Assert.Single(text.Split('\n'), line => line.StartsWith("version", StringComparison.Ordinal));
    }

    [Fact]
    public void Locks_give_versions_and_commits()
    {
        folder.Write("pyproject.toml", "[project]\nname = \"x\"\nversion = \"1\"\n");
        folder.Write(
            "uv.lock",
            """
            version = 1
            [[package]]
            name = "Amber"
            version = "1.5"
            source = { registry = "https://x.example/simple" }
            resolution-markers = ["sys_platform == 'win32'"]
            [[package]]
            name = "forge"
            version = "2"
            source = { git = "https://x.example/forge?branch=main#0123456789012345678901234567890123456789" }
            [[package]]
            name = "x"
            version = "1"
            source = { virtual = "." }
            """
        );
        var project = ImportReader.Read(folder.At("."), "uv.lock");
        Assert.Equal(["amber", "forge"], project.Pins.Select(pin => pin.Name.Value));
        Assert.Equal("main", project.Pins[1].Repository?.RequestedRevision);
        Assert.Equal("[project]\nname = \"x\"\nversion = \"1\"\n", Written(project));
    }

    [Fact]
    public void Scripts_sources_and_overrides_of_PDM_become_settings()
    {
        folder.Write(
            "pyproject.toml",
            """
            [project]
            name = "x"
            version = "1"

            [tool.pdm.dev-dependencies]
            test = ["amber>=1", "-e file:///${PROJECT_ROOT}/lib#egg=lib"]

            [tool.pdm.scripts]
            serve = "python -m x"
            all = {composite = ["serve"]}
            odd = {call = "x:main"}

            [tool.pdm.resolution.overrides]
            cobalt = "2.0"

            """
        );
        folder.Write("pdm.lock", "[[package]]\nname = \"amber\"\nversion = \"1.5\"\n");
        var project = ImportReader.Read(folder.At("."), file: null);
        var text = Written(project);
        foreach (
            var line in (string[])
                [
                    "\"amber>=1\"",
                    "lib = { path = \"lib\", editable = true }",
                    "serve = \"python -m x\"",
                    "override-dependencies = [\"cobalt==2.0\"]",
                ]
        )
        {
            Assert.Contains(line, text, StringComparison.Ordinal);
        }

        Assert.Contains(project.Losses, loss => loss.ToString().Contains("`odd`", StringComparison.Ordinal));
        Assert.Equal("1.5", Assert.Single(project.Pins).Version?.ToString());
    }

    [Fact]
    public void Files_of_pip_tools_become_dependencies_groups_and_constraints()
    {
        folder.Write("requirements.in", "--index-url https://x.example/simple\namber>=1\n-c limits.txt\n");
        folder.Write("limits.txt", "cobalt<3\n");
        folder.Write("requirements-dev.in", "-c requirements.txt\n-r requirements.in\npytest\n-e ./near\n");
        folder.Write("requirements.txt", "# autogenerated by pip-compile with Python 3.11\namber==1.5\n");
        folder.Write("MANIFEST.in", "include README\n");
        var project = ImportReader.Read(folder.At("."), file: null);
        var text = Written(project);
        foreach (
            var line in (string[])
                [
                    "requires-python = \">=3.11\"",
                    "\"amber>=1\"",
                    "dev = [\n    \"pytest\",\n]",
                    "constraint-dependencies = [\"cobalt<3\"]",
                    "default = true",
                ]
        )
        {
            Assert.Contains(line, text, StringComparison.Ordinal);
        }

        Assert.Contains("./near", Assert.Single(project.Losses).ToString(), StringComparison.Ordinal);
        Assert.Equal("amber", Assert.Single(project.Pins).Name.Value);
    }

    [Fact]
    public void Several_tools_need_a_name_and_nothing_is_no_project()
    {
        var nothing = Assert.Throws<KraitException>(() => ImportReader.Read(folder.At("."), file: null));
        Assert.Equal("nothing-to-import", nothing.Diagnostic.Code);
        folder.Write("Pipfile", "[packages]\namber = '*'\n");
        folder.Write("uv.lock", "version = 1\n");
        var several = Assert.Throws<KraitException>(() => ImportReader.Read(folder.At("."), file: null));
        Assert.Equal("ambiguous-import", several.Diagnostic.Code);
        Assert.Equal("Pipenv", ImportReader.Read(folder.At("."), "Pipfile").Tool);
    }

    [Theory]
    [InlineData("uv", 41)]
    [InlineData("poetry", 41)]
    [InlineData("pdm", 0)]
    [InlineData("pipenv", 39)]
    [InlineData("pip-tools", 35)]
    public void Real_projects_are_read_whole(string tool, int pins)
    {
        var shared = SharedFolder(tool);
        Assert.SkipWhen(shared is null, "the fixtures are not here");
        foreach (var file in Directory.GetFiles(shared).Where(file => !file.EndsWith("pylock.toml")))
            File.Copy(file, folder.At(Path.GetFileName(file)));
        var project = ImportReader.Read(folder.At("."), file: null);
        var text = Written(project);
        Assert.Equal(pins, project.Pins.Count(pin => pin.Name.Value is not "shop"));
        Assert.Empty(project.Losses);
        Assert.Contains("http://127.0.0.1:8640/simple", text, StringComparison.Ordinal);
        foreach (var requirement in (string[])["django>=4.2,<5", "celery[redis]", "whitenoise"])
            Assert.Contains($"\"{requirement}\"", text, StringComparison.Ordinal);
    }

    /// <summary>The folder of a tool in the fixtures beside the checkout; null where there are none.</summary>
    private static string? SharedFolder(string tool)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var path = Path.Combine(at.FullName, "shared", "imports", tool);
            if (Directory.Exists(path))
                return path;
        }

        return null;
    }

    private (string Text, ImportedProject Project) Poetry(string manifest, bool isWhole = false)
    {
        var hasTable = isWhole || manifest.Contains("[tool.poetry]", StringComparison.Ordinal);
        folder.Write("pyproject.toml", hasTable ? manifest : "[tool.poetry]\nname = \"x\"\n\n" + manifest);
        var project = ImportReader.Read(folder.At("."), file: null);
        return (Written(project), project);
    }

    private string Written(ImportedProject project)
    {
        var file = folder.At("pyproject.toml");
        return ImportedManifest.Write(File.Exists(file) ? File.ReadAllText(file) : "", project, "folder");
    }
}
