namespace Krait.Resolver.Solving;

/// <summary>
/// A statement about one package. Positive: a version is selected and lies in the set. Negative: no version is selected,
/// or one outside the set.
/// </summary>
internal readonly record struct Term
{
    private Term(int code) => Code = code;

    /// <summary>What is always true: nothing is known.</summary>
    public static Term Any { get; } = Negative(SetId.Empty);

    /// <summary>What is never true.</summary>
    public static Term None { get; } = Positive(SetId.Empty);

    /// <summary>The term as one integer: the set's number and a sign bit.</summary>
    public int Code { get; }

    /// <summary>The number of the set.</summary>
    public SetId Set => new(Code >> 1);

    /// <summary>Whether a version must be selected for the term to hold.</summary>
    public bool IsPositive => (Code & 1) == 0;

    /// <summary>A version in the set is selected.</summary>
    public static Term Positive(SetId set) => new(set.Value << 1);

    /// <summary>No version in the set is selected.</summary>
    public static Term Negative(SetId set) => new((set.Value << 1) | 1);

    /// <summary>The term that <see cref="Code"/> came from.</summary>
    public static Term FromCode(int code) => new(code);

    /// <summary>The opposite statement.</summary>
    public Term Negate() => new(Code ^ 1);
}

/// <summary>What a known statement says about another one.</summary>
internal enum TermRelation
{
    /// <summary>The other may be true or false.</summary>
    Inconclusive,

    /// <summary>The other is true.</summary>
    Satisfied,

    /// <summary>The other is false.</summary>
    Contradicted,
}

/// <summary>The algebra of terms over interned sets.</summary>
internal static class Terms
{
    /// <summary>Both statements hold.</summary>
    public static Term Intersect(this VersionSetStore sets, Term first, Term second)
    {
        if (first == second)
            return first;
        return (first.IsPositive, second.IsPositive) switch
        {
            (true, true) => Term.Positive(sets.Intersect(first.Set, second.Set)),
            (true, false) => Term.Positive(sets.Intersect(first.Set, sets.Complement(second.Set))),
            (false, true) => Term.Positive(sets.Intersect(second.Set, sets.Complement(first.Set))),
            (false, false) => Term.Negative(sets.Union(first.Set, second.Set)),
        };
    }

    /// <summary>One of the statements holds.</summary>
    public static Term Union(this VersionSetStore sets, Term first, Term second) =>
        sets.Intersect(first.Negate(), second.Negate()).Negate();

    /// <summary>What follows from `known` for `term`.</summary>
    public static TermRelation Relate(this VersionSetStore sets, Term known, Term term)
    {
        // foo >=1,<2 is selected: foo >=1 is satisfied, foo >=3 is contradicted; the other way around for negative terms.
        if (known.IsPositive)
        {
            var relation = sets.Relate(known.Set, term.Set);
            var (subset, disjoint) = term.IsPositive
                ? (TermRelation.Satisfied, TermRelation.Contradicted)
                : (TermRelation.Contradicted, TermRelation.Satisfied);
            // A package that nothing satisfies any more satisfies and contradicts everything; the former finds the conflict.
            if (known.Set == SetId.Empty)
                return TermRelation.Satisfied;
            if (relation.HasFlag(SetRelation.Subset))
                return subset;
            return relation.HasFlag(SetRelation.Disjoint) ? disjoint : TermRelation.Inconclusive;
        }

        // not foo >=1 is known: foo >=2 is contradicted, not foo >=2 is satisfied.
        if (!sets.Relate(term.Set, known.Set).HasFlag(SetRelation.Subset))
            return TermRelation.Inconclusive;
        return term.IsPositive ? TermRelation.Contradicted : TermRelation.Satisfied;
    }
}
