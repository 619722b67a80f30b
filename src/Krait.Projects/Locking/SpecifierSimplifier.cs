using Krait.Packaging.Versions;

namespace Krait.Projects.Locking;

/// <summary>Leaves out clauses that others imply: `>=3.9,>=3.11` is `>=3.11`.</summary>
internal static class SpecifierSimplifier
{
    /// <summary>The same versions with as few clauses as possible, in order.</summary>
    public static SpecifierSet Simplify(SpecifierSet specifiers)
    {
        var clauses = specifiers.Clauses.Distinct().ToList();
        for (var i = clauses.Count - 1; i >= 0 && clauses.Count > 1; i--)
        {
            var others = clauses.Where((_, index) => index != i);
            var rest = new SpecifierSet([.. others]).ToRanges();
            if (rest.IsSubsetOf(clauses[i].ToRanges()))
                clauses.RemoveAt(i);
        }

        return new SpecifierSet([.. clauses]);
    }
}
