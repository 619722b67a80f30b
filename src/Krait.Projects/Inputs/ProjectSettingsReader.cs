using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;
using Krait.Resolver.Forking;

namespace Krait.Projects.Inputs;

/// <summary>Reads the tool table of a project file. All mistakes come out together.</summary>
internal sealed class ProjectSettingsReader
{
    private readonly string file;
    private readonly List<Diagnostic> errors = [];

    private ProjectSettingsReader(string file) => this.file = file;

    /// <summary>Reads the table.</summary>
    /// <param name="table">`[tool.krait]` or `[tool.uv]`.</param>
    /// <param name="file">The file as the user named it.</param>
    /// <param name="project">The project's name, which conflicts that name no package are about.</param>
    public static (ProjectSettings Settings, ImmutableArray<Diagnostic> Errors) Read(
        TomlTable table,
        string file,
        PackageName? project
    )
    {
        var reader = new ProjectSettingsReader(file);
        var settings = new ProjectSettings
        {
            Environments = reader.Markers(table, "environments"),
            RequiredEnvironments = reader.Markers(table, "required-environments"),
            Conflicts = reader.Conflicts(table, project),
            Constraints = reader.Limits(table, "constraint-dependencies"),
            Overrides = reader.Limits(table, "override-dependencies"),
            Excludes = reader.Texts(table, "exclude-dependencies"),
        };
        return (settings, [.. reader.errors]);
    }

    private ImmutableArray<string> Texts(TomlTable table, string key)
    {
        if (table[key] is not { } value)
            return [];
        if (value.AsString is { } single)
            return [single];
        if (value.AsArray?.AsStrings() is { } texts)
            return texts;
        errors.Add(new Diagnostic("invalid-setting", $"`{key}` is {value.KindInWords}, not a list of texts").In(file));
        return [];
    }

    private ImmutableArray<Marker> Markers(TomlTable table, string key)
    {
        var markers = ImmutableArray.CreateBuilder<Marker>();
        foreach (var text in Texts(table, key))
        {
            if (Marker.TryParse(text, out var marker, out var error))
                markers.Add(marker);
            else
                errors.Add(error.In(file));
        }
        return markers.ToImmutable();
    }

    private ImmutableArray<Limit> Limits(TomlTable table, string key)
    {
        var limits = ImmutableArray.CreateBuilder<Limit>();
        foreach (var text in Texts(table, key))
        {
            if (Requirement.TryParse(text, out var requirement, out var error))
                limits.Add(new Limit(requirement, file));
            else
                errors.Add(error.In(file));
        }
        return limits.ToImmutable();
    }

    /// <summary>`conflicts = [[{ extra = "cpu" }, { extra = "gpu" }]]`</summary>
    private ImmutableArray<ConflictSet> Conflicts(TomlTable table, PackageName? project)
    {
        var sets = ImmutableArray.CreateBuilder<ConflictSet>();
        foreach (var set in table.GetArray("conflicts")?.Items ?? [])
        {
            var items = (set.AsArray?.Items ?? [])
                .Select(item => Item(item.AsTable, project))
                .OfType<ConflictItem>()
                .ToImmutableArray();
            if (items.Length > 1)
            {
                sets.Add(new ConflictSet(items));
            }
            else
            {
                errors.Add(
                    new Diagnostic(
                        "invalid-setting",
                        "each entry of `conflicts` is a list of at least two extras or groups"
                    ).In(file)
                );
            }
        }
        return sets.ToImmutable();
    }

    private static ConflictItem? Item(TomlTable? item, PackageName? project)
    {
        var package =
            item?.GetString("package") is { } text && PackageName.TryParse(text, out var named, out _)
                ? named
                : project;
        var (name, isGroup) = item?.GetString("extra") is { } extra ? (extra, false) : (item?.GetString("group"), true);
        return package is not null && name is not null && ExtraName.TryParse(name, out var parsed, out _)
            ? new ConflictItem(package, parsed, isGroup)
            : null;
    }
}
