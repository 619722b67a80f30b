using System.Collections.Immutable;
using Krait.Cli.Parsing;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Cli.Commands.Projects;

/// <summary>`krait remove`.</summary>
internal static class RemoveCommand
{
    public static Command Command { get; } =
        new("remove", "Remove requirements from the project, its lock file and its environment")
        {
            Positional = new Positional("PACKAGE", IsRequired: true, IsRepeatable: true),
            Options = () => [.. AddOptions.Places, .. ManifestChangeOptions.All],
            RunAsync = RunAsync,
        };

    private static Task<int> RunAsync(
        KraitContext context,
        ParsedArguments arguments,
        CancellationToken cancellationToken
    )
    {
        var names = arguments.Positionals.Select(NameLists.ParseName).Distinct().ToImmutableArray();
        return new ManifestChangeRun(context, arguments).RunAsync(
            _ => Task.FromResult(Plan(context, arguments, names)),
            cancellationToken
        );
    }

    private static ManifestChangePlan Plan(
        KraitContext context,
        ParsedArguments arguments,
        ImmutableArray<PackageName> names
    )
    {
        var target = ManifestTarget.Open(context, arguments, newScriptPython: null);
        var place = target.PlaceOf(arguments);
        foreach (var name in names)
        {
            if (target.Editor.Remove(place, name) == 0)
                throw NotThere(target.Editor, place, name);
            if (!IsRequiredElsewhere(target, name))
                target.Editor.RemoveUnusedSource(name);
        }

        return new ManifestChangePlan([target.Rewrite])
        {
            Place = place,
            Messages = [.. names.Select(name => $"Removed `{name}` from {place}")],
        };
    }

    /// <summary>Sources of the root hold for all members.</summary>
    private static bool IsRequiredElsewhere(ManifestTarget target, PackageName name) =>
        target is { Workspace: { } workspace, Project: { } project }
        && string.Equals(workspace.Root.File, project.File, StringComparison.Ordinal)
        && workspace.Members.Any(member =>
            !string.Equals(member.File, project.File, StringComparison.Ordinal)
            && !new ManifestEditor(member.Manifest.Document).HasSource(name)
            && !new ManifestEditor(member.Manifest.Document).PlacesOf(name).IsEmpty
        );

    private static KraitException NotThere(ManifestEditor editor, DependencyPlace place, PackageName name)
    {
        var others = editor.PlacesOf(name);
        return new KraitException(
            new Diagnostic("not-required", $"`{name}` is not in {place}")
            {
                Notes = others.IsEmpty ? [] : [$"It is in {string.Join(", ", others)}"],
                Hints = others.IsEmpty ? [] : [$"Remove it there: `krait remove {Option(others[0])}{name}`"],
            }
        );
    }

    private static string Option(DependencyPlace place) =>
        place.Kind switch
        {
            DependencyKind.Extra => $"--optional {place.Name} ",
            DependencyKind.Group => $"--group {place.Name} ",
            _ => "",
        };
}
