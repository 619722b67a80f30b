using System.Collections.Immutable;
using Krait.Packaging.Text;

namespace Krait.Resolver.Reporting;

/// <summary>Why there is no solution.</summary>
/// <param name="Diagnostic">The explanation in words: what cannot be, the facts it follows from, and what to do.</param>
public sealed record Explanation(Diagnostic Diagnostic)
{
    /// <summary>The facts that together leave no solution, those nearest to the request first.</summary>
    public ImmutableArray<Fact> Facts { get; init; } = [];

    /// <summary>What would help.</summary>
    public ImmutableArray<Hint> Hints { get; init; } = [];
}
