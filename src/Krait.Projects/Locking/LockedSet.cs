using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Projects.Installing;

namespace Krait.Projects.Locking;

/// <summary>What lock files hold for one machine.</summary>
/// <param name="Wheels">The wheels that it installs.</param>
/// <param name="Names">All packages that have an entry, whether or not the machine installs them.</param>
public sealed record LockedSet(ImmutableArray<ChosenWheel> Wheels, ImmutableHashSet<PackageName> Names);
