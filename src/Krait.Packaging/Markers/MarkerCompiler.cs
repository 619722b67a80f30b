using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Markers;

/// <summary>Turns the syntax of a marker into a condition of the store.</summary>
internal sealed class MarkerCompiler(MarkerStore store)
{
    /// <summary>The condition that a marker states.</summary>
    public int Compile(MarkerExpression expression) =>
        expression switch
        {
            MarkerExpression.Or or => store.AnyOf([.. or.Alternatives.Select(Compile)]),
            MarkerExpression.And and => Join(and.Conditions, store.And),
            _ => Compile((MarkerExpression.Comparison)expression),
        };

    /// <summary>The condition that a variable of texts is that text.</summary>
    public static int Equality(MarkerStore store, MarkerKey key, string text)
    {
        if (key is MarkerKey.PlatformSystem && MarkerFacts.PlatformOfSystem(text) is { } platform)
            (key, text) = (MarkerKey.SysPlatform, platform);
        return store.Make(
            MarkerVariable.Of(MarkerVariableKind.Text, key),
            [text],
            [MarkerStore.True, MarkerStore.False]
        );
    }

    /// <summary>The condition that a version variable lies in the ranges.</summary>
    public static int InRanges(MarkerStore store, MarkerKey key, VersionRanges ranges)
    {
        var cuts = ranges.Cuts;
        var isInside = ranges.StartsInside;
        // No release comes before 0: `< '0'` never holds.
        if (cuts is [{ IsAbove: false } first, ..] && first.Version == Version.FromRelease(0))
        {
            cuts = cuts[1..];
            isInside = !isInside;
        }

        var children = new int[cuts.Length + 1];
        for (var i = 0; i < children.Length; i++)
            children[i] = isInside ^ ((i & 1) != 0) ? MarkerStore.True : MarkerStore.False;
        return store.Make(MarkerVariable.Of(MarkerVariableKind.Version, key), cuts, children);
    }

    private int Join(ImmutableArray<MarkerExpression> parts, Func<int, int, int> join) =>
        Join([.. parts.Select(Compile)], MarkerStore.False, join);

    /// <summary>Joins pairwise, so that long chains stay shallow work.</summary>
    /// <param name="ids">The conditions; they are used up.</param>
    /// <param name="none">The answer where there are none.</param>
    /// <param name="join">Joins two.</param>
    public static int Join(int[] ids, int none, Func<int, int, int> join)
    {
        for (var count = ids.Length; count > 1; count = (count + 1) / 2)
        {
            for (var i = 0; i < count / 2; i++)
                ids[i] = join(ids[2 * i], ids[(2 * i) + 1]);
            if (count % 2 != 0)
                ids[count / 2] = ids[count - 1];
        }

        return ids.Length == 0 ? none : ids[0];
    }

    private int Compile(MarkerExpression.Comparison comparison)
    {
        var (left, markerOperator, right) = comparison;
        if (left.Key is { } leftKey)
            return Compile(leftKey, markerOperator, right.Text, isReversed: false);
        return right.Key is { } rightKey
            ? Compile(rightKey, markerOperator, left.Text, isReversed: true)
            : MarkerStore.False;
    }

    private int Compile(MarkerKey key, MarkerOperator markerOperator, string text, bool isReversed)
    {
        if (key.IsSet())
            return isReversed ? CompileMember(key, markerOperator, text) : MarkerStore.False;
        if (markerOperator is MarkerOperator.In or MarkerOperator.NotIn)
            return CompileIn(key, markerOperator, text, isReversed);
        if (isReversed && markerOperator is MarkerOperator.Compatible)
            return MarkerStore.False;
        if (isReversed)
            markerOperator = markerOperator.Mirror();
        if (key is MarkerKey.Extra)
            return CompileExtra(markerOperator, text);
        if (key is MarkerKey.PlatformRelease)
            return CompileRelease(markerOperator, text);
        return key.IsVersion() ? CompileVersion(key, markerOperator, text) : CompileText(key, markerOperator, text);
    }

    private int CompileVersion(MarkerKey key, MarkerOperator markerOperator, string text)
    {
        if (
            Specifier.TryParse($"{markerOperator.ToSymbol()}{text}", out var specifier, out _)
            && PythonRanges.OfReleases(specifier) is { } ranges
        )
        {
            return CompileRanges(key, ranges);
        }

        // No Python has a version that is not one.
        return markerOperator is MarkerOperator.NotEqual ? MarkerStore.True : MarkerStore.False;
    }

    private int CompileRanges(MarkerKey key, VersionRanges ranges) =>
        key is MarkerKey.PythonVersion
            ? InRanges(store, MarkerKey.PythonFullVersion, PythonRanges.OfFullVersions(ranges))
            : InRanges(store, key, ranges);

    private int CompileText(MarkerKey key, MarkerOperator markerOperator, string text) =>
        markerOperator switch
        {
            // No text is less than another, so `<=` says no more than `==`.
            MarkerOperator.Equal
            or MarkerOperator.LessEqual
            or MarkerOperator.GreaterEqual
            or MarkerOperator.Arbitrary => Equality(store, key, text),
            MarkerOperator.NotEqual => store.Not(Equality(store, key, text)),
            _ => MarkerStore.False,
        };

    /// <summary>
    /// A kernel's release is compared as a version if it is one: but for different values that it cannot have both, what one
    /// comparison says tells nothing of another.
    /// </summary>
    private int CompileRelease(MarkerOperator markerOperator, string text)
    {
        var isVersion = Specifier.TryParse($"{markerOperator.ToSymbol()}{text}", out var specifier, out _);
        if (!isVersion && markerOperator is MarkerOperator.Less or MarkerOperator.Greater or MarkerOperator.Compatible)
            return MarkerStore.False;
        if (markerOperator is MarkerOperator.Compatible or MarkerOperator.Arbitrary)
            return Ask(MarkerVariableKind.Opaque, MarkerKey.PlatformRelease, text, markerOperator);
        if (OneRelease(specifier, text) is { } release)
        {
            var equality = Equality(store, MarkerKey.PlatformRelease, release);
            return markerOperator is MarkerOperator.NotEqual ? store.Not(equality) : equality;
        }

        var asked = markerOperator is MarkerOperator.NotEqual ? MarkerOperator.Equal : markerOperator;
        var id = Ask(MarkerVariableKind.Opaque, MarkerKey.PlatformRelease, text, asked);
        if (markerOperator is MarkerOperator.NotEqual)
            return store.Not(id);
        // `<` excludes `>=`, but is not its opposite: of a release that is not a version, neither holds.
        return markerOperator is MarkerOperator.Less or MarkerOperator.Greater
            ? store.And(
                id,
                store.Not(Ask(MarkerVariableKind.Opaque, MarkerKey.PlatformRelease, text, markerOperator.Negate()))
            )
            : id;
    }

    /// <summary>
    /// The one release that a comparison is about: a version, spelled as it was first, or a text that is none; null where it is about
    /// several (`== '6.*'`), or about a local version, which `==` without the local part means, too.
    /// </summary>
    private string? OneRelease(Specifier? specifier, string text) =>
        specifier switch
        {
            { Operator: SpecifierOperator.Equal or SpecifierOperator.NotEqual, Version: { Local: null } version } =>
                store.ReleaseText(version, text),
            null when !Version.TryParse(text, out _) => text,
            _ => null,
        };

    private int CompileIn(MarkerKey key, MarkerOperator markerOperator, string text, bool isReversed)
    {
        int id;
        if (key is MarkerKey.Extra)
            return MarkerStore.False;
        if (isReversed)
            id = Ask(MarkerVariableKind.Contains, key, text);
        else if (key.IsVersion() && key is not MarkerKey.PlatformRelease)
            id = CompileRanges(key, ListedVersions(text));
        else
            id = Ask(MarkerVariableKind.PartOf, key, text);
        return markerOperator is MarkerOperator.In ? id : store.Not(id);
    }

    private int CompileExtra(MarkerOperator markerOperator, string text)
    {
        if (markerOperator is MarkerOperator.Less or MarkerOperator.Greater or MarkerOperator.Compatible)
            return MarkerStore.False;
        var id = Ask(MarkerVariableKind.Extra, MarkerKey.Extra, NameSyntax.Fold(text));
        return markerOperator is MarkerOperator.NotEqual ? store.Not(id) : id;
    }

    private int CompileMember(MarkerKey key, MarkerOperator markerOperator, string text) =>
        markerOperator switch
        {
            MarkerOperator.In => Ask(MarkerVariableKind.Member, key, NameSyntax.Fold(text)),
            MarkerOperator.NotIn => store.Not(Ask(MarkerVariableKind.Member, key, NameSyntax.Fold(text))),
            // A text is never equal to a set.
            MarkerOperator.NotEqual => MarkerStore.True,
            _ => MarkerStore.False,
        };

    private int Ask(
        MarkerVariableKind kind,
        MarkerKey key,
        string text,
        MarkerOperator markerOperator = MarkerOperator.Equal
    ) => store.Make(MarkerVariable.Of(kind, key, text, markerOperator), MarkerStore.False, MarkerStore.True);

    /// <summary>The versions that a text lists, separated by blanks or commas.</summary>
    private static VersionRanges ListedVersions(string text)
    {
        var ranges = VersionRanges.Empty;
        foreach (var item in text.Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            if (Version.TryParse(item, out var version))
                ranges = ranges.Union(VersionRanges.Singleton(PythonRanges.Trim(version)));
        }

        return ranges;
    }
}
