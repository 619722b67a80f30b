using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;
using Krait.Resolver.Requests;

namespace Krait.Projects.Compiling;

/// <summary>
/// How a universal answer says for which of the extras and groups that exclude each other a package is. The resolver tells them apart by extras
/// that nobody can install; a lock file has its own words for a choice (`'gpu' in extras`, PEP 751), and a requirements file has none.
/// </summary>
internal sealed class ConflictMarkers
{
    private readonly ImmutableArray<ImmutableArray<ConflictItem>> sets;

    /// <summary>Finds the extras and groups that are asked for and exclude each other.</summary>
    public ConflictMarkers(RequirementSet inputs)
    {
        var asked = inputs.Roots.Select(root => root.AskedBy).OfType<ConflictItem>().ToHashSet();
        sets =
        [
            .. inputs
                .Settings.Conflicts.Select(set => set.Items.Where(asked.Contains).Distinct().ToImmutableArray())
                .Where(items => items.Length > 1),
        ];
    }

    /// <summary>The extras and groups of which a choice is left to whoever installs, in order.</summary>
    public IEnumerable<ConflictItem> Choices =>
        sets.SelectMany(items => items).Distinct().OrderBy(item => item.IsGroup).ThenBy(item => item.Name);

    /// <summary>
    /// The marker in the words of lock files. It says nothing of choices that make no difference; of choices that exclude each other, all hold,
    /// so that an installer meets two versions and refuses.
    /// </summary>
    public Marker Simplify(Marker marker) => Simplify(marker, 0, []);

    /// <summary>A line of a requirements file cannot say which of several extras was chosen: nobody could install the file.</summary>
    /// <param name="markers">The markers of the lines, simplified.</param>
    /// <exception cref="KraitException">One of them speaks of a choice.</exception>
    public void RefuseInRequirements(IEnumerable<Marker> markers)
    {
        if (sets.IsEmpty || !markers.Any(SpeaksOfChoices))
            return;
        var names = string.Join(" and ", Choices.Select(item => $"`{item.Name}`"));
        var first = Choices.First();
        var option = (first.IsGroup ? Control.Group : Control.Extra).With(first.Name.Value);
        throw new KraitException(
            new Diagnostic(
                "conflicting-choices",
                $"{names} cannot be used together, and a requirements file has no way to say so"
            )
            {
                Hints =
                [
                    $"Write a lock file, which leaves the choice to whoever installs: {Control.OutputFormat.With("pylock.toml")}",
                    $"Or compile a file for each: {option}",
                ],
            }
        );
    }

    /// <summary>No other variable of markers is a set of names.</summary>
    private static bool SpeaksOfChoices(Marker marker) =>
        marker.ToText() is { } text
        && (
            text.Contains(" in extras", StringComparison.Ordinal)
            || text.Contains(" in dependency_groups", StringComparison.Ordinal)
        );

    /// <summary>A marker of a lock file in the words of the resolver, as text; anything else stays as it is.</summary>
    public static string Restore(string marker, IEnumerable<ConflictSet> conflicts)
    {
        foreach (var item in conflicts.SelectMany(set => set.Items).Distinct())
        {
            foreach (var isChosen in new[] { true, false })
            {
                var (written, meant) = (Choice(item, isChosen).ToText(), Scoped(item, isChosen).ToText());
                if (written is not null && meant is not null)
                    marker = marker.Replace(written, meant, StringComparison.Ordinal);
            }
        }

        return marker;
    }

    private Marker Simplify(Marker marker, int index, ImmutableHashSet<ConflictItem> chosen)
    {
        if (index == sets.Length || !marker.MentionsExtras())
            return marker;
        var items = sets[index];
        var none = Simplify(Answer(marker, items, kept: null), index + 1, chosen);
        // Of a set, one may have been chosen already as a member of another.
        var free = items.Any(chosen.Contains) ? items.Where(chosen.Contains) : items;
        var result = none;
        foreach (var item in items)
            result = result.And(Choice(item, isChosen: false));
        var makesDifference = false;
        foreach (var item in free)
        {
            var part = With(marker, items, item, index, chosen);
            makesDifference |= part != none;
            result = result.Or(Choice(item, isChosen: true).And(part));
        }

        return makesDifference ? result : none;
    }

    private Marker With(
        Marker marker,
        ImmutableArray<ConflictItem> items,
        ConflictItem kept,
        int index,
        ImmutableHashSet<ConflictItem> chosen
    ) => Simplify(Answer(marker, items, kept), index + 1, chosen.Add(kept));

    private static Marker Answer(Marker marker, ImmutableArray<ConflictItem> items, ConflictItem? kept)
    {
        foreach (var item in items)
            Scoped(item, isChosen: true).VisitExtras(extra => marker = marker.WithExtra(extra, item == kept));
        return marker;
    }

    private static Marker Scoped(ConflictItem item, bool isChosen)
    {
        var marker = item.IsGroup
            ? Marker.FromScopedGroup(item.Package, item.Name)
            : Marker.FromScopedExtra(item.Package, item.Name);
        return isChosen ? marker : marker.Not();
    }

    private static Marker Choice(ConflictItem item, bool isChosen) =>
        Marker.Parse($"'{item.Name}' {(isChosen ? "in" : "not in")} {(item.IsGroup ? "dependency_groups" : "extras")}");
}
