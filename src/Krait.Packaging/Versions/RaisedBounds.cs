using System.Collections.Immutable;

namespace Krait.Packaging.Versions;

/// <summary>Raises the bounds of a requirement to versions that were chosen, each clause in the form in which it is written.</summary>
public static class RaisedBounds
{
    /// <summary>The clauses for a version.</summary>
    /// <param name="written">The clauses as they are.</param>
    /// <param name="lowest">The lowest version that was chosen.</param>
    /// <param name="highest">The highest version that was chosen; another one where environments differ.</param>
    public static SpecifierSet For(SpecifierSet written, Version lowest, Version highest) =>
        new([.. written.Clauses.Select(clause => Raise(clause, lowest.WithoutLocal(), highest.WithoutLocal()))]);

    /// <summary>What still holds while newer versions are looked for: exclusions, upper bounds where they are to stay, and what is locked at least.</summary>
    /// <param name="written">The clauses as they are.</param>
    /// <param name="locked">The version that is there; null where there is none.</param>
    /// <param name="keepsUpper">Whether upper bounds stay.</param>
    public static SpecifierSet Loosen(SpecifierSet written, Version? locked, bool keepsUpper)
    {
        var clauses = written.Clauses.Where(clause => IsExclusion(clause) || (keepsUpper && IsUpper(clause)));
        if (locked is not null && written.Contains(locked))
            clauses = clauses.Prepend(new Specifier(SpecifierOperator.GreaterEqual, locked.WithoutLocal()));
        return new SpecifierSet([.. clauses]);
    }

    private static bool IsExclusion(Specifier clause) =>
        clause.Operator is SpecifierOperator.NotEqual or SpecifierOperator.NotEqualStar;

    private static bool IsUpper(Specifier clause) =>
        clause.Operator
            is SpecifierOperator.Less
                or SpecifierOperator.LessEqual
                or SpecifierOperator.Equal
                or SpecifierOperator.EqualStar
                or SpecifierOperator.Compatible
                or SpecifierOperator.Arbitrary;

    private static Specifier Raise(Specifier clause, Version lowest, Version highest)
    {
        if (IsExclusion(clause))
            return clause;
        var length = Math.Max(1, clause.VersionText.Split('+')[0].Split('.').Count(part => part is not "*"));
        return clause.Operator switch
        {
            SpecifierOperator.Less or SpecifierOperator.LessEqual when clause.ToRanges().Contains(highest) => clause,
            SpecifierOperator.Less => Parse($"<{Above(highest, length)}"),
            SpecifierOperator.LessEqual => Parse($"<={highest}"),
            SpecifierOperator.Greater or SpecifierOperator.GreaterEqual => Parse($">={lowest}"),
            SpecifierOperator.Compatible => Parse($"~={First(lowest, Math.Max(2, length))}"),
            SpecifierOperator.Arbitrary => Parse($"==={lowest}"),
            SpecifierOperator.EqualStar => Parse($"=={First(lowest, length)}.*"),
            _ => Parse($"=={lowest}"),
        };
    }

    private static Specifier Parse(string text) => SpecifierSet.Parse(text).Clauses[0];

    /// <summary>The first numbers of a version.</summary>
    private static string First(Version version, int length) => Text(version, Numbers(version, length));

    /// <summary>The first release above a version that is written with so many numbers.</summary>
    private static string Above(Version version, int length)
    {
        var numbers = Numbers(version, length);
        numbers[^1]++;
        return Text(version, numbers);
    }

    private static ulong[] Numbers(Version version, int length) =>
        [.. Enumerable.Range(0, length).Select(place => place < version.ReleaseLength ? version.ReleaseAt(place) : 0)];

    private static string Text(Version version, ulong[] numbers) =>
        (version.Epoch == 0 ? "" : $"{version.Epoch}!") + string.Join('.', numbers);
}
