using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Projects.Inputs;
using Krait.Projects.Resolving;
using Krait.Resolver.Requests;

namespace Krait.Projects.Compiling;

/// <summary>What is to be pinned, and what the pins are to say.</summary>
/// <param name="Inputs">What is asked for.</param>
/// <param name="Target">The environment, or all.</param>
public sealed record CompileRequest(RequirementSet Inputs, ResolutionTarget Target) : ResolveRequest(Inputs)
{
    /// <summary>The pins of an earlier output, which are kept where they fit.</summary>
    public ImmutableArray<Preference> Earlier { get; init; } = [];

    /// <summary>The digests of the earlier output, where they are kept for pins that stay.</summary>
    public ImmutableDictionary<
        (PackageName Name, Version Version),
        ImmutableArray<string>
    > EarlierHashes { get; init; } =
        ImmutableDictionary<(PackageName Name, Version Version), ImmutableArray<string>>.Empty;

    /// <summary>Whether lines name the extras that something asks for.</summary>
    public bool KeepsExtras { get; init; }

    /// <summary>Whether lines for one environment say under which markers they were asked for.</summary>
    public bool KeepsMarkers { get; init; }

    /// <summary>Whether lines carry the digests of all files of the release.</summary>
    public bool GeneratesHashes { get; init; }

    /// <summary>Whether a lock file is written, in which every file has a hash and markers can speak of chosen extras.</summary>
    public bool IsLock { get; init; }

    /// <summary>Whether lines say which index they came from.</summary>
    public bool NamesIndexes { get; init; }

    /// <summary>The directory that paths of the user start from.</summary>
    public string WorkingFolder { get; init; } = "/";

    /// <summary>The directory of the output, from which included files are named; null for standard output.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>Packages that are pinned and left out.</summary>
    public ImmutableHashSet<PackageName> Omitted { get; init; } = [];
}
