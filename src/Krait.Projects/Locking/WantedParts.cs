using System.Collections.Immutable;
using Krait.Packaging.Names;

namespace Krait.Projects.Locking;

/// <summary>Which parts of a workspace a command is about, as the user says it.</summary>
public sealed record WantedParts
{
    /// <summary>The extras to include.</summary>
    public ImmutableArray<ExtraName> Extras { get; init; } = [];

    /// <summary>Whether all extras are included.</summary>
    public bool AllExtras { get; init; }

    /// <summary>Extras to leave out.</summary>
    public ImmutableArray<ExtraName> NoExtras { get; init; } = [];

    /// <summary>The dependency groups to include beside the default ones.</summary>
    public ImmutableArray<ExtraName> Groups { get; init; } = [];

    /// <summary>Whether all dependency groups are included.</summary>
    public bool AllGroups { get; init; }

    /// <summary>Dependency groups to leave out.</summary>
    public ImmutableArray<ExtraName> NoGroups { get; init; } = [];

    /// <summary>The dependency groups to include, and nothing else.</summary>
    public ImmutableArray<ExtraName> OnlyGroups { get; init; } = [];

    /// <summary>Whether the default groups are left out.</summary>
    public bool NoDefaultGroups { get; init; }

    /// <summary>Whether the group `dev` is meant by an option of its own, which nobody has to have.</summary>
    public bool OnlyDevelopment { get; init; }

    /// <summary>The members that the command is about; none means the current one.</summary>
    public ImmutableArray<PackageName> Packages { get; init; } = [];

    /// <summary>Whether the command is about all members.</summary>
    public bool AllPackages { get; init; }

    /// <summary>Whether nothing but groups is included.</summary>
    public bool IsOnlyGroups => OnlyDevelopment || !OnlyGroups.IsEmpty;
}
