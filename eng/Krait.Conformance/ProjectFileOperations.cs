using Krait.Packaging.Lockfiles;
using Krait.Packaging.Manifests;
using Krait.Packaging.Toml;

namespace Krait.Conformance;

/// <summary>`groups.resolve`, `pylock.*`.</summary>
internal static class ProjectFileOperations
{
    public static Dictionary<string, Operation> All { get; } =
        new(StringComparer.Ordinal)
        {
            ["groups.resolve"] = ResolveGroups,
            ["pylock.valid"] = input => Pylock.TryParse(input.Text("toml"), "pylock.toml", out _, out _),
            ["pylock.select"] = Select,
        };

    private static JsonArray? ResolveGroups(JsonObject input)
    {
        if (!DependencyGroups.TryRead(document: null, ToToml(input["groups"]), out var groups, out _))
            return null;
        var resolved = groups.Resolve(input.Texts("names"), out var errors);
        return errors.IsEmpty ? Json.Array(resolved.Select(RequirementText.Of)) : null;
    }

    private static TomlValue ToToml(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                var table = new TomlTable();
                foreach (var (key, value) in members)
                    table.Add(key, ToToml(value));
                return table;
            case JsonArray items:
                return new TomlArray(items.Select(ToToml));
            case JsonValue value when value.TryGetValue<string>(out var text):
                return text;
            case JsonValue value when value.TryGetValue<bool>(out var truth):
                return truth;
            case JsonValue value when value.TryGetValue<long>(out var number):
                return number;
            default:
                return new TomlFloat(node?.GetValue<double>() ?? double.NaN);
        }
    }

    private static JsonArray? Select(JsonObject input)
    {
        if (!Pylock.TryParse(input.Text("toml"), "pylock.toml", out var pylock, out _))
            return null;
        var tags = input
            .Texts("tags")
            .Index()
            .DistinctBy(tag => tag.Item, StringComparer.Ordinal)
            .ToDictionary(tag => tag.Item, tag => tag.Index, StringComparer.Ordinal);
        var isSelected = pylock.TrySelect(
            MarkerOperations.EnvironmentOf((JsonObject)input["environment"]!),
            wheel => wheel.Tags.Select(tag => tags.TryGetValue(tag.ToString(), out var rank) ? rank : (int?)null).Min(),
            input["extras"] is null ? [] : [.. input.Texts("extras")],
            input["dependency_groups"] is null ? null : [.. input.Texts("dependency_groups")],
            out var selection,
            out _
        );
        return isSelected ? new JsonArray([.. selection.Select(Describe)]) : null;
    }

    private static JsonArray Describe(PylockChoice choice) =>
        choice switch
        {
            PylockChoice.FromVcs => new JsonArray(choice.Package.Name, "vcs", null),
            PylockChoice.FromFolder => new JsonArray(choice.Package.Name, "directory", null),
            PylockChoice.FromArchive => new JsonArray(choice.Package.Name, "archive", null),
            PylockChoice.FromSdist sdist => new JsonArray(choice.Package.Name, "sdist", sdist.File.FileName),
            PylockChoice.FromWheel wheel => new JsonArray(choice.Package.Name, "wheel", wheel.File.FileName),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
