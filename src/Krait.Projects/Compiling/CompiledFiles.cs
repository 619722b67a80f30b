using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Resolver.Candidates;

namespace Krait.Projects.Compiling;

/// <summary>The files of a chosen version, and their hashes.</summary>
internal static class CompiledFiles
{
    /// <summary>Every file of the version; none where it comes from a URL or path.</summary>
    public static IEnumerable<IndexFile> Of(Candidate candidate) =>
        candidate.Releases.SelectMany(release => release.Files);

    /// <summary>What the page says of a file, else what was read from it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="read">The hashes that were read, by URL or path.</param>
    public static ImmutableArray<FileHash> HashesOf(
        IndexFile file,
        ImmutableDictionary<string, ImmutableArray<FileHash>> read
    ) => read.GetValueOrDefault(file.Url, file.Hashes);

    /// <summary>The hashes of all files of a version, on all platforms.</summary>
    /// <param name="candidate">The version.</param>
    /// <param name="read">The hashes that were read, by URL or path.</param>
    public static IEnumerable<FileHash> HashesOf(
        Candidate candidate,
        ImmutableDictionary<string, ImmutableArray<FileHash>> read
    ) =>
        candidate.Direct is { } direct
            ? read.GetValueOrDefault(direct.Url, [])
            : Of(candidate).SelectMany(file => HashesOf(file, read));
}
