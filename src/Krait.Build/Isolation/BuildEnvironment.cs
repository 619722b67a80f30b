using System.Collections.Immutable;

namespace Krait.Build.Isolation;

/// <summary>An environment that hooks run in: an ordinary virtual environment, so that programs and child processes of a backend find what it needs.</summary>
/// <param name="Python">The interpreter to start.</param>
/// <param name="Scripts">The folder of its programs, which comes first in PATH.</param>
/// <param name="Root">Its folder; null where the build is not isolated and Python is not in an environment.</param>
public sealed record BuildEnvironment(string Python, string Scripts, string? Root)
{
    /// <summary>What is installed in it, as pins; for records and messages.</summary>
    public ImmutableArray<string> Pins { get; init; } = [];

    public bool Equals(BuildEnvironment? other) =>
        other is not null
        && string.Equals(Python, other.Python, StringComparison.Ordinal)
        && string.Equals(Root, other.Root, StringComparison.Ordinal)
        && Pins.SequenceEqual(other.Pins, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Python, Root, Pins.Length);
}
