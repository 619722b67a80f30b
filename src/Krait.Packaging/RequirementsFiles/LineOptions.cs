using System.Collections.Immutable;

namespace Krait.Packaging.RequirementsFiles;

/// <summary>The options that a line of a requirements file may set.</summary>
public sealed record LineOptions
{
    /// <summary>`--index-url`; null where the line does not set it.</summary>
    public string? IndexUrl { get; init; }

    /// <summary>`--extra-index-url`, in order.</summary>
    public ImmutableArray<string> ExtraIndexUrls { get; init; } = [];

    /// <summary>`--find-links`, in order.</summary>
    public ImmutableArray<string> FindLinks { get; init; } = [];

    /// <summary>`--trusted-host`, in order.</summary>
    public ImmutableArray<string> TrustedHosts { get; init; } = [];

    /// <summary>`--use-feature`, in order.</summary>
    public ImmutableArray<string> Features { get; init; } = [];

    /// <summary>`--no-binary` after its rules were applied: `:all:` or normalized names, sorted.</summary>
    public ImmutableArray<string> NoBinary { get; init; } = [];

    /// <summary>`--only-binary` after its rules were applied.</summary>
    public ImmutableArray<string> OnlyBinary { get; init; } = [];

    /// <summary>`--no-index`.</summary>
    public bool HasNoIndex { get; init; }

    /// <summary>`--pre`.</summary>
    public bool AllowsPrereleases { get; init; }

    /// <summary>`--prefer-binary`.</summary>
    public bool PrefersBinary { get; init; }

    /// <summary>`--require-hashes` or, false, `--no-require-hashes`; null where the line says neither.</summary>
    public bool? RequiresHashes { get; init; }

    /// <summary>Whether the line sets anything.</summary>
    public bool IsEmpty =>
        IndexUrl is null
        && ExtraIndexUrls.IsEmpty
        && FindLinks.IsEmpty
        && TrustedHosts.IsEmpty
        && Features.IsEmpty
        && NoBinary.IsEmpty
        && OnlyBinary.IsEmpty
        && !HasNoIndex
        && !AllowsPrereleases
        && !PrefersBinary
        && RequiresHashes is null;
}
