using System.Collections.Immutable;
using Krait.Installer.Execution;
using Krait.Installer.Plans;
using Krait.Projects.Inspection;
using Krait.Projects.Installing;
using Krait.Resolver.Reporting;

namespace Krait.Projects.Changing;

/// <summary>What became of an installation.</summary>
public abstract record InstallOutcome
{
    private InstallOutcome() { }

    /// <summary>The environment is as it was asked for, or would be.</summary>
    /// <param name="Plan">What was to be done.</param>
    /// <param name="Report">What was done; null for a dry run.</param>
    public sealed record Done(InstallPlan Plan, InstallReport? Report) : InstallOutcome
    {
        /// <summary>The versions that were chosen; null where what is installed satisfied everything.</summary>
        public Resolution? Resolution { get; init; }

        /// <summary>The files that were chosen.</summary>
        public ImmutableArray<ChosenWheel> Wheels { get; init; } = [];

        /// <summary>What does not fit together in the environment now.</summary>
        public ImmutableArray<EnvironmentProblem> Problems { get; init; } = [];
    }

    /// <summary>No versions satisfy what is asked for; nothing was changed.</summary>
    public sealed record NoSolution(Explanation Explanation) : InstallOutcome;
}
