using Krait.Packaging.Text;

namespace Krait.Projects.Locking;

/// <summary>A lock file was read, and is not one: what can be saved of it is saved, and it is written again (unusable input).</summary>
public sealed class DamagedLockException : KraitException
{
    internal DamagedLockException(Diagnostic diagnostic)
        : base(diagnostic) => Kind = FailureKind.UnusableInput;
}
