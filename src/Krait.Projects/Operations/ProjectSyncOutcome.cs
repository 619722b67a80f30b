using Krait.Environments.Layouts;
using Krait.Projects.Changing;
using Krait.Projects.Locking;
using Krait.Resolver.Reporting;

namespace Krait.Projects.Operations;

/// <summary>What became of syncing a workspace.</summary>
public abstract record ProjectSyncOutcome
{
    private ProjectSyncOutcome() { }

    /// <summary>The environment holds what the lock says, or would.</summary>
    /// <param name="Lock">The lock, and whether it changed.</param>
    /// <param name="Change">What was done to the environment.</param>
    public sealed record Done(LockAnswer.Ready Lock, InstallOutcome.Done Change) : ProjectSyncOutcome
    {
        /// <summary>The environment; null for a dry run, which may have none.</summary>
        public PythonEnvironment? Environment { get; init; }

        /// <summary>Whether the environment was made, or would be.</summary>
        public bool IsNewEnvironment { get; init; }
    }

    /// <summary>No versions satisfy the requirements; nothing was changed.</summary>
    public sealed record NoSolution(Explanation Explanation) : ProjectSyncOutcome;
}
