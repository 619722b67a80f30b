using System.Collections.Immutable;
using Krait.Packaging.Manifests;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Projects.Work;
using Krait.Projects.Workspaces;

namespace Krait.Projects.Locking;

/// <summary>Finds out what members require whose manifests do not say it: from their backends, or from the lock.</summary>
public static class MemberDescriptions
{
    /// <summary>Whether any member has to be asked.</summary>
    public static bool AreNeeded(Workspace workspace) => workspace.Members.Any(member => !member.IsDescribed);

    /// <summary>Asks the backends; an answer that is known already costs nothing.</summary>
    /// <exception cref="KraitException">A backend failed, or nothing may be built.</exception>
    public static async Task<Workspace> AskAsync(
        Workbench bench,
        Workspace workspace,
        CancellationToken cancellationToken
    )
    {
        if (bench.Builds is not { } builds)
            return workspace;
        var described = new Dictionary<Project, DescribedProject>();
        foreach (var member in workspace.Members.Where(member => !member.IsDescribed))
        {
            var place = builds.Places.OfFolder(member.Folder, isEditable: true);
            described[member] = DescribedProject.Of(await builds.DescribeAsync(place, member.Name, cancellationToken));
        }

        return workspace.With(described);
    }

    /// <summary>What the lock says that it was made of; nothing is built for a lock that is taken as it is.</summary>
    public static Workspace Recall(Workspace workspace, WorkspaceLock found)
    {
        var described = new Dictionary<Project, DescribedProject>();
        var units = new LockUnits(workspace);
        foreach (var member in workspace.Members.Where(member => !member.IsDescribed))
        {
            if (units.Of(member) is not { } unit)
                continue;
            var isRoot = ReferenceEquals(member, workspace.Root);
            var prefix = $"{unit.Chosen}-";
            var extras = found
                .Pylock.Extras.Concat(found.Pylock.DependencyGroups)
                .Select(name =>
                    isRoot ? (Key: $"[{name}]", Name: name)
                    : name.StartsWith(prefix, StringComparison.Ordinal) ? (Key: name, Name: name[prefix.Length..])
                    : (Key: "", Name: "")
                )
                .Where(one =>
                    one.Key.Length > 0 && (!isRoot || found.Pylock.Extras.Contains(one.Name, StringComparer.Ordinal))
                )
                .Where(one => !one.Name.StartsWith("group-", StringComparison.Ordinal));
            described[member] = new DescribedProject(
                Parse(found.Stated.GetValueOrDefault(unit.Key, [])),
                [
                    .. extras
                        .Where(one => ExtraName.TryParse(one.Name, out _, out _))
                        .Select(one =>
                            KeyValuePair.Create(
                                ExtraName.Parse(one.Name),
                                Parse(found.Stated.GetValueOrDefault(one.Key, []))
                            )
                        ),
                ]
            );
        }

        return workspace.With(described);
    }

    private static ImmutableArray<StatedRequirement> Parse(ImmutableArray<string> texts) =>
        [
            .. texts
                .Select(text =>
                    Requirement.TryParse(text, out var requirement, out _)
                        ? new StatedRequirement(requirement, text, Line: 0)
                        : null
                )
                .OfType<StatedRequirement>(),
        ];
}
