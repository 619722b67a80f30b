using Krait.Packaging.Markers;

namespace Krait.Resolver.Forking;

/// <summary>What to do about a version that not all environments of a fork can install.</summary>
/// <param name="Forks">Forks to solve instead, the last first; null to go on.</param>
/// <param name="Index">The version to go on with.</param>
/// <param name="Missing">The required environment that the version is refused for.</param>
internal readonly record struct PlatformAnswer(IReadOnlyList<ForkState>? Forks, int Index, Marker? Missing);
