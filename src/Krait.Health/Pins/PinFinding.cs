using Krait.Packaging.Requirements;

namespace Krait.Health.Pins;

/// <summary>A requirement that another day, or another index, may turn into something else.</summary>
/// <param name="Kind">What is loose about it.</param>
/// <param name="Requirement">The requirement as it is written; of one that no file lists, its name.</param>
/// <param name="Name">The package.</param>
/// <param name="Origin">Where it is written; null for what no file lists.</param>
public sealed record PinFinding(PinFindingKind Kind, string Requirement, string Name, RequirementOrigin? Origin)
{
    /// <summary>What it stands for today; null where that could not be found out.</summary>
    public string? Today { get; init; }

    /// <summary>When that was released; null where the index does not say.</summary>
    public DateTimeOffset? Released { get; init; }

    /// <summary>Who requires it, for what no file lists.</summary>
    public string? RequiredBy { get; init; }

    /// <summary>The word that programs find.</summary>
    public string Word =>
        Kind switch
        {
            PinFindingKind.Unpinned => "unpinned",
            PinFindingKind.Unlisted => "unlisted",
            _ => "no-hash",
        };
}

/// <summary>What is loose about a requirement.</summary>
public enum PinFindingKind
{
    /// <summary>It allows more than one version.</summary>
    Unpinned,

    /// <summary>It names one version, and no digest of its files.</summary>
    NoHash,

    /// <summary>Something in the files requires it, and they do not list it.</summary>
    Unlisted,
}
