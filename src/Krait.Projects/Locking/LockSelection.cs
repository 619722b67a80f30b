using System.Collections.Immutable;

namespace Krait.Projects.Locking;

/// <summary>Which of the extras and dependency groups of a lock file are installed.</summary>
/// <param name="Extras">The extras.</param>
/// <param name="AllExtras">Whether all extras are.</param>
/// <param name="Groups">The groups; none means those that the file installs by default.</param>
public sealed record LockSelection(ImmutableArray<string> Extras, bool AllExtras, ImmutableArray<string> Groups);
