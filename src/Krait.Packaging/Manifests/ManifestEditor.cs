using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Toml;

namespace Krait.Packaging.Manifests;

/// <summary>
/// Changes what a manifest requires, and keeps everything else as its author wrote it: a `pyproject.toml`, or the metadata of a script.
/// </summary>
public sealed partial class ManifestEditor
{
    private readonly TomlEditor editor;
    private readonly bool isScript;

    /// <summary>Starts from a document.</summary>
    /// <param name="document">The `pyproject.toml`, or the TOML of a script's block.</param>
    /// <param name="isScript">Whether it is that of a script, whose keys are at the top.</param>
    public ManifestEditor(TomlDocument document, bool isScript = false)
    {
        editor = new TomlEditor(document);
        this.isScript = isScript;
    }

    /// <summary>The document as it is now.</summary>
    public TomlDocument Document => editor.Document;

    /// <summary>The text as it is now.</summary>
    public string Text => editor.Text;

    /// <summary>The texts of a list that read as requirements on a package, with their places.</summary>
    public ImmutableArray<WrittenRequirement> Find(DependencyPlace place, PackageName name) =>
        [.. RequirementsOf(PathOf(place)).Where(one => one.Requirement.Name == name)];

    /// <summary>The lists that require a package.</summary>
    public ImmutableArray<DependencyPlace> PlacesOf(PackageName name) =>
        [.. Places().Where(place => !Find(place, name).IsEmpty)];

    /// <summary>All lists of the manifest.</summary>
    public IEnumerable<DependencyPlace> Places()
    {
        yield return DependencyPlace.Main;
        if (!isScript)
        {
            foreach (var name in NamesIn("project", "optional-dependencies"))
                yield return DependencyPlace.OfExtra(name);
            foreach (var name in NamesIn("dependency-groups"))
                yield return DependencyPlace.OfGroup(name);
        }
    }

    /// <summary>
    /// Adds a requirement to a list, or changes the one that is there: its extras grow, its versions and its marker are replaced where the
    /// new one states some. Another marker makes it another requirement.
    /// </summary>
    /// <param name="place">The list; it is created where there is none.</param>
    /// <param name="text">The requirement as the user wrote it.</param>
    /// <param name="dropsVersions">Whether versions and URLs that are written go: where the package comes from is stated in another way.</param>
    /// <returns>What was done, and the requirement as it is written now.</returns>
    /// <exception cref="KraitException">Several requirements in the list could be meant (unusable input).</exception>
    public ManifestChange Put(DependencyPlace place, string text, bool dropsVersions = false)
    {
        var parts = RequirementParts.Of(text);
        var requirement = Requirement.Parse(text);
        var path = PathOf(place);
        var same = RequirementsOf(path)
            .Where(one => one.Requirement.Name == requirement.Name && IsUpdated(one.Requirement, requirement))
            .ToList();
        if (same.Count > 1)
            throw Ambiguous(place, requirement.Name, same);
        if (same.Count == 0)
        {
            var written = dropsVersions ? parts.WithVersions("") : parts;
            Insert(path, written.ToString());
            return new ManifestChange(ManifestChangeKind.Added, written.ToString());
        }

        var (index, old, existing) = same[0];
        var merged = Merge(RequirementParts.Of(old), existing, parts, requirement, dropsVersions).ToString();
        if (string.Equals(merged, old.Trim(), StringComparison.Ordinal))
            return new ManifestChange(ManifestChangeKind.Unchanged, merged);
        editor.TryReplaceInArray(path, index, merged);
        return new ManifestChange(ManifestChangeKind.Updated, merged);
    }

    /// <summary>Gives a requirement that states no versions some, in the way in which the list writes them.</summary>
    public void SetVersions(DependencyPlace place, string written, string versions)
    {
        var path = PathOf(place);
        var all = RequirementsOf(path);
        if (all.FirstOrDefault(one => string.Equals(one.Text, written, StringComparison.Ordinal)) is not { } found)
            return;
        var others = all.Select(one => RequirementParts.Of(one.Text))
            .Where(parts => parts is { HasUrl: false, Versions.Length: > 0 })
            .ToList();
        // `name >= 1` rather than `name>=1`, if that is how all others are written.
        if (others.Count > 0 && others.TrueForAll(parts => parts.Versions[0] == ' ' && IsSpaced(parts.Versions)))
            versions = Spaced(versions);
        editor.TryReplaceInArray(path, found.Index, RequirementParts.Of(written).WithVersions(versions).ToString());
    }

    /// <summary>Gives a requirement other versions, spaced as its own are; its name, extras, marker and comment stay.</summary>
    /// <param name="place">The list.</param>
    /// <param name="index">The place in the list.</param>
    /// <param name="versions">The versions; empty for none.</param>
    /// <returns>The requirement as it is written now; null where there is none.</returns>
    public string? ReplaceVersions(DependencyPlace place, int index, string versions)
    {
        var path = PathOf(place);
        if (RequirementsOf(path).FirstOrDefault(one => one.Index == index) is not { } found)
            return null;
        var parts = RequirementParts.Of(found.Text);
        var old = parts.Versions;
        var isSpaced = old.AsSpan().TrimStart().IndexOf(' ') is > 0 and <= 3;
        var text =
            versions.Length == 0 ? ""
            : isSpaced ? Spaced(versions).TrimStart()
            : old.Contains(", ", StringComparison.Ordinal) ? versions.Replace(",", ", ", StringComparison.Ordinal)
            : versions;
        var lead = old.Length > 0 && old[0] == ' ' && text.Length > 0 ? " " : "";
        var written = parts.WithVersions(lead + text).ToString();
        editor.TryReplaceInArray(path, index, written);
        return written;
    }

    /// <summary>The requirements of a list, with their places.</summary>
    public ImmutableArray<WrittenRequirement> All(DependencyPlace place) => [.. RequirementsOf(PathOf(place))];

    /// <summary>
    /// Removes all requirements on a package from a list, with their comments. An extra or a group that is empty then goes, unless something
    /// in the file refers to it.
    /// </summary>
    /// <returns>How many there were.</returns>
    public int Remove(DependencyPlace place, PackageName name)
    {
        var path = PathOf(place);
        var found = Find(place, name);
        foreach (var one in found.Reverse())
            editor.TryRemoveFromArray(path, one.Index, comment => Mentions(comment, name));
        if (found.IsEmpty)
            return 0;
        if (place.Name is { } list && Document.Root.Find(path) is TomlArray { Count: 0 } && !IsReferred(place, list))
            RemoveWithEmptyTables(path);
        return found.Length;
    }

    /// <summary>Sets `project.version`; it keeps its quotes and its comment.</summary>
    public bool TrySetVersion(Versions.Version version) => editor.TrySet(["project", "version"], version.ToString());

    /// <summary>Sets the Python versions that the project or script is for.</summary>
    public bool TrySetRequiresPython(string specifiers) =>
        editor.TrySet(isScript ? ["requires-python"] : ["project", "requires-python"], specifiers);

    private static bool IsUpdated(Requirement existing, Requirement requirement) =>
        !requirement.HasMarker
            ? !existing.HasMarker || existing.Marker.IsTrue
            : existing.Marker.Equals(requirement.Marker);

    private static RequirementParts Merge(
        RequirementParts written,
        Requirement existing,
        RequirementParts parts,
        Requirement requirement,
        bool dropsVersions
    )
    {
        var extras = existing.Extras.Union(requirement.Extras).ToImmutableArray();
        var merged = extras.Length == existing.Extras.Length ? written : written.WithExtras(extras);
        if (dropsVersions)
            return merged.WithVersions("");
        return parts.Versions.Trim().Length == 0 ? merged : merged.WithVersions(parts.Versions);
    }

    private void Insert(string[] path, string text)
    {
        if (Document.Root.Find(path) is null)
            editor.TrySet(path, new TomlArray([]));
        if (!editor.TryAddToArray(path, text, RequirementOrder.Instance))
            throw new KraitException(NotAList(path)) { Kind = FailureKind.UnusableInput };
    }

    private List<WrittenRequirement> RequirementsOf(string[] path)
    {
        var all = new List<WrittenRequirement>();
        if (Document.Root.Find(path) is not TomlArray array)
            return all;
        for (var i = 0; i < array.Count; i++)
        {
            if (array[i].AsString is { } text && Requirement.TryParse(text, out var requirement, out _))
                all.Add(new WrittenRequirement(i, text, requirement));
        }

        return all;
    }

    private string[] PathOf(DependencyPlace place) =>
        place.Kind switch
        {
            DependencyKind.Main => isScript ? ["dependencies"] : ["project", "dependencies"],
            DependencyKind.Extra => Below(["project", "optional-dependencies"], place.Name!.Value), // only Main has none
            _ => Below(["dependency-groups"], place.Name!.Value),
        };

    /// <summary>The path of a key below a table, as the table spells it.</summary>
    private string[] Below(string[] table, string name)
    {
        var keys = (Document.Root.Find(table) as TomlTable)?.Keys ?? [];
        var key = keys.FirstOrDefault(one =>
            string.Equals(NameNormalization.Normalize(one), name, StringComparison.Ordinal)
        );
        return [.. table, key ?? name];
    }

    private List<ExtraName> NamesIn(params ReadOnlySpan<string> table)
    {
        var names = new List<ExtraName>();
        foreach (var key in (Document.Root.Find(table) as TomlTable)?.Keys ?? [])
        {
            if (ExtraName.TryParse(key, out var name, out _))
                names.Add(name);
        }

        return names;
    }

    /// <summary>Removes a key, and the tables around it that are empty then, as far down as tables of lists and of tools go.</summary>
    private void RemoveWithEmptyTables(string[] path)
    {
        editor.TryRemove(path);
        for (var length = path.Length - 1; length > 0; length--)
        {
            var table = path[..length];
            if (table is ["project"] or ["tool"] || Document.Root.Find(table) is not TomlTable { Count: 0 })
                return;
            editor.TryRemove(table);
        }
    }

    private static bool Mentions(string comment, PackageName name)
    {
        // A requirement that is commented out is another entry, not a remark on this one.
        if (comment.AsSpan().ContainsAny('"', '\''))
            return false;
        foreach (var word in comment.Split([' ', '\t', ',', ':', ';', '(', ')', '`', '=', '<', '>', '!', '~', '[']))
        {
            if (string.Equals(NameNormalization.Normalize(word.TrimEnd('.')), name.Value, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static bool IsSpaced(string versions) =>
        versions.TrimStart(' ', '<', '>', '=', '!', '~').Length > 0
        && versions.AsSpan().TrimStart().IndexOf(' ') is > 0 and <= 3;

    private static string Spaced(string versions)
    {
        var clauses = versions
            .Split(',')
            .Select(clause =>
                clause.TrimStart('<', '>', '=', '!', '~') is var version
                    ? $"{clause[..^version.Length]} {version}"
                    : clause
            );
        return $" {string.Join(", ", clauses)}";
    }

    private static KraitException Ambiguous(DependencyPlace place, PackageName name, List<WrittenRequirement> found) =>
        new(
            new Diagnostic("ambiguous-requirement", $"{place} has several requirements on `{name}`")
            {
                Notes = [.. found.Select(one => $"`{one.Text}`")],
                Hints = ["Edit the file, or remove the package first"],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };

    private static Diagnostic NotAList(string[] path) =>
        new("invalid-pyproject", $"`{string.Join('.', path)}` is not a list of requirements");
}

/// <summary>A requirement in a list of a manifest.</summary>
/// <param name="Index">Its place in the list.</param>
/// <param name="Text">Its text.</param>
/// <param name="Requirement">What the text means.</param>
public sealed record WrittenRequirement(int Index, string Text, Requirement Requirement);

/// <summary>What became of a requirement that was put into a list.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Text">The requirement as it is written now.</param>
public sealed record ManifestChange(ManifestChangeKind Kind, string Text);

/// <summary>The ways in which a list changes.</summary>
public enum ManifestChangeKind
{
    /// <summary>The requirement is new.</summary>
    Added,

    /// <summary>A requirement was changed.</summary>
    Updated,

    /// <summary>The list says it already.</summary>
    Unchanged,
}
