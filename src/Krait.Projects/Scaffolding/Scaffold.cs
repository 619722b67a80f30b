using System.Collections.Immutable;
using Krait.Packaging.Toml;

namespace Krait.Projects.Scaffolding;

/// <summary>Draws up the files of a new project; nothing is written here.</summary>
public static class Scaffold
{
    private const string IgnoredFiles = """
        # Files that Python makes
        __pycache__/
        *.py[oc]
        build/
        dist/
        wheels/
        *.egg-info

        # Virtual environments
        .venv

        """;

    /// <summary>The files, the manifest first.</summary>
    public static ImmutableArray<ScaffoldFile> Create(ScaffoldRequest request)
    {
        var files = ImmutableArray.CreateBuilder<ScaffoldFile>();
        files.Add(new ScaffoldFile("pyproject.toml", Manifest(request)));
        if (request.HasReadme)
            files.Add(new ScaffoldFile("README.md", Readme(request)));
        if (request.PinnedPython is { } version)
            files.Add(new ScaffoldFile(".python-version", version + "\n"));
        if (request.HasIgnoreFile)
            files.Add(new ScaffoldFile(".gitignore", IgnoredFiles));
        if (!request.IsBare)
            AddModules(files, request);
        return files.ToImmutable();
    }

    /// <summary>A new script with metadata.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="requiresPython">The Python versions that it is for.</param>
    public static string Script(string name, string requiresPython) =>
        ScriptBlock(requiresPython) + $"\n\n{Main($"Hello from {name}!")}";

    /// <summary>The metadata of a new script by itself.</summary>
    public static string ScriptBlock(string requiresPython) =>
        Packaging.Manifests.ScriptMetadata.NewBlock(ScriptToml(requiresPython));

    /// <summary>The TOML of a new script.</summary>
    public static string ScriptToml(string requiresPython) =>
        new TomlWriter().Key("requires-python", requiresPython).Key("dependencies", new TomlArray([])).ToString();

    private static string Manifest(ScaffoldRequest request)
    {
        var text = new TomlWriter().Table("project").Key("name", request.Name.Value).Key("version", "0.1.0");
        if (request.Description is { } description)
            text.Key("description", description);
        if (request.HasReadme)
            text.Key("readme", "README.md");
        if (request.Author is { } author)
            text.Lines("authors", [Author(author)]);
        text.Key("requires-python", request.RequiresPython).Key("dependencies", new TomlArray([]));
        if (request.Backend is not { } backend)
            return text.ToString();
        if (!request.IsBare && !request.IsLibrary)
            text.Table("project", "scripts").Key(request.Name.Value, $"{request.Module}:main");
        AddBackendTables(text, backend, request);
        return text.Table("build-system")
            .Key("requires", TomlArray.OfStrings(backend.Requirements))
            .Key("build-backend", backend.Module)
            .ToString();
    }

    private static void AddBackendTables(TomlWriter text, BuildBackend backend, ScaffoldRequest request)
    {
        if (request.IsBare || !backend.Compiles)
            return;
        string[] sources;
        if (backend.Name is "maturin")
        {
            sources = ["pyproject.toml", "src/**/*.rs", "Cargo.toml", "Cargo.lock"];
            text.Table("tool", "maturin")
                .Key("module-name", $"{request.Module}._core")
                .Key("python-packages", TomlArray.OfStrings([request.Module]))
                .Key("python-source", "src");
        }
        else
        {
            sources = ["pyproject.toml", "src/**/*.{h,c,hpp,cpp}", "CMakeLists.txt"];
            text.Table("tool", "scikit-build")
                .Key("minimum-version", "build-system.requires")
                .Key("build-dir", "build/{wheel_tag}");
        }

        // What has changed when the project has to be built again.
        var keys = sources.Select(source => (TomlValue)new TomlTable().Add("file", source));
        text.Table("tool", "krait").Key("cache-keys", new TomlArray(keys));
    }

    private static TomlTable Author(ScaffoldAuthor author)
    {
        var table = new TomlTable();
        if (author.Name is { } name)
            table.Add("name", name);
        if (author.Email is { } email)
            table.Add("email", email);
        return table;
    }

    private static string Readme(ScaffoldRequest request) =>
        request.Description is { } description ? $"# {request.Name}\n\n{description}\n" : $"# {request.Name}\n";

    private static void AddModules(ImmutableArray<ScaffoldFile>.Builder files, ScaffoldRequest request)
    {
        var greeting = $"Hello from {request.Name}!";
        if (request.Backend is not { } backend)
        {
            files.Add(new ScaffoldFile("main.py", Main(greeting)));
            return;
        }

        var folder = $"src/{request.Module}";
        if (backend.Compiles)
        {
            files.AddRange(ExtensionTemplate.Create(request, greeting));
        }
        else
        {
            var function = request.IsLibrary
                ? $"def hello() -> str:\n    return \"{greeting}\"\n"
                : $"def main() -> None:\n    print(\"{greeting}\")\n";
            files.Add(new ScaffoldFile($"{folder}/__init__.py", function));
        }

        if (request.IsLibrary)
            files.Add(new ScaffoldFile($"{folder}/py.typed", ""));
    }

    private static string Main(string greeting) =>
        $"""
            def main() -> None:
                print("{greeting}")


            if __name__ == "__main__":
                main()

            """;
}
