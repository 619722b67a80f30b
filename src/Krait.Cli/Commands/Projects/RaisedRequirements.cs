using System.Collections.Immutable;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Versions;
using Krait.Projects.Editing;
using Krait.Projects.Locking;
using Krait.Projects.Workspaces;

namespace Krait.Cli.Commands.Projects;

/// <summary>
/// Requirements whose bounds are raised. To find out how far, they are loosened: at least what is locked, and no upper bound unless it is to
/// stay. Then each gets bounds in the form that it had.
/// </summary>
internal sealed class RaisedRequirements
{
    private readonly ImmutableHashSet<PackageName> names;
    private readonly bool keepsUpper;
    private readonly ILookup<string, Version> locked;
    private readonly Dictionary<PackageName, bool> found = [];
    private readonly List<Manifest> manifests = [];
    private readonly List<string> raised = [];

    /// <summary>Starts with the versions that are locked.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="names">The packages that are raised; none for all.</param>
    /// <param name="keepsUpper">Whether upper bounds stay.</param>
    public RaisedRequirements(Workspace workspace, ImmutableHashSet<PackageName> names, bool keepsUpper)
    {
        this.names = names;
        this.keepsUpper = keepsUpper;
        locked =
            WorkspaceLock.TryRead(workspace.LockFile, Path.GetFileName(workspace.LockFile))?.Versions
            ?? Array.Empty<Version>().ToLookup(_ => "", StringComparer.Ordinal);
    }

    /// <summary>The manifests with loose requirements, from which versions are chosen.</summary>
    public ImmutableArray<ManifestRewrite> Loosened => [.. manifests.Select(manifest => manifest.Written(ForChoosing))];

    /// <summary>A package that was named and that nothing requires; null for none.</summary>
    public PackageName? Missing => names.Order().FirstOrDefault(name => !found.ContainsKey(name));

    /// <summary>Takes the requirements of a project.</summary>
    public void Add(Project project) =>
        Add(TextFile.Read(project.File, project.ShownFile), () => new ManifestEditor(project.Manifest.Document), null);

    /// <summary>Takes the requirements of a script.</summary>
    public void AddScript(WorkspaceScript script)
    {
        var file = TextFile.Read(script.Path, script.Shown);
        ScriptEditor? current = null;
        Add(
            file,
            () => (current = ScriptEditor.Open(file.Text, script.Shown, "dependencies = []\n")).Manifest,
            () => current?.ToText()
        );
    }

    /// <summary>The manifests with bounds for what was chosen.</summary>
    public ImmutableArray<ManifestRewrite> Finish(WorkspaceLock chosen)
    {
        var versions = chosen.Versions;
        raised.Clear();
        return [.. manifests.Select(manifest => manifest.Written((one, old) => ForGood(versions, one, old)))];
    }

    /// <summary>The summary to print once the change is done.</summary>
    public ImmutableArray<string> Messages(bool isDryRun) =>
        raised.Count == 0
            ? ["Nothing to raise: no bound keeps out a newer version"]
            : [.. raised.Select(line => isDryRun ? $"Would raise {line}" : $"Raised {line}")];

    private void Add(TextFile file, Func<ManifestEditor> open, Func<string?>? write)
    {
        var editor = open();
        foreach (var place in editor.Places())
        {
            foreach (var one in editor.All(place).Where(one => IsMeant(one.Requirement.Name)))
                found[one.Requirement.Name] = true;
        }

        manifests.Add(new Manifest(this, file, open, write));
    }

    private bool IsMeant(PackageName name) => names.IsEmpty || names.Contains(name);

    private string? ForChoosing(WrittenRequirement one, SpecifierSet written) =>
        RaisedBounds.Loosen(written, Versions(locked, one).Min(), keepsUpper).ToString();

    private string? ForGood(ILookup<string, Version> versions, WrittenRequirement one, SpecifierSet written)
    {
        var chosen = Versions(versions, one).ToList();
        if (chosen.Count == 0)
            return null;
        var bounds = RaisedBounds.For(written, chosen.Min()!, chosen.Max()!); // there is one
        if (bounds.Equals(written))
            return null;
        raised.Add($"`{one.Requirement.Name}{written}` to `{bounds}`");
        return bounds.ToString();
    }

    private static IEnumerable<Version> Versions(ILookup<string, Version> versions, WrittenRequirement one) =>
        versions[one.Requirement.Name.Value];

    /// <summary>A manifest; every attempt starts again from its original text.</summary>
    private sealed class Manifest(
        RaisedRequirements all,
        TextFile file,
        Func<ManifestEditor> open,
        Func<string?>? write
    )
    {
        public ManifestRewrite Written(Func<WrittenRequirement, SpecifierSet, string?> versionsOf)
        {
            var editor = open();
            foreach (var place in editor.Places().ToList())
            {
                foreach (var one in editor.All(place))
                {
                    if (
                        one.Requirement is { Url: null, Specifiers: { Clauses.IsEmpty: false } written }
                        && all.IsMeant(one.Requirement.Name)
                        && versionsOf(one, written) is { } versions
                    )
                    {
                        editor.ReplaceVersions(place, one.Index, versions);
                    }
                }
            }

            return new ManifestRewrite(file, write?.Invoke() ?? editor.Text);
        }
    }
}
