using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Manifests;

/// <summary>Reads the standard tables of a pyproject.toml, and collects what is wrong with them.</summary>
/// <param name="document">The document.</param>
internal sealed class PyProjectReader(TomlDocument document)
{
    private readonly ImmutableArray<Diagnostic>.Builder errors = ImmutableArray.CreateBuilder<Diagnostic>();

    public ImmutableArray<Diagnostic> Errors => errors.ToImmutable();

    public PyProject Read()
    {
        var project = Table(document.Root, "project");
        var dynamic = project is null ? [] : Strings(project, "dynamic", "project.dynamic");
        var nameText = project is null ? null : Text(project, "name", "project.name");
        return new PyProject(document)
        {
            HasProjectTable = project is not null,
            NameText = nameText,
            Name = project is null ? null : ReadName(project, nameText),
            Version = project is null ? null : ReadVersion(project, dynamic),
            RequiresPython = project is null ? null : ReadRequiresPython(project, dynamic),
            Dependencies = project is null ? [] : ReadDependencies(project, dynamic),
            OptionalDependencies = project is null ? [] : ReadExtras(project, dynamic),
            Dynamic = dynamic,
            Groups = ReadGroups(),
            BuildSystem = ReadBuildSystem(),
        };
    }

    private PackageName? ReadName(TomlTable project, string? text)
    {
        if (text is null)
        {
            if (!project.ContainsKey("name"))
                Fail(project, "`project.name` is missing");
            return null;
        }

        if (PackageName.TryParse(text, out var name, out var error))
            return name;
        Fail(project["name"]!, "`project.name` is not a name", error); // it has a text
        return null;
    }

    private Version? ReadVersion(TomlTable project, ImmutableArray<string> dynamic)
    {
        var isDynamic = CheckDynamic(project, dynamic, "version");
        if (Text(project, "version", "project.version") is not { } text)
        {
            if (!isDynamic && !project.ContainsKey("version"))
                Fail(project, "`project.version` is missing and not dynamic");
            return null;
        }

        if (Version.TryParse(text, out var version, out var error))
            return version;
        Fail(project["version"]!, "`project.version` is not a version", error); // it has a text
        return null;
    }

    private SpecifierSet? ReadRequiresPython(TomlTable project, ImmutableArray<string> dynamic)
    {
        CheckDynamic(project, dynamic, "requires-python");
        if (Text(project, "requires-python", "project.requires-python") is not { } text)
            return null;
        if (SpecifierSet.TryParse(text, out var specifiers, out var error))
            return specifiers;
        Fail(project["requires-python"]!, "`project.requires-python` is not a version specifier", error); // it has a text
        return null;
    }

    private ImmutableArray<StatedRequirement> ReadDependencies(TomlTable project, ImmutableArray<string> dynamic)
    {
        CheckDynamic(project, dynamic, "dependencies");
        return project["dependencies"] is { } value ? Requirements(value, "project.dependencies") : [];
    }

    private ImmutableArray<KeyValuePair<ExtraName, ImmutableArray<StatedRequirement>>> ReadExtras(
        TomlTable project,
        ImmutableArray<string> dynamic
    )
    {
        CheckDynamic(project, dynamic, "optional-dependencies");
        var extras = ImmutableArray.CreateBuilder<KeyValuePair<ExtraName, ImmutableArray<StatedRequirement>>>();
        var names = new HashSet<ExtraName>();
        foreach (var entry in Table(project, "optional-dependencies", "project.optional-dependencies")?.Entries ?? [])
        {
            var requirements = Requirements(entry.Value, $"project.optional-dependencies.{entry.Key}");
            if (!ExtraName.TryParse(entry.Key, out var name, out var error))
                Fail(entry.Value, $"`{PythonText.Printable(entry.Key)}` is not the name of an extra", error);
            else if (!names.Add(name))
                Fail(entry.Value, $"the extra `{name}` is defined more than once");
            else
                extras.Add(new(name, requirements));
        }

        return extras.DrainToImmutable();
    }

    /// <summary>A field is either stated or dynamic.</summary>
    private bool CheckDynamic(TomlTable project, ImmutableArray<string> dynamic, string field)
    {
        var isDynamic = dynamic.Contains(field, StringComparer.Ordinal);
        if (isDynamic && project[field] is { } value)
            Fail(value, $"`project.{field}` is stated and dynamic at once");
        return isDynamic;
    }

    private DependencyGroups ReadGroups()
    {
        if (document.Root["dependency-groups"] is not { } table)
            return DependencyGroups.None;
        if (!DependencyGroups.TryRead(document, table, out var groups, out var errors))
            this.errors.AddRange(errors);
        return groups;
    }

    private BuildSystem? ReadBuildSystem()
    {
        if (Table(document.Root, "build-system") is not { } table)
            return null;
        ImmutableArray<StatedRequirement> requires = [];
        if (table["requires"] is { } value)
            requires = Requirements(value, "build-system.requires");
        else
            Fail(table, "`build-system.requires` is missing");
        return new BuildSystem(
            requires,
            Text(table, "build-backend", "build-system.build-backend"),
            Strings(table, "backend-path", "build-system.backend-path")
        );
    }

    private ImmutableArray<StatedRequirement> Requirements(TomlValue value, string path)
    {
        if (value is not TomlArray array)
        {
            Fail(value, $"`{path}` is {value.KindInWords}, not an array");
            return [];
        }

        var requirements = ImmutableArray.CreateBuilder<StatedRequirement>(array.Count);
        foreach (var item in array.Items)
        {
            if (item is not TomlString text)
                Fail(item, $"`{path}` has {item.KindInWords} where a requirement is expected");
            else if (!Requirement.TryParse(text.Value, out var requirement, out var error))
                Fail(item, $"`{PythonText.Printable(text.Value)}` in `{path}` is not a requirement", error);
            else
                requirements.Add(new StatedRequirement(requirement, text.Value, document.LineOf(item.Start)));
        }

        return requirements.DrainToImmutable();
    }

    private ImmutableArray<string> Strings(TomlTable table, string key, string path)
    {
        if (table[key] is not { } value)
            return [];
        if (value.AsArray?.AsStrings() is { } strings)
            return strings;
        Fail(value, $"`{path}` is not an array of strings");
        return [];
    }

    private string? Text(TomlTable table, string key, string path)
    {
        var value = table[key];
        if (value is not null and not TomlString)
            Fail(value, $"`{path}` is {value.KindInWords}, not a string");
        return value?.AsString;
    }

    private TomlTable? Table(TomlTable parent, string key, string? path = null)
    {
        var value = parent[key];
        if (value is not null and not TomlTable)
            Fail(value, $"`{path ?? key}` is {value.KindInWords}, not a table");
        return value?.AsTable;
    }

    private void Fail(TomlValue value, string message, Diagnostic? cause = null) =>
        errors.Add(document.Error("invalid-pyproject", value, message) with { Cause = cause });
}
