using System.Collections.Immutable;

namespace Krait.Health.Drift;

/// <summary>A package that a fresh installation would leave in another state than it is in.</summary>
/// <param name="Kind">What is different.</param>
/// <param name="Name">The package.</param>
/// <param name="Current">The version that is there; null where there is none.</param>
/// <param name="Fresh">The version that a fresh installation has; null where it has none.</param>
public sealed record DriftEntry(DriftKind Kind, string Name, string? Current, string? Fresh)
{
    /// <summary>When the fresh version was released; null where the index does not say.</summary>
    public DateTimeOffset? Released { get; init; }

    /// <summary>When the version that is there was released; null where the index does not say.</summary>
    public DateTimeOffset? CurrentReleased { get; init; }

    /// <summary>What asks for the package today: `celery 4.1.0: kombu==4.*`.</summary>
    public ImmutableArray<string> RequiredBy { get; init; } = [];

    /// <summary>Whether everything that asks for the package in the current state allows the fresh version; null where nothing does.</summary>
    public bool? IsAllowed { get; init; }

    /// <summary>The word that programs find.</summary>
    public string Word =>
        Kind switch
        {
            DriftKind.Changed => "changed",
            DriftKind.Added => "added",
            _ => "removed",
        };
}

/// <summary>What is different about a package.</summary>
public enum DriftKind
{
    /// <summary>It would have another version.</summary>
    Changed,

    /// <summary>It would be there, and is not.</summary>
    Added,

    /// <summary>It would not be there, and is.</summary>
    Removed,
}
