using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Resolver.Requests;

namespace Krait.Projects.Inputs;

/// <summary>Applies a project's table of sources to its own requirements.</summary>
/// <param name="settings">The project's settings.</param>
/// <param name="sources">What the user wants of them.</param>
/// <param name="folder">The project's directory.</param>
internal sealed class SourceTable(ProjectSettings settings, RequirementSources sources, string folder)
{
    /// <summary>The packages that come from one index only, as found so far.</summary>
    public List<IndexPin> Pins { get; } = [];

    /// <summary>What is wrong with a source that is needed.</summary>
    public List<Diagnostic> Errors { get; } = [];

    /// <summary>The requirement with its sources: several where they differ by environment.</summary>
    /// <param name="root">The requirement as the project states it.</param>
    /// <param name="extra">The extra that states it.</param>
    /// <param name="group">The dependency group that states it.</param>
    public IEnumerable<RootRequirement> Apply(RootRequirement root, ExtraName? extra, ExtraName? group)
    {
        var name = root.Requirement.Name;
        if (
            sources.IgnoresSources
            || sources.SourcelessPackages.Contains(name)
            || !settings.Sources.TryGetValue(name, out var stated)
        )
        {
            return [root];
        }

        var result = new List<RootRequirement>();
        var rest = root.Requirement.Marker;
        foreach (var source in stated)
        {
            var isMeant =
                (source.Extra is null || source.Extra == extra) && (source.Group is null || source.Group == group);
            if (!isMeant || source.Marker.IsDisjointFrom(root.Requirement.Marker))
                continue;
            if (source.Unsupported is "workspace" && sources.Workspaces?.FindMember(folder, name) is { } member)
            {
                var inPlace = source with { Location = member };
                result.Add(root with { Requirement = From(root.Requirement, inPlace), IsEditable = !source.IsCopy });
                rest = rest.And(source.Marker.Not());
            }
            else if (source.Unsupported is { } kind)
            {
                Errors.Add(kind is "workspace" ? NotAMember(name) : Unsupported(name, kind));
            }
            else if (source.Index is { } index)
            {
                PinTo(name, index, source.Marker, root.AskedBy);
            }
            else
            {
                result.Add(root with { Requirement = From(root.Requirement, source), IsEditable = source.IsEditable });
                rest = rest.And(source.Marker.Not());
            }
        }

        if (!rest.IsFalse)
        {
            result.Add(
                rest == root.Requirement.Marker ? root : root with { Requirement = root.Requirement.WithMarker(rest) }
            );
        }

        return result;
    }

    private void PinTo(PackageName name, string index, Marker marker, ConflictItem? askedBy)
    {
        if (!settings.Indexes.Any(stated => string.Equals(stated.Name, index, StringComparison.Ordinal)))
        {
            Errors.Add(
                new Diagnostic(
                    "unknown-index",
                    $"`{name}` should come from the index `{index}`, which is not described"
                )
                {
                    Hints = [$"Add `[[tool.krait.index]]` with `name = \"{index}\"` and its `url`"],
                }
            );
            return;
        }

        var pin = new IndexPin(name, index, marker) { AskedBy = askedBy };
        if (!Pins.Contains(pin))
            Pins.Add(pin);
    }

    private static Requirement From(Requirement requirement, StatedSource source) =>
        new(requirement.Name)
        {
            Extras = requirement.Extras,
            Url = source.Location,
            Marker = requirement.Marker.And(source.Marker),
            HasMarker = true,
        };

    private static Diagnostic NotAMember(PackageName name) =>
        new("not-a-member", $"`{name}` should come from the workspace, but is not a member of it")
        {
            Hints =
            [
                "Add its directory to `members` of the workspace, or remove its source",
                $"Resolve without the source: {Control.NoSourcesPackage.With(name.Value)}",
            ],
        };

    private static Diagnostic Unsupported(PackageName name, string kind) =>
        new("unsupported-source", $"the source of `{name}` (`{kind}`) is not supported")
        {
            Hints = [$"Resolve without it: {Control.NoSourcesPackage.With(name.Value)}"],
        };
}
