using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Toml;
using Krait.Packaging.Versions;

namespace Krait.Packaging.Lockfiles;

/// <summary>A `[[packages]]` table of a pylock.toml.</summary>
public sealed record PylockPackage
{
    /// <summary>The normalized name.</summary>
    public required string Name { get; init; }

    /// <summary>The version; a source tree may lack one.</summary>
    public Version? Version { get; init; }

    /// <summary>When the package is wanted, as written; null for always.</summary>
    public string? Marker { get; init; }

    /// <summary>The parsed form of <see cref="Marker"/>.</summary>
    public MarkerExpression? MarkerExpression { get; init; }

    /// <summary>The Python versions the package is for.</summary>
    public SpecifierSet? RequiresPython { get; init; }

    /// <summary>Which other packages of the file it depends on: the keys that tell them apart. For people and tools, not for installing.</summary>
    public ImmutableArray<TomlTable> Dependencies { get; init; } = [];

    /// <summary>A revision of a repository.</summary>
    public PylockRepository? Vcs { get; init; }

    /// <summary>A folder.</summary>
    public PylockFolder? Directory { get; init; }

    /// <summary>An archive of sources.</summary>
    public PylockFile? Archive { get; init; }

    /// <summary>The index that the files come from.</summary>
    public string? Index { get; init; }

    /// <summary>The source distribution.</summary>
    public PylockFile? Sdist { get; init; }

    /// <summary>The wheels; null if the key is absent.</summary>
    public ImmutableArray<PylockFile>? Wheels { get; init; }

    /// <summary>Who attests to the files.</summary>
    public ImmutableArray<TomlTable> AttestationIdentities { get; init; } = [];

    /// <summary>What tools keep here.</summary>
    public TomlTable? Tool { get; init; }

    /// <summary>Whether the package is a repository, folder or archive, not files of an index.</summary>
    public bool IsDirect => Sdist is null && Wheels is null or { IsEmpty: true };
}

/// <summary>A revision of a repository.</summary>
/// <param name="Type">The version control system (`git`).</param>
/// <param name="CommitId">The exact revision.</param>
public sealed record PylockRepository(string Type, string CommitId)
{
    /// <summary>Where the repository is.</summary>
    public string? Url { get; init; }

    /// <summary>Where the repository is, relative to the lock file or absolute.</summary>
    public string? Path { get; init; }

    /// <summary>The branch, tag or revision that was asked for.</summary>
    public string? RequestedRevision { get; init; }

    /// <summary>The folder of the project inside the repository.</summary>
    public string? Subdirectory { get; init; }
}

/// <summary>A folder of sources.</summary>
/// <param name="Path">Where it is, relative to the lock file or absolute.</param>
public sealed record PylockFolder(string Path)
{
    /// <summary>Whether it is to be installed in place; null where the file does not say.</summary>
    public bool? IsEditable { get; init; }

    /// <summary>The folder of the project inside it.</summary>
    public string? Subdirectory { get; init; }
}
