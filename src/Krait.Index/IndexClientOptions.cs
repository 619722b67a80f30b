using System.Collections.Frozen;
using Krait.Index.Http;
using Krait.Index.SimpleApi;
using Krait.Packaging.Names;
using Krait.Packaging.Text;

namespace Krait.Index;

/// <summary>How an <see cref="IndexClient"/> works.</summary>
public sealed record IndexClientOptions
{
    /// <summary>How requests are made.</summary>
    public HttpOptions Http { get; init; } = new();

    /// <summary>Whether the network may be used at all.</summary>
    public bool IsOffline { get; init; }

    /// <summary>When a cached page may be used without asking.</summary>
    public Freshness Freshness { get; init; } = Freshness.ObeyHeaders;

    /// <summary>Packages whose pages are always asked for, whatever <see cref="Freshness"/> says (`--refresh-package`).</summary>
    public FrozenSet<PackageName> Refreshed { get; init; } = [];

    /// <summary>Whether connections are made before the first request.</summary>
    public bool Prewarms { get; init; } = true;

    /// <summary>Whether the metadata of a wheel without a metadata file is read from a part of the wheel.</summary>
    public bool ReadsParts { get; init; } = true;

    /// <summary>
    /// Whether the cached page of a package that is pinned to one version may be used at any age, where it lists that version: nothing that an
    /// index could add to it would be chosen.
    /// </summary>
    public bool TrustsPins { get; init; } = true;

    /// <summary>How many pages are asked for at one time.</summary>
    public int PageConcurrency { get; init; } = 100;

    /// <summary>
    /// How many metadata files are asked for at one time. Servers take about a hundred over one HTTP/2 connection; where a package turns out
    /// to be incompatible version for version, more are on their way, over further connections.
    /// </summary>
    public int MetadataConcurrency { get; init; } = 400;

    /// <summary>How many files are downloaded at one time.</summary>
    public int DownloadConcurrency { get; init; } = 50;

    /// <summary>The clock by which pages age.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    internal Freshness FreshnessOf(PackageName project) =>
        Refreshed.Contains(project) ? Freshness.AlwaysRevalidate : Freshness;

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="KraitException">A width is not positive (unusable input).</exception>
    internal void Check()
    {
        foreach (
            var (name, width) in (ReadOnlySpan<(string, int)>)
                [("page", PageConcurrency), ("metadata", MetadataConcurrency), ("download", DownloadConcurrency)]
        )
        {
            if (width < 1)
            {
                var message = $"the {name} concurrency is {width}, where at least 1 is needed";
                throw new KraitException(new Diagnostic("invalid-concurrency", message))
                {
                    Kind = FailureKind.UnusableInput,
                };
            }
        }
    }
}
