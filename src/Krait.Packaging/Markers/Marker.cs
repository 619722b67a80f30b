using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Markers;

/// <summary>
/// A condition on environments (environment markers of the dependency specifiers specification): the number of a node in a decision
/// diagram, so that markers that say the same are equal, however they were written. The default value always holds.
/// </summary>
public readonly struct Marker : IEquatable<Marker>
{
    /// <summary>More nodes than any real marker needs; a marker that needs more is refused.</summary>
    private const int MaximumNodes = 50_000;

    /// <summary>More comparisons than any real marker has.</summary>
    private const int MaximumComparisons = 1_000;

    /// <summary>More extras and groups than any lock file has: one that many of them need says so in its marker, name by name.</summary>
    private const int MaximumChoices = 50_000;

    /// <summary>Nodes that one more choice may take.</summary>
    private const int NodesOfChoice = 16;

    /// <summary>Where the node is; null for what is the same everywhere: always and never.</summary>
    private readonly MarkerStore? store;

    private readonly int id;

    private Marker(MarkerStore store, int id)
    {
        this.store = id is MarkerStore.True or MarkerStore.False ? null : store;
        this.id = id;
    }

    /// <summary>The condition that always holds.</summary>
    public static Marker True => default;

    /// <summary>The condition that never holds.</summary>
    public static Marker False => new(MarkerStore.Current, MarkerStore.False);

    /// <summary>Whether it always holds.</summary>
    public bool IsTrue => id == MarkerStore.True;

    /// <summary>Whether it never holds.</summary>
    public bool IsFalse => id == MarkerStore.False;

    internal int Id => id;

    private static MarkerStore Store => MarkerStore.Current;

    /// <summary>Parses a marker.</summary>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        out Marker marker,
        [NotNullWhen(false)] out Diagnostic? error
    ) => TryParse(Store, text, out marker, out error);

    /// <summary>Parses a marker into a store.</summary>
    internal static bool TryParse(
        MarkerStore store,
        ReadOnlySpan<char> text,
        out Marker marker,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        error = null;
        if (store.FindParsed(text) is { } known)
        {
            marker = new Marker(store, known);
            return true;
        }

        marker = default;
        if (
            !MarkerExpression.TryParse(text, out var expression, out error)
            || !TryCompile(store, expression, text, out marker, out error)
        )
        {
            return false;
        }

        store.AddParsed(text, marker.id);
        return true;
    }

    /// <summary>Parses a literal.</summary>
    /// <exception cref="FormatException">The text is not a marker.</exception>
    public static Marker Parse(string text) =>
        TryParse(text, out var marker, out var error) ? marker : throw new FormatException(error.Message);

    /// <summary>The condition that a written marker states.</summary>
    /// <param name="expression">The marker's syntax.</param>
    /// <param name="text">Its text, for the error.</param>
    /// <param name="marker">The condition.</param>
    /// <param name="error">Why there is none: the marker is too complex to be compared with others.</param>
    public static bool TryCompile(
        MarkerExpression expression,
        ReadOnlySpan<char> text,
        out Marker marker,
        [NotNullWhen(false)] out Diagnostic? error
    ) => TryCompile(Store, expression, text, out marker, out error);

    private static bool TryCompile(
        MarkerStore store,
        MarkerExpression expression,
        ReadOnlySpan<char> text,
        out Marker marker,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        marker = default;
        error = null;
        var choices = expression.CountChoices();
        var isSmall = choices <= MaximumChoices && expression.CountComparisons() - choices <= MaximumComparisons;
        var compiled = isSmall
            ? store.WithFuel(
                MaximumNodes + (choices * NodesOfChoice),
                target => new MarkerCompiler(target).Compile(expression)
            )
            : null;
        if (compiled is { } known)
            marker = new Marker(store, known);
        else
            error = new Diagnostic("marker-too-complex", $"the marker `{PythonText.Printable(text)}` is too complex");
        return error is null;
    }

    /// <summary>The condition that `python_full_version` lies in the ranges.</summary>
    public static Marker FromPython(VersionRanges ranges) =>
        In(
            Store,
            store => MarkerCompiler.InRanges(store, MarkerKey.PythonFullVersion, PythonRanges.ToReleases(ranges))
        );

    /// <summary>The condition that an extra is being installed.</summary>
    public static Marker FromExtra(ExtraName extra) =>
        In(
            Store,
            store =>
                store.Make(
                    MarkerVariable.Of(MarkerVariableKind.Extra, MarkerKey.Extra, extra.Value),
                    MarkerStore.False,
                    MarkerStore.True
                )
        );

    /// <summary>The condition that an extra of a certain package is chosen, where a lock file holds conflicting ones.</summary>
    public static Marker FromScopedExtra(PackageName package, ExtraName extra) =>
        FromExtra(ExtraName.Parse($"extra-{package.Value.Length}-{package}-{extra}"));

    /// <summary>The condition that a dependency group of a certain package is chosen, where a lock file holds conflicting ones.</summary>
    public static Marker FromScopedGroup(PackageName package, ExtraName group) =>
        FromExtra(ExtraName.Parse($"group-{package.Value.Length}-{package}-{group}"));

    /// <summary>The condition that both hold.</summary>
    public Marker And(Marker other) => Meet(other, static (store, one, two) => store.And(one, two));

    /// <summary>The condition that either holds.</summary>
    public Marker Or(Marker other) => Meet(other, static (store, one, two) => store.Or(one, two));

    /// <summary>The condition that one of many holds: joined pairwise, which is much less work than one after the other.</summary>
    public static Marker AnyOf(IEnumerable<Marker> markers)
    {
        Marker[] all = [.. markers];
        var target = all.Aggregate(Store, (common, marker) => MarkerStore.Common(common, marker.store));
        int[] ids = [.. all.Select(marker => target.Import(marker.store, marker.id))];
        return new Marker(target, target.AnyOf(ids));
    }

    /// <summary>The condition that this does not hold.</summary>
    public Marker Not() => Map(static (store, id) => store.Not(id));

    /// <summary>Whether no environment satisfies both.</summary>
    public bool IsDisjointFrom(Marker other) => And(other).IsFalse;

    /// <summary>Whether the other holds wherever this does.</summary>
    public bool Implies(Marker other) => And(other.Not()).IsFalse;

    /// <summary>Whether the marker holds in an environment while those extras are installed.</summary>
    public bool Evaluate(MarkerEnvironment environment, IEnumerable<ExtraName>? extras = null) =>
        MarkerWalk.Evaluate(Home, id, environment, [.. extras ?? []], [], []);

    /// <summary>Whether the marker holds in an environment for the extras and groups chosen from a lock file.</summary>
    public bool EvaluateWithGroups(
        MarkerEnvironment environment,
        IEnumerable<ExtraName> extras,
        IEnumerable<ExtraName> groups
    )
    {
        ExtraName[] chosen = [.. extras];
        return MarkerWalk.Evaluate(Home, id, environment, chosen, chosen, [.. groups]);
    }

    /// <summary>Whether the marker holds for some interpreter and platform while exactly those extras are installed.</summary>
    public bool CanHoldWith(IReadOnlyCollection<ExtraName> extras) => !SimplifyToExtras(extras).IsFalse;

    /// <summary>The marker for those who install, or do not install, an extra.</summary>
    public Marker WithExtra(ExtraName extra, bool isInstalled) =>
        Map(
            (store, id) =>
                MarkerWalk.AnswerExtras(
                    store,
                    id,
                    name => string.Equals(name, extra.Value, StringComparison.Ordinal) ? isInstalled : null
                )
        );

    /// <summary>The marker for those who install every extra that the predicate names; others stay open.</summary>
    public Marker SimplifyExtras(Func<ExtraName, bool> isInstalled) =>
        Map(
            (store, id) =>
                MarkerWalk.AnswerExtras(
                    store,
                    id,
                    name => ExtraName.TryParse(name, out var extra, out _) && isInstalled(extra) ? true : null
                )
        );

    /// <summary>The marker for those who install exactly those extras.</summary>
    public Marker SimplifyToExtras(IReadOnlyCollection<ExtraName> extras) =>
        Map(
            (store, id) =>
                MarkerWalk.AnswerExtras(
                    store,
                    id,
                    name => extras.Any(extra => string.Equals(extra.Value, name, StringComparison.Ordinal))
                )
        );

    /// <summary>The marker for those who install, or do not install, several extras; null leaves one open.</summary>
    /// <param name="isInstalled">Whether each extra is installed, by its normalized name.</param>
    public Marker WithExtras(Func<string, bool?> isInstalled) =>
        Map((store, id) => MarkerWalk.AnswerExtras(store, id, isInstalled));

    /// <summary>The environments in which the marker can hold, whatever extras are installed.</summary>
    public Marker WithoutExtras() => Map(MarkerWalk.ForgetExtras);

    /// <summary>The condition that an extra is chosen from a lock file (`'x' in extras`).</summary>
    public static Marker FromChosenExtra(ExtraName extra) => FromChoice(MarkerKey.Extras, extra);

    /// <summary>The condition that a dependency group is chosen from a lock file (`'x' in dependency_groups`).</summary>
    public static Marker FromChosenGroup(ExtraName group) => FromChoice(MarkerKey.DependencyGroups, group);

    /// <summary>The marker for those who choose exactly those extras and groups from a lock file.</summary>
    public Marker WithChoices(IReadOnlySet<ExtraName> extras, IReadOnlySet<ExtraName> groups) =>
        Map(
            (store, id) =>
                MarkerWalk.AnswerChoices(
                    store,
                    id,
                    (key, name) =>
                        ExtraName.TryParse(name, out var parsed, out _)
                        && (key is MarkerKey.Extras ? extras : groups).Contains(parsed)
                )
        );

    /// <summary>The environments in which the marker can hold, whatever is chosen from a lock file.</summary>
    public Marker WithoutChoices() => Map(MarkerWalk.ForgetChoices);

    private static Marker FromChoice(MarkerKey key, ExtraName name) =>
        In(
            Store,
            store =>
                store.Make(
                    MarkerVariable.Of(MarkerVariableKind.Member, key, name.Value),
                    MarkerStore.False,
                    MarkerStore.True
                )
        );

    private static Marker In(MarkerStore store, Func<MarkerStore, int> make) => new(store, make(store));

    /// <summary>What a step makes of this condition, in a store that has room for it.</summary>
    private Marker Map(Func<MarkerStore, int, int> step)
    {
        var target = MarkerStore.Common(store, other: null);
        return new Marker(target, step(target, target.Import(store, id)));
    }

    /// <summary>What a step makes of two conditions, in the store where they meet.</summary>
    private Marker Meet(Marker other, Func<MarkerStore, int, int, int> step)
    {
        var target = MarkerStore.Common(store, other.store);
        return new Marker(target, step(target, target.Import(store, id), target.Import(other.store, other.id)));
    }

    /// <summary>The store of this condition, for steps that only read; any for what is the same everywhere.</summary>
    private MarkerStore Home => store ?? Store;

    /// <summary>Calls back for every extra that the marker asks about, each once.</summary>
    public void VisitExtras(Action<ExtraName> visit)
    {
        foreach (var name in MarkerWalk.ExtrasOf(Home, id))
        {
            if (ExtraName.TryParse(name, out var extra, out _))
                visit(extra);
        }
    }

    /// <summary>Whether the marker asks about an extra.</summary>
    public bool MentionsExtra(ExtraName extra) => MarkerWalk.ExtrasOf(Home, id).Contains(extra.Value);

    /// <summary>Whether the marker asks about any extra.</summary>
    public bool MentionsExtras() => MarkerWalk.ExtrasOf(Home, id).Count > 0;

    /// <summary>The marker for those whose Python lies in the ranges: what it says of others is left out.</summary>
    public Marker AssumePython(VersionRanges pythonFullVersion) =>
        Map((store, id) => MarkerPython.Assume(store, id, PythonRanges.ToReleases(pythonFullVersion)));

    /// <summary>The marker that holds only where the Python lies in the ranges: the inverse of <see cref="AssumePython"/>.</summary>
    public Marker ConditionOnPython(VersionRanges pythonFullVersion) => And(FromPython(pythonFullVersion));

    /// <summary>The values of `python_full_version` (release numbers only) with which the marker can hold.</summary>
    public VersionRanges PythonVersions() => MarkerPython.RangesOf(Home, id);

    public bool Equals(Marker other)
    {
        if (store == other.store)
            return id == other.id;
        // Always and never are in no store, and equal nothing else.
        if (store is null || other.store is null || GetHashCode() != other.GetHashCode())
            return false;
        var target = MarkerStore.Common(store, other.store);
        return target.Import(store, id) == target.Import(other.store, other.id);
    }

    public override bool Equals(object? obj) => obj is Marker other && Equals(other);

    public override int GetHashCode() => store?.HashOf(id) ?? id;

    /// <summary>The marker as text, short and always the same for the same condition; null where it always holds.</summary>
    public string? ToText() => MarkerText.Format(Home, id);

    /// <summary>As <see cref="ToText"/>, empty where the marker always holds.</summary>
    public override string ToString() => ToText() ?? "";

    public static bool operator ==(Marker left, Marker right) => left.Equals(right);

    public static bool operator !=(Marker left, Marker right) => !left.Equals(right);
}
