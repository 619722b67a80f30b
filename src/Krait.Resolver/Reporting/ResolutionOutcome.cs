namespace Krait.Resolver.Reporting;

/// <summary>The answer to a request.</summary>
public abstract record ResolutionOutcome
{
    private ResolutionOutcome() { }

    /// <summary>There is a solution.</summary>
    public sealed record Solved(Resolution Resolution) : ResolutionOutcome;

    /// <summary>There is none, and why.</summary>
    public sealed record NoSolution(Explanation Explanation, ResolutionCounts Counts) : ResolutionOutcome;
}
