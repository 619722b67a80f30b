using Krait.Packaging.Names;
using Krait.Packaging.Toml;

namespace Krait.Packaging.Manifests;

/// <content>The tables of ours: sources, indexes, members of a workspace. They are written to `[tool.krait]`, or to `[tool.uv]` where only that is used.</content>
public sealed partial class ManifestEditor
{
    /// <summary>The name of the table that holds the settings: `krait`, unless only `uv` is there.</summary>
    public string Tool =>
        Document.Root.Find("tool", "krait") is null && Document.Root.Find("tool", "uv") is TomlTable ? "uv" : "krait";

    /// <summary>Sets where a package comes from (`{ path = "…" }`, `{ index = "…" }`).</summary>
    public void SetSource(PackageName name, TomlTable source)
    {
        var path = Below(["tool", Tool, "sources"], name.Value);
        if (
            Document.Root.Find(path) is TomlTable existing
            && string.Equals(existing.ToString(), source.ToString(), StringComparison.Ordinal)
        )
        {
            return;
        }

        if (!editor.TrySet(path, source))
        {
            editor.TryRemove(path);
            editor.TrySet(path, source);
        }
    }

    /// <summary>Whether the manifest says where a package comes from.</summary>
    public bool HasSource(PackageName name) =>
        Document.Root.Find(Below(["tool", Tool, "sources"], name.Value)) is not null;

    /// <summary>
    /// Removes what says where a package comes from, if the manifest does not require it any more; with it an explicit index that no other
    /// source names.
    /// </summary>
    public void RemoveUnusedSource(PackageName name)
    {
        var path = Below(["tool", Tool, "sources"], name.Value);
        if (!PlacesOf(name).IsEmpty || Document.Root.Find(path) is not { } source)
            return;
        var indexes = Tables(source).Select(table => table.GetString("index")).OfType<string>().ToList();
        RemoveWithEmptyTables(path);
        foreach (var index in indexes)
            RemoveUnusedIndex(index);
    }

    /// <summary>Records an index, before all others; one of the same name or URL is changed in place.</summary>
    /// <param name="name">Its name; null for one without.</param>
    /// <param name="url">Its URL.</param>
    /// <param name="isDefault">Whether it takes the place of the public index.</param>
    public void PutIndex(string? name, string url, bool isDefault)
    {
        string[] path = ["tool", Tool, "index"];
        var known = (Document.Root.Find(path) as TomlArray)?.Items ?? [];
        for (var i = 0; i < known.Count; i++)
        {
            if (known[i] is not TomlTable table || !IsSame(table, name, url))
                continue;
            if (string.Equals(table.GetString("url"), url, StringComparison.Ordinal))
                return;
            // The index keeps what else is said about it.
            Reindex(path, i, url);
            return;
        }

        var added = new TomlTable();
        if (name is not null)
            added.Add("name", name);
        added.Add("url", url);
        if (isDefault)
            added.Add("default", value: true);
        if (!editor.TryAddTable(path, added, isFirst: true))
            editor.TryAddToArray(path, added);
    }

    /// <summary>Adds constraints to those of the settings (`constraint-dependencies`).</summary>
    public void AddConstraints(IEnumerable<string> constraints)
    {
        string[] path = ["tool", Tool, "constraint-dependencies"];
        if (Document.Root.Find(path) is null)
            editor.TrySet(path, new TomlArray([]));
        foreach (var constraint in constraints)
            editor.TryAddToArray(path, constraint);
    }

    /// <summary>Adds a directory to the members of the workspace, which begins to be one where it is none yet.</summary>
    public void AddMember(string member)
    {
        string[] path = ["tool", Tool, "workspace", "members"];
        if (Document.Root.Find(path) is null)
            editor.TrySet(path, new TomlArray([]));
        editor.TryAddToArray(path, member, StringComparer.Ordinal);
    }

    private static bool IsSame(TomlTable table, string? name, string url) =>
        name is null
            ? string.Equals(table.GetString("url"), url, StringComparison.Ordinal)
            : string.Equals(table.GetString("name"), name, StringComparison.Ordinal);

    private void Reindex(string[] path, int index, string url)
    {
        if (Document.Root.Find(path) is TomlArray { IsArrayOfTables: true } tables)
        {
            editor.TrySetInTable((TomlTable)tables[index], "url", url); // checked before
            return;
        }

        var old = (TomlTable)((TomlArray)Document.Root.Find(path)!)[index]; // checked before
        var changed = new TomlTable();
        foreach (var entry in old.Entries)
            changed.Add(entry.Key, entry.Key is "url" ? url : entry.Value);
        editor.TryReplaceInArray(path, index, changed);
    }

    private void RemoveUnusedIndex(string name)
    {
        var used =
            (Document.Root.Find("tool", Tool, "sources") as TomlTable)?.Entries.Any(entry =>
                Tables(entry.Value)
                    .Any(table => string.Equals(table.GetString("index"), name, StringComparison.Ordinal))
            )
            ?? false;
        string[] path = ["tool", Tool, "index"];
        if (used || Document.Root.Find(path) is not TomlArray indexes)
            return;
        for (var i = indexes.Count - 1; i >= 0; i--)
        {
            if (
                indexes[i] is TomlTable table
                && string.Equals(table.GetString("name"), name, StringComparison.Ordinal)
                && table.GetBoolean("explicit") == true
            )
            {
                editor.TryRemoveFromArray(path, i);
            }
        }

        if (Document.Root.Find(path) is TomlArray { Count: 0 })
            RemoveWithEmptyTables(path);
    }

    /// <summary>Whether the file refers to an extra or a group by its name, so that it has to exist.</summary>
    private bool IsReferred(DependencyPlace place, ExtraName name)
    {
        var kind = place.Kind is DependencyKind.Extra ? "extra" : "group";
        if (Refers(Document.Root.Find("tool", Tool), kind, name.Value))
            return true;
        if (place.Kind is DependencyKind.Group)
            return Refers(Document.Root.Find("dependency-groups"), "include-group", name.Value);
        var self = Document.Root.Find("project", "name")?.AsString;
        return PackageName.TryParse(self, out var own, out _)
            && Places().SelectMany(one => Find(one, own)).Any(one => one.Requirement.Extras.Contains(name));
    }

    private static bool Refers(TomlValue? value, string kind, string name)
    {
        switch (value)
        {
            case TomlArray array:
                return array.Items.Any(item => Refers(item, kind, name));
            case TomlTable table:
                return table.Entries.Any(entry =>
                    (
                        entry.Value is TomlString text
                        && string.Equals(entry.Key, kind, StringComparison.Ordinal)
                        && IsName(text.Value, name)
                    )
                    || (entry.Key is "default-groups" && kind is "group" && Lists(entry.Value, name))
                    || (entry.Key is "dependency-groups" && kind is "group" && HasKey(entry.Value, name))
                    || Refers(entry.Value, kind, name)
                );
            default:
                return false;
        }
    }

    private static bool Lists(TomlValue value, string name) =>
        value is TomlArray array && array.Items.Any(item => item.AsString is { } text && IsName(text, name));

    private static bool HasKey(TomlValue value, string name) =>
        value is TomlTable table && table.Keys.Any(key => IsName(key, name));

    private static bool IsName(string text, string name) =>
        string.Equals(NameNormalization.Normalize(text), name, StringComparison.Ordinal);

    private static IEnumerable<TomlTable> Tables(TomlValue value) =>
        value is TomlArray array ? array.Items.OfType<TomlTable>()
        : value is TomlTable table ? [table]
        : [];
}
