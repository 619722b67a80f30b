using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Toml;

namespace Krait.Projects.Importing;

/// <summary>Writes what was imported into a manifest: what it says already stays, and only what is missing is added.</summary>
public static class ImportedManifest
{
    private static readonly string[] Dependencies = ["project", "dependencies"];

    /// <summary>The manifest with what was imported.</summary>
    /// <param name="text">The manifest as it is, which is TOML; empty where there is none.</param>
    /// <param name="project">What was imported.</param>
    /// <param name="folderName">The name of the directory, for a project without a name.</param>
    public static string Write(string text, ImportedProject project, string folderName)
    {
        var document = TomlDocument.Parse(WithProject(text, project, folderName));
        var before = new ManifestEditor(document);
        var known = before
            .Places()
            .ToDictionary(
                place => place,
                place => project.Requirements.Where(one => HasName(before, place, one.Text)).ToHashSet()
            );
        var manifest = new ManifestEditor(document);
        foreach (var one in project.Requirements)
        {
            if (!known.TryGetValue(one.Place, out var there) || !there.Contains(one))
                manifest.Put(one.Place, one.Text);
        }

        var editor = new TomlEditor(manifest.Document);
        foreach (var (group, included) in project.Includes)
        {
            SetMissing(editor, ["dependency-groups", group], new TomlArray([]));
            editor.TryAddToArray(["dependency-groups", group], new TomlTable().Add("include-group", included));
        }

        foreach (var (path, value) in project.Settings)
            SetMissing(editor, ["tool", manifest.Tool, .. path], value);
        WriteSources(editor, manifest, project);
        foreach (var index in project.Indexes.Where(index => !HasIndex(editor.Document, manifest.Tool, index)))
        {
            if (!editor.TryAddTable(["tool", manifest.Tool, "index"], index))
                editor.TryAddToArray(["tool", manifest.Tool, "index"], index);
        }

        return editor.Text;
    }

    private static bool HasName(ManifestEditor manifest, DependencyPlace place, string text) =>
        !manifest.Find(place, Packaging.Requirements.Requirement.Parse(text).Name).IsEmpty;

    private static bool HasIndex(TomlDocument document, string tool, TomlTable index) =>
        (document.Root.Find("tool", tool, "index") as TomlArray)
            ?.Items.OfType<TomlTable>()
            .Any(one => string.Equals(one.GetString("url"), index.GetString("url"), StringComparison.Ordinal)) == true;

    /// <summary>The manifest with a `[project]` table: the one that is there, completed, or a new one on top.</summary>
    private static string WithProject(string text, ImportedProject project, string folderName)
    {
        var known = TomlDocument.Parse(text).Root.GetTable("project");
        if (project.Fields.Count == 0 && project.Requirements.Count == 0)
            return text;
        var fields = project.Fields.ToList();
        if (!fields.Exists(field => field.Path is ["project", "version"]))
            fields.Insert(0, (["project", "version"], "0.1.0"));
        if (!fields.Exists(field => field.Path is ["project", "name"]))
            fields.Insert(0, (["project", "name"], NameOf(folderName)));
        if (known is null)
        {
            var lead = "[project]\n";
            var top = fields.Where(field => field.Path.Length == 2);
            foreach (var (path, value) in top.DistinctBy(field => field.Path[1], StringComparer.Ordinal))
                lead += new TomlWriter().Key(path[^1], value);
            lead += "dependencies = []\n";
            text = text.Trim().Length == 0 ? lead : $"{lead}\n{text}";
        }

        var editor = new TomlEditor(TomlDocument.Parse(text));
        var computed = known?.GetArray("dynamic")?.AsStrings() ?? [];
        foreach (var (path, value) in fields.Where(field => !computed.Contains(field.Path[1], StringComparer.Ordinal)))
            SetMissing(editor, path, value);
        if (!computed.Contains("dependencies", StringComparer.Ordinal))
            SetMissing(editor, Dependencies, new TomlArray([]));
        return editor.Text;
    }

    private static string NameOf(string folderName) =>
        PackageName.TryParse(folderName, out var name, out _) ? name.Value : "project";

    private static void WriteSources(TomlEditor editor, ManifestEditor manifest, ImportedProject project)
    {
        foreach (var group in project.Sources.GroupBy(one => one.Name))
        {
            if (manifest.HasSource(group.Key))
                continue;
            var tables = group
                .Select(one => one.Source)
                .DistinctBy(table => table.ToString(), StringComparer.Ordinal)
                .ToList();
            TomlValue value = tables.Count == 1 ? tables[0] : new TomlArray(tables);
            editor.TrySet(["tool", manifest.Tool, "sources", group.Key.Value], value);
        }
    }

    private static void SetMissing(TomlEditor editor, string[] path, TomlValue value)
    {
        if (editor.Document.Root.Find(path) is null)
            editor.TrySet(path, value);
    }
}
