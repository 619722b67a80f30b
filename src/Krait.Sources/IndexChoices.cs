using System.Collections.Immutable;
using Krait.Packaging.RequirementsFiles;

namespace Krait.Sources;

/// <summary>Where packages come from, as it was stated: by a front end, by requirements files and by settings. <see cref="IndexPolicy"/> reads it.</summary>
public sealed record IndexChoices
{
    /// <summary>Whether no index is asked.</summary>
    public bool IsOff { get; init; }

    /// <summary>Directories and pages with distributions.</summary>
    public ImmutableArray<string> FindLinks { get; init; } = [];

    /// <summary>Further indexes: an address, `name=address`, or the name of one in <see cref="Stated"/>.</summary>
    public ImmutableArray<string> Indexes { get; init; } = [];

    /// <summary>Further indexes that are asked after those.</summary>
    public ImmutableArray<string> ExtraIndexes { get; init; } = [];

    /// <summary>The default index as somebody typed it: it takes precedence over files.</summary>
    public string? TypedDefault { get; init; }

    /// <summary>The default index as a variable or a configuration file states it: files take precedence over it.</summary>
    public string? ConfiguredDefault { get; init; }

    /// <summary>Which of the indexes may offer a package.</summary>
    public IndexStrategy Strategy { get; init; }

    /// <summary>Hosts (`host` or `host:port`) whose certificates are not verified, beside those that files name.</summary>
    public ImmutableArray<string> InsecureHosts { get; init; } = [];

    /// <summary>The options in requirements files.</summary>
    public ImmutableArray<LineOptions> Files { get; init; } = [];

    /// <summary>The indexes that settings describe.</summary>
    public ImmutableArray<StatedIndex> Stated { get; init; } = [];
}
