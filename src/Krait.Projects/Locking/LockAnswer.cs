using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Resolver.Reporting;

namespace Krait.Projects.Locking;

/// <summary>What came of locking a workspace.</summary>
public abstract record LockAnswer
{
    private LockAnswer() { }

    /// <summary>There is a lock that is up to date, or is taken as it is.</summary>
    /// <param name="Lock">The lock.</param>
    /// <param name="Earlier">The lock that was there before; null where there was none.</param>
    public sealed record Ready(WorkspaceLock Lock, WorkspaceLock? Earlier) : LockAnswer
    {
        /// <summary>The versions behind it, where it was made again.</summary>
        public Resolution? Resolution { get; init; }

        /// <summary>What was asked for; null where the lock was taken as it is.</summary>
        public LockInputs? Inputs { get; init; }

        /// <summary>Whether its text differs from the file's.</summary>
        public bool IsChanged => Earlier is null || !string.Equals(Earlier.Text, Lock.Text, StringComparison.Ordinal);

        /// <summary>What changed.</summary>
        public LockChanges Changes => LockChanges.Between(Earlier?.Pylock, Lock.Pylock);

        /// <summary>Writes the lock, where it changed.</summary>
        /// <exception cref="KraitException">It cannot be written.</exception>
        public void Write()
        {
            if (IsChanged)
                AtomicFile.WriteHeld(Lock.File, System.Text.Encoding.UTF8.GetBytes(Lock.Text));
        }
    }

    /// <summary>No versions satisfy the requirements.</summary>
    public sealed record NoSolution(Explanation Explanation) : LockAnswer;
}
