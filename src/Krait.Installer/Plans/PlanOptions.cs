using System.Collections.Immutable;
using Krait.Packaging.Names;

namespace Krait.Installer.Plans;

/// <summary>How the difference between what is installed and what is wanted is acted on.</summary>
public sealed record PlanOptions
{
    /// <summary>The packages that other tools put into each environment they make.</summary>
    private static readonly ImmutableArray<PackageName> Seeds =
    [
        PackageName.Parse("pip"),
        PackageName.Parse("setuptools"),
        PackageName.Parse("wheel"),
    ];

    /// <summary>Whether what is not wanted is removed (`sync`).</summary>
    public bool RemovesOthers { get; init; }

    /// <summary>Whether pip, setuptools and wheel stay although nobody wants them: in environments that another tool made.</summary>
    public bool KeepsSeeds { get; init; }

    /// <summary>Whether everything wanted is reinstalled.</summary>
    public bool ReinstallsAll { get; init; }

    /// <summary>What is reinstalled.</summary>
    public ImmutableHashSet<PackageName> Reinstalls { get; init; } = [];

    internal bool IsKept(PackageName name) => KeepsSeeds && Seeds.Contains(name);
}
