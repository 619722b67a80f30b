using Krait.Resolver.Forking;
using Krait.Resolver.Solving;

namespace Krait.Resolver.Driving;

/// <summary>How a fork ended.</summary>
internal abstract record ForkOutcome
{
    private ForkOutcome() { }

    /// <summary>Every package is decided.</summary>
    public sealed record Solved : ForkOutcome;

    /// <summary>An incompatibility proves that there is no solution.</summary>
    public sealed record NoSolution(IncompatibilityId Incompatibility) : ForkOutcome;

    /// <summary>It went over into narrower forks; the last is to be solved first.</summary>
    public sealed record Split(IReadOnlyList<ForkState> Forks) : ForkOutcome;

    /// <summary>It took too many decisions.</summary>
    public sealed record Exhausted : ForkOutcome;
}
