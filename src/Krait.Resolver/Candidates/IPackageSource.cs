using System.Collections.Immutable;
using Krait.Packaging.Indexes;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Packaging.Versions;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Candidates;

/// <summary>
/// Where the resolver learns what exists. Answers are asked for early and from several threads, and more than once; the
/// source shares work between callers. Answers that are at hand complete synchronously.
/// </summary>
public interface IPackageSource
{
    /// <summary>All files of a project.</summary>
    /// <param name="name">The project.</param>
    /// <param name="index">The one index that is to be asked (<see cref="IndexPin.Index"/>); null for those that the strategy says.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public ValueTask<VersionsResponse> GetVersionsAsync(
        PackageName name,
        string? index,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// The metadata of a version. May be asked speculatively for candidates that are never chosen; a candidate whose
    /// <see cref="Candidate.Wheel"/> is null needs a build, which is never asked for speculatively.
    /// </summary>
    public ValueTask<DependenciesResponse> GetDependenciesAsync(
        Candidate candidate,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// What is at hand about a project from an earlier time, outdated or not; null for nothing. Asks nobody: it serves guesses, which
    /// decide nothing.
    /// </summary>
    public VersionsResponse.Found? Recall(PackageName name, string? index);

    /// <summary>The metadata of a version, if it is at hand. Asks nobody.</summary>
    public CoreMetadata? Recall(Candidate candidate);

    /// <summary>
    /// What a project, or one of its extras, is known to require in its newest versions, as far as anything is known without asking: it
    /// serves guesses, which decide nothing.
    /// </summary>
    /// <param name="name">The project.</param>
    /// <param name="extra">The extra; null for what the project requires without any.</param>
    public IEnumerable<Requirement> Presume(PackageName name, ExtraName? extra) => [];

    /// <summary>Name, version and metadata of what stands behind a URL, path or repository.</summary>
    public ValueTask<DirectResponse> GetDirectAsync(DirectReference reference, CancellationToken cancellationToken);

    /// <summary>A project that is known to be asked about soon, and what its version must lie in. Never throws.</summary>
    public void Expect(PackageName name, string? index, VersionRanges range);
}

/// <summary>What is known about the versions of a name.</summary>
public abstract record VersionsResponse
{
    private VersionsResponse() { }

    /// <summary>The project's pages in the order of the indexes; one page where the first index that knows a name decides.</summary>
    public sealed record Found(ImmutableArray<IndexedPage> Pages) : VersionsResponse
    {
        /// <summary>
        /// Whether an earlier page with any match hides later ones (`unsafe-first-match`); otherwise all pages are one list
        /// (`unsafe-best-match`).
        /// </summary>
        public bool IsFirstMatch { get; init; }

        /// <summary>Labels of indexes that also know the name but were not read, because an earlier one decides.</summary>
        public ImmutableArray<string> HiddenIndexes { get; init; } = [];
    }

    /// <summary>No index knows the name.</summary>
    public sealed record NotFound(ImmutableArray<string> Indexes) : VersionsResponse
    {
        /// <summary>Names of the index that the user may have meant.</summary>
        public ImmutableArray<string> Suggestions { get; init; } = [];
    }

    /// <summary>An index refused to answer (401, 403) and so hides whether it knows the name.</summary>
    public sealed record Denied(string Index, int Status) : VersionsResponse;

    /// <summary>The answer is not in the cache and the network may not be used.</summary>
    public sealed record Offline : VersionsResponse;

    /// <summary>There is no index to ask.</summary>
    public sealed record NoIndex : VersionsResponse;
}

/// <summary>A project's page on one index.</summary>
/// <param name="Index">How messages call the index: a redacted URL or its name.</param>
/// <param name="Page">The files.</param>
public sealed record IndexedPage(string Index, ProjectPage Page)
{
    /// <summary>The address of the index, for files that name it; null where it has none.</summary>
    public string? Address { get; init; }

    /// <summary>What every version of the page needs of the machine; null where nothing is known of that.</summary>
    public SystemNeed? Needs { get; init; }

    /// <summary>Whether it is the page or directory of many projects, where files of others are no surprise.</summary>
    public bool IsShared { get; init; }

    /// <summary>The entries that were skipped and should not have been there; of very many, only the first.</summary>
    public ImmutableArray<Diagnostic> Skipped =>
        Page.SkippedCount == 0 ? []
        : IsShared ? [.. Page.Skipped.Where(skipped => skipped.Topic is not DiagnosticTopic.OtherProject)]
        : Page.Skipped;

    /// <summary>How many these are.</summary>
    public int SkippedCount => IsShared ? Skipped.Length : Page.SkippedCount;
}

/// <summary>What is known about the dependencies of a version.</summary>
public abstract record DependenciesResponse
{
    private DependenciesResponse() { }

    /// <summary>The version's metadata.</summary>
    public sealed record Found(CoreMetadata Metadata) : DependenciesResponse;

    /// <summary>The version cannot be used: its metadata is broken, contradicts the file name, or a build failed.</summary>
    public sealed record Unavailable(Diagnostic Reason) : DependenciesResponse;

    /// <summary>The metadata is not in the cache and the network may not be used.</summary>
    public sealed record Offline : DependenciesResponse;
}

/// <summary>What stands behind a direct reference.</summary>
public abstract record DirectResponse
{
    private DirectResponse() { }

    /// <summary>A distribution.</summary>
    public sealed record Found(Version Version, CoreMetadata Metadata) : DirectResponse;

    /// <summary>It cannot be obtained, or is not what the requirement says it is.</summary>
    public sealed record Unavailable(Diagnostic Reason) : DirectResponse;
}

/// <summary>A requirement's URL or path.</summary>
/// <param name="Name">The name that the requirement gives it.</param>
/// <param name="Url">The text as the user wrote it.</param>
/// <param name="IsEditable">Whether it is to be installed in place.</param>
public sealed record DirectReference(PackageName Name, string Url, bool IsEditable = false);
