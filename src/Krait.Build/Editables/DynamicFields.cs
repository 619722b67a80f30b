using System.Collections.Immutable;
using Krait.Packaging.Toml;

namespace Krait.Build.Editables;

/// <summary>
/// What the metadata of a project depends on besides its pyproject.toml, as far as the settings of well-known backends tell: files with
/// the version or the dependencies, or the tags of the repository.
/// </summary>
internal static class DynamicFields
{
    /// <summary>Backends and plugins that take the version from the repository.</summary>
    private static readonly string[] VersionTools =
    [
        "setuptools-scm",
        "setuptools_scm",
        "vcs-versioning",
        "hatch-vcs",
        "versioneer",
        "versioningit",
        "setuptools-git-versioning",
        "poetry-dynamic-versioning",
        "dunamai",
        "uv-dynamic-versioning",
        "pbr",
    ];

    /// <summary>What counts for every project.</summary>
    public static ImmutableArray<string> UsualFiles { get; } = ["pyproject.toml", "setup.py", "setup.cfg"];

    private static readonly string[] SetupFiles =
    [
        "setup.py",
        "setup.cfg",
        "requirements*.txt",
        "requirements/*.txt",
        "VERSION",
        "version.txt",
        "VERSION.txt",
        "README*",
        "*/__init__.py",
        "*/__about__.py",
        "*/_version.py",
        "*/version.py",
        "src/*/__init__.py",
        "src/*/__about__.py",
        "src/*/_version.py",
        "src/*/version.py",
    ];

    /// <summary>What counts for a project without settings of its own.</summary>
    /// <param name="root">Its pyproject.toml; null where it has none.</param>
    public static CacheKeys Find(TomlTable? root)
    {
        var keys = new CacheKeys { Files = UsualFiles, Folders = ["src"] };
        var project = root?.GetTable("project");
        if (root is null || project is null)
            keys = Add(keys, SetupFiles);
        var dynamic = project?.GetArray("dynamic")?.AsStrings() ?? [];
        if (root is null)
            return keys;
        if (project is not null && dynamic.IsEmpty)
            return keys;
        keys = AddSetuptools(keys, root.Find("tool", "setuptools", "dynamic")?.AsTable);
        keys = Add(keys, Text(root, "tool", "hatch", "version", "path"));
        keys = Add(keys, Text(root, "tool", "pdm", "version", "path"));
        if (UsesRepository(root))
            keys = keys with { HasCommit = true, HasTags = true };
        if (
            Text(root, "build-system", "build-backend") is { } backend
            && backend.StartsWith("flit_core", StringComparison.Ordinal)
        )
        {
            keys = AddModule(
                keys,
                Text(root, "tool", "flit", "module", "name") ?? project?.GetString("name")?.Replace('-', '_')
            );
        }

        return keys;
    }

    private static CacheKeys AddSetuptools(CacheKeys keys, TomlTable? dynamic)
    {
        foreach (var entry in dynamic?.Entries ?? [])
        {
            foreach (var value in Values(entry.Value))
            {
                if (value.AsTable?["file"] is { } file)
                    keys = Add(keys, file.AsArray?.AsStrings() is { } several ? [.. several] : [file.AsString]);
                if (
                    value.AsTable?.GetString("attr") is { } attribute
                    && attribute.Contains('.', StringComparison.Ordinal)
                )
                {
                    keys = AddModule(keys, attribute[..attribute.LastIndexOf('.')].Replace('.', '/'));
                }
            }
        }

        return keys;
    }

    /// <summary>A field's table, or the tables of the extras below it.</summary>
    private static IEnumerable<TomlValue> Values(TomlValue value)
    {
        yield return value;
        foreach (var entry in value.AsTable?.Entries ?? [])
            yield return entry.Value;
    }

    private static bool UsesRepository(TomlTable root)
    {
        var requires = root.GetTable("build-system")?.GetArray("requires")?.AsStrings() ?? [];
        return requires.Any(text => VersionTools.Any(tool => text.StartsWith(tool, StringComparison.OrdinalIgnoreCase)))
            || Text(root, "tool", "hatch", "version", "source") is "vcs"
            || Text(root, "tool", "pdm", "version", "source") is "scm"
            || root.Find("tool", "setuptools_scm") is not null;
    }

    private static CacheKeys AddModule(CacheKeys keys, string? module) =>
        module is null
            ? keys
            : Add(keys, [$"{module}.py", $"{module}/__init__.py", $"src/{module}.py", $"src/{module}/__init__.py"]);

    private static CacheKeys Add(CacheKeys keys, params IEnumerable<string?> files) =>
        keys with
        {
            Files =
            [
                .. keys.Files,
                .. files.OfType<string>().Where(file => !keys.Files.Contains(file, StringComparer.Ordinal)),
            ],
        };

    private static string? Text(TomlTable root, params ReadOnlySpan<string> path) => root.Find(path)?.AsString;
}
