using System.Collections.Immutable;
using Krait.Packaging.Manifests;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Resolver.Requests;

namespace Krait.Projects.Inputs;

/// <summary>
/// The extras of a project, of which one may name others by requiring the project itself (`all = ["me[fast]", "me[safe]; …"]`). No index is
/// asked for the project's own name: somebody else may have taken it there.
/// </summary>
/// <param name="project">The project's name; null where it has none.</param>
/// <param name="table">Its extras.</param>
/// <param name="file">The file as the user named it.</param>
internal sealed class ProjectExtras(
    PackageName? project,
    ImmutableArray<KeyValuePair<ExtraName, ImmutableArray<StatedRequirement>>> table,
    string file
)
{
    private readonly Dictionary<ExtraName, Marker> reached = [];
    private readonly List<ExtraName> order = [];
    private readonly Queue<ExtraName> pending = new();

    /// <summary>What is wrong with the extras that are asked for.</summary>
    public List<Diagnostic> Errors { get; } = [];

    /// <summary>Asks for every extra.</summary>
    public void AskForAll()
    {
        foreach (var (extra, _) in table)
            Ask(extra, Marker.True);
    }

    /// <summary>Asks for an extra by what the user wrote.</summary>
    public void Ask(string text)
    {
        if (ExtraName.TryParse(text, out var extra, out var error))
            Ask(extra, Marker.True);
        else
            Errors.Add(error);
    }

    /// <summary>Requirements without those on the project itself, whose extras are asked for instead.</summary>
    public ImmutableArray<StatedRequirement> WithoutItself(ImmutableArray<StatedRequirement> stated) =>
        [.. stated.Where(one => !IsItself(one, Marker.True))];

    /// <summary>The requirements of everything that is asked for, each under the conditions on which it is.</summary>
    public List<(ExtraName Extra, ImmutableArray<StatedRequirement> Requirements)> Resolve()
    {
        var own = new Dictionary<ExtraName, ImmutableArray<StatedRequirement>>();
        while (pending.TryDequeue(out var extra))
        {
            if (RequirementsOf(extra) is { } found)
                own[extra] = [.. found.Where(stated => !IsItself(stated, reached[extra]))];
            else if (own.TryAdd(extra, []))
                Errors.Add(Unknown(extra));
        }

        return order.ConvertAll(extra => (extra, Under(reached[extra], own[extra])));
    }

    /// <summary>What the project says of an extra; null when it has none of that name.</summary>
    private ImmutableArray<StatedRequirement>? RequirementsOf(ExtraName extra)
    {
        foreach (var (name, stated) in table)
        {
            if (name == extra)
                return stated;
        }

        return null;
    }

    /// <summary>The extra as conflicts name it.</summary>
    public ConflictItem? ItemOf(ExtraName extra) =>
        project is null ? null : new ConflictItem(project, extra, IsGroup: false);

    /// <summary>Asks for an extra where a marker holds; what is asked for under more conditions than before is looked at again.</summary>
    private void Ask(ExtraName extra, Marker marker)
    {
        var isNew = !reached.TryGetValue(extra, out var known);
        var joined = isNew ? marker : known!.Or(marker);
        if (!isNew && joined == known)
            return;
        if (isNew)
            order.Add(extra);
        reached[extra] = joined;
        pending.Enqueue(extra);
    }

    private bool IsItself(StatedRequirement stated, Marker where)
    {
        var requirement = stated.Requirement;
        if (project is null || requirement.Name != project)
            return false;
        foreach (var extra in requirement.Extras)
            Ask(extra, where.And(requirement.Marker));
        return true;
    }

    private static ImmutableArray<StatedRequirement> Under(Marker marker, ImmutableArray<StatedRequirement> stated) =>
        marker.IsTrue
            ? stated
            :
            [
                .. stated.Select(one =>
                    one with
                    {
                        Requirement = one.Requirement.WithMarker(one.Requirement.Marker.And(marker)),
                    }
                ),
            ];

    private Diagnostic Unknown(ExtraName extra) =>
        new Diagnostic("unknown-extra", $"the project has no extra `{extra}`")
        {
            Notes = table.IsEmpty ? [] : [$"it has {string.Join(", ", table.Select(pair => $"`{pair.Key}`"))}"],
        }.In(file);
}
