using System.Collections.Immutable;
using Krait.Index.Credentials;
using Krait.Platform.Caching;

namespace Krait.Index;

/// <summary>A place that offers files.</summary>
public sealed record IndexLocation
{
    /// <summary>The public Python index.</summary>
    public const string PublicIndex = "https://pypi.org/simple";

    /// <summary>Where PyTorch offers the files of its packages: an index for each kind of accelerator, below this address.</summary>
    public const string TorchIndexes = "https://download.pytorch.org/whl";

    private static readonly Origin TorchOrigin = SafeUrl.Parse(TorchIndexes).Origin;

    private string? sourceKey;

    /// <summary>Describes a place.</summary>
    /// <param name="url">Its address; a credential in it is used for it and for the files that it links to on its own origin.</param>
    /// <param name="name">Its name in the configuration, if it has one.</param>
    /// <param name="kind">How it is laid out.</param>
    /// <param name="isDefault">Whether it is the one that is asked last.</param>
    public IndexLocation(SafeUrl url, string? name = null, IndexKind kind = IndexKind.Simple, bool isDefault = false)
    {
        Url = url;
        Name = name;
        Kind = kind;
        IsDefault = isDefault;
        // A store of files that may not be listed answers 403 for what it does not have.
        IgnoredStatuses = url.Origin == TorchOrigin ? [403] : [];
    }

    /// <summary>Its address.</summary>
    public SafeUrl Url { get; }

    /// <summary>Its name in the configuration, if it has one.</summary>
    public string? Name { get; }

    /// <summary>How it is laid out.</summary>
    public IndexKind Kind { get; }

    /// <summary>Whether it is the one that is asked last.</summary>
    public bool IsDefault { get; }

    /// <summary>Statuses that mean that it does not have a project, beside 404 and 410 (`ignore-error-codes`).</summary>
    public ImmutableArray<int> IgnoredStatuses { get; init; }

    /// <summary>Whether credentials are looked for (`authenticate`).</summary>
    public AuthenticationPolicy Authentication { get; init; }

    /// <summary>Whether its certificate is not verified because the user exempted its host.</summary>
    public bool IsUnverified
    {
        get;
        init
        {
            field = value;
            sourceKey = null;
        }
    }

    /// <summary>Its address as a file states it, with variables in place of values that nothing may show; null where it has none.</summary>
    public string? Written { get; init; }

    /// <summary>The index in whose place it is asked, which is what lock files name; null where it is an index of its own.</summary>
    public SafeUrl? StandsFor { get; init; }

    /// <summary>Whether it answers 403 for what it does not have, as a store of files does that may not be listed.</summary>
    public bool ForbidsWhatIsMissing { get; init; }

    /// <summary>
    /// The folder name under which every bucket of the cache keeps what came from here: the same for the same address, whatever credential
    /// it is read with, and different for any other.
    /// </summary>
    public string SourceKey => sourceKey ??= MakeSourceKey();

    /// <summary>Its name, or its address without secrets: neither credentials nor values of variables.</summary>
    public override string ToString() => Name ?? Written ?? Url.ToString();

    private string MakeSourceKey()
    {
        var address = Url.Canonical.TrimEnd('/');
        // What nobody vouched for is not given to a run that verifies.
        if (IsUnverified)
            return "unverified-" + CacheKey.Of(address);
        if (Kind is IndexKind.Simple && string.Equals(address, PublicIndex, StringComparison.Ordinal))
            return "pypi";
        return (Kind is IndexKind.Simple ? "index-" : "links-") + CacheKey.Of(address);
    }
}
