using System.Collections.Immutable;
using System.Text;
using Krait.Packaging.Locations;
using Krait.Packaging.Markers;
using Krait.Packaging.Versions;
using Krait.Projects.Inputs;
using Krait.Projects.Workspaces;
using Krait.Resolver.Requests;

namespace Krait.Projects.Locking;

/// <summary>
/// Writes what a lock depends on, but for requirements, in one spelling: what the digest of a lock is made of. It has nothing of the machine: no
/// absolute path, no mirror, no time.
/// </summary>
/// <param name="workspace">The workspace.</param>
/// <param name="options">How it is locked.</param>
/// <param name="settings">What its manifests say about resolving.</param>
internal sealed class LockInputsText(Workspace workspace, LockOptions options, ProjectSettings settings)
{
    private readonly StringBuilder text = new();

    public string Write(SpecifierSet python, LockUnits units, ImmutableArray<ConflictSet> conflicts)
    {
        Line("revision", WorkspaceLock.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Line("requires-python", python.ToString());
        Lines("environment", settings.Environments.Select(Text));
        Lines("required-environment", settings.RequiredEnvironments.Select(Text));
        Lines("conflict", conflicts.Select(set => string.Join(' ', set.Items.Select(ConflictCliques.Order))));
        Lines("constraint", Sorted(settings.Constraints));
        Lines("override", Sorted(settings.Overrides));
        Lines("exclude", settings.Excludes.Select(name => name.Value).Order(StringComparer.Ordinal));
        Lines("build-constraint", Sorted(workspace.Settings.BuildConstraints));
        Lines("change", settings.ScopedChanges.Select(Text));
        Lines("metadata", settings.Metadata.Select(Text));
        Lines("index", settings.Indexes.Where(index => index.MirrorOf is null).Select(Text));
        WriteOptions();
        foreach (var member in workspace.Members)
        {
            Line(
                "member",
                $"{member.Name} {workspace.RelativePathOf(member.Folder)} {(member.IsPackage ? "package" : "virtual")}"
            );
        }

        foreach (var member in workspace.Members.Where(member => !member.Manifest.HasStaticDependencies))
            Line("dynamic", $"{member.Name} {FolderFacts.StampOf(member.Folder)}");
        foreach (var unit in units.All)
            Line(units.Defaults.Contains(unit) ? "default" : "unit", unit.Key);
        foreach (var project in workspace.Members.Prepend(workspace.Root).Distinct())
            WriteSources(project);
        return text.ToString();
    }

    private void WriteOptions()
    {
        var resolve = options.Resolve;
        Line("resolution", resolve.Mode.ToString());
        Line("prerelease", resolve.Prereleases.Mode.ToString());
        Lines(
            "prerelease-package",
            resolve.Prereleases.Packages.Select(pair => $"{pair.Key} {pair.Value}").Order(StringComparer.Ordinal)
        );
        Line("fork-strategy", options.Strategy.ToString());
        Lines("exclude-newer", options.CutoffTexts);
        var files = resolve.Files;
        Line("no-build", files.NoBuild.ToString());
        Line("no-binary", files.NoBinary.ToString());
        Lines("no-build-package", files.NoBuildPackages.Select(name => name.Value).Order(StringComparer.Ordinal));
        Lines("no-binary-package", files.NoBinaryPackages.Select(name => name.Value).Order(StringComparer.Ordinal));
        Line("no-sources", options.IgnoresSources.ToString());
        Lines(
            "no-sources-package",
            options.SourcelessPackages.Select(name => name.Value).Order(StringComparer.Ordinal)
        );
    }

    private void WriteSources(Project project)
    {
        if (options.IgnoresSources)
            return;
        foreach (
            var (name, sources) in project.Resolving.Sources.OrderBy(pair => pair.Key.Value, StringComparer.Ordinal)
        )
        {
            foreach (var source in sources)
            {
                var place =
                    source.Index is { } index ? $"index {index}"
                    : source.Unsupported is { } kind ? (source.IsCopy ? $"{kind} copy" : kind)
                    : Relative(source.Location ?? "");
                Line(
                    "source",
                    $"{project.Label} {name} {place} {source.IsEditable} {source.Extra} {source.Group} {Text(source.Marker)}"
                );
            }
        }
    }

    private string Relative(string location) =>
        Location.Of(location).IsPath && Path.IsPathRooted(location) ? workspace.RelativePathOf(location) : location;

    private static IEnumerable<string> Sorted(ImmutableArray<Limit> limits) =>
        limits.Select(limit => limit.Requirement.ToString()).Order(StringComparer.Ordinal);

    private static string Text(Marker marker) => marker.ToText() ?? "";

    private static string Text(ScopedChange change) =>
        $"{change.Package} {change.Version} {string.Join(' ', change.Overrides)} - {string.Join(' ', change.Excludes)}";

    private static string Text(StatedMetadata stated) =>
        $"{stated.Name} {stated.Version} {stated.Metadata.RequiresPython} {string.Join(' ', stated.Metadata.ProvidesExtra)} {string.Join(" | ", stated.Metadata.RequiresDist)}";

    private string Text(Sources.StatedIndex index) =>
        $"{index.Name} {Relative(index.Address)} {index.IsDefault} {index.IsExplicit} {index.IsFlat}";

    private void Lines(string key, IEnumerable<string> values)
    {
        foreach (var value in values)
            Line(key, value);
    }

    private void Line(string key, string value) => text.Append(key).Append(' ').Append(value).Append('\n');
}
