using System.Collections.Immutable;
using Krait.Installer.Plans;
using Krait.Projects.Installing;
using Krait.Resolver.Reporting;

namespace Krait.Projects.Resolving;

/// <summary>What came of choosing the wheels of one environment.</summary>
internal abstract record WheelAnswer
{
    private WheelAnswer() { }

    /// <summary>The wheels, and the versions behind them.</summary>
    public sealed record Chosen(Resolution Resolution, ImmutableArray<ChosenWheel> Wheels) : WheelAnswer
    {
        /// <summary>What is installed and stays.</summary>
        public ImmutableArray<WantedDistribution> Kept { get; init; } = [];
    }

    /// <summary>No versions satisfy the requirements.</summary>
    public sealed record NoSolution(Explanation Explanation) : WheelAnswer;
}
