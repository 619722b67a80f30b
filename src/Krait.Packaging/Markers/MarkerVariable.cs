namespace Krait.Packaging.Markers;

/// <summary>
/// What a node of the decision diagram asks, with a total order: nodes nearer the root ask smaller questions. The variables that
/// exclude each other's values come first, so that contradictions show at the root; extras come last, where they are easily
/// removed. The order also decides how conditions are printed.
/// </summary>
/// <param name="Kind">The kind of question.</param>
/// <param name="Rank">The order among questions of a kind.</param>
/// <param name="Key">The variable.</param>
/// <param name="Text">The text that the variable is compared with, for questions of yes and no.</param>
/// <param name="Operator">The operator of an opaque comparison.</param>
internal sealed record MarkerVariable(
    MarkerVariableKind Kind,
    int Rank,
    MarkerKey Key,
    string Text,
    MarkerOperator Operator
) : IComparable<MarkerVariable>
{
    // Every node that is made or looked for hashes its question.
    private readonly int hash = HashCode.Combine(
        Kind,
        Key,
        string.GetHashCode(Text, StringComparison.Ordinal),
        Operator
    );

    public static MarkerVariable Of(
        MarkerVariableKind kind,
        MarkerKey key,
        string text = "",
        MarkerOperator markerOperator = MarkerOperator.Equal
    ) => new(kind, RankOf(key), key, text, markerOperator);

    /// <summary>Whether values of the variable exclude values of others.</summary>
    public bool IsAboutPlatforms =>
        Kind is MarkerVariableKind.Text && Key is MarkerKey.OsName or MarkerKey.SysPlatform or MarkerKey.PlatformSystem;

    public int CompareTo(MarkerVariable? other)
    {
        if (other is null)
            return 1;
        var order = StageOf(Kind).CompareTo(StageOf(other.Kind));
        if (order == 0)
            order = Rank.CompareTo(other.Rank);
        if (order == 0)
            order = Kind.CompareTo(other.Kind);
        if (order == 0)
            order = string.CompareOrdinal(Text, other.Text);
        return order != 0 ? order : Operator.CompareTo(other.Operator);
    }

    public override int GetHashCode() => hash;

    public static bool operator <(MarkerVariable left, MarkerVariable right) => left.CompareTo(right) < 0;

    public static bool operator >(MarkerVariable left, MarkerVariable right) => left.CompareTo(right) > 0;

    public static bool operator <=(MarkerVariable left, MarkerVariable right) => left.CompareTo(right) <= 0;

    public static bool operator >=(MarkerVariable left, MarkerVariable right) => left.CompareTo(right) >= 0;

    /// <summary>Opaque comparisons stand among the questions about texts, by their variable.</summary>
    private static MarkerVariableKind StageOf(MarkerVariableKind kind) =>
        kind is MarkerVariableKind.Opaque ? MarkerVariableKind.Text : kind;

    private static int RankOf(MarkerKey key) =>
        key switch
        {
            MarkerKey.ImplementationVersion => 0,
            MarkerKey.PythonFullVersion => 1,
            MarkerKey.PythonVersion => 2,
            MarkerKey.OsName => 3,
            MarkerKey.SysPlatform => 4,
            MarkerKey.PlatformSystem => 5,
            MarkerKey.PlatformMachine => 6,
            MarkerKey.PlatformPythonImplementation => 7,
            MarkerKey.PlatformRelease => 8,
            MarkerKey.PlatformVersion => 9,
            MarkerKey.ImplementationName => 10,
            _ => (int)key,
        };
}
