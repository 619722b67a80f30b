using System.Collections.Immutable;
using Krait.Index.Credentials;

namespace Krait.Sources;

/// <summary>An index that a file of settings describes.</summary>
/// <param name="Name">The name that sources and the command line refer to; null where it has none.</param>
/// <param name="Address">Its URL, or the absolute path of a folder.</param>
public sealed record StatedIndex(string? Name, string Address)
{
    /// <summary>Whether it takes the place of the public index.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Whether only those packages come from it whose source names it.</summary>
    public bool IsExplicit { get; init; }

    /// <summary>Statuses that mean that it does not have a package (`ignore-error-codes`).</summary>
    public ImmutableArray<int> IgnoredStatuses { get; init; } = [];

    /// <summary>Whether credentials are looked for (`authenticate`).</summary>
    public AuthenticationPolicy Authentication { get; init; }

    /// <summary>The address of the index in whose place it is asked (`mirror-of`); null where it is an index of its own.</summary>
    public string? MirrorOf { get; init; }

    /// <summary>Whether it is a page or folder of files, not a tree of pages.</summary>
    public bool IsFlat { get; init; }
}
