using System.Collections.Immutable;
using Krait.Packaging.Locations;

namespace Krait.Packaging.RequirementsFiles;

/// <summary>The options that a line of a requirements file may set.</summary>
public sealed record LineOptions
{
    /// <summary>`--index-url`; null where the line does not set it.</summary>
    public WrittenLocation? IndexUrl { get; init; }

    /// <summary>`--extra-index-url`, in order.</summary>
    public ImmutableArray<WrittenLocation> ExtraIndexUrls { get; init; } = [];

    /// <summary>`--find-links`, in order.</summary>
    public ImmutableArray<WrittenLocation> FindLinks { get; init; } = [];

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

    /// <summary>The same with every location changed.</summary>
    public LineOptions WithLocations(Func<WrittenLocation, WrittenLocation> change) =>
        this with
        {
            IndexUrl = IndexUrl is null ? null : change(IndexUrl),
            ExtraIndexUrls = [.. ExtraIndexUrls.Select(change)],
            FindLinks = [.. FindLinks.Select(change)],
        };

    /// <summary>The same, where the locations are written as in the options of the line before its variables were expanded.</summary>
    internal LineOptions WrittenAs(LineOptions written)
    {
        // A value that holds white space changes how the line is split: then nothing can be assigned.
        var isSame =
            ExtraIndexUrls.Length == written.ExtraIndexUrls.Length && FindLinks.Length == written.FindLinks.Length;
        return isSame
            ? this with
            {
                IndexUrl =
                    IndexUrl is null || written.IndexUrl is null ? IndexUrl : WrittenAs(IndexUrl, written.IndexUrl),
                ExtraIndexUrls = [.. ExtraIndexUrls.Zip(written.ExtraIndexUrls, WrittenAs)],
                FindLinks = [.. FindLinks.Zip(written.FindLinks, WrittenAs)],
            }
            : this;
    }

    private static WrittenLocation WrittenAs(WrittenLocation expanded, WrittenLocation written) =>
        expanded with
        {
            Written = written.Written,
        };

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
