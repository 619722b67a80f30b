using System.Globalization;
using Krait.Packaging.Distributions;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Platform.Caching;
using Krait.Platform.Files;

namespace Krait.Build.Sources;

/// <summary>
/// Something that a wheel can be built from: an archive that has been fetched, a folder, or a checkout of a repository. Says what it is
/// (<see cref="Key"/>), and in which state it is (<see cref="Stamp"/>): what was built from another state is stale.
/// </summary>
public abstract record BuildSource
{
    private BuildSource() { }

    /// <summary>What tells this source from others, in every state: the name of its folder in the cache.</summary>
    public required string Key { get; init; }

    /// <summary>The state it is in: the digest of an archive, a commit, or a stamp of a folder's files.</summary>
    public required string Stamp { get; init; }

    /// <summary>Its name for messages: a file name, a URL without credentials, or a path.</summary>
    public required string Display { get; init; }

    /// <summary>The project that it must be; null where only its metadata tells.</summary>
    public PackageName? Name { get; init; }

    /// <summary>The version that it must be; null where only its metadata tells.</summary>
    public Version? Version { get; init; }

    /// <summary>The folder of the project below the source's root.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>Where it is from, for `direct_url.json`; null for files of an index.</summary>
    public DirectUrl? Origin { get; init; }

    /// <summary>The project in words: `demo 1.0`, or what is known instead.</summary>
    public string Title =>
        (Name, Version) switch
        {
            ({ } name, { } version) => $"{name} {version}",
            ({ } name, null) => name.Value,
            _ => Display,
        };

    /// <summary>An archive.</summary>
    /// <param name="Path">The fetched file.</param>
    /// <param name="FileName">Its name where it came from, which says what kind of archive it is.</param>
    public sealed record Archive(string Path, string FileName) : BuildSource;

    /// <summary>A folder that hooks run in, and may change.</summary>
    /// <param name="Path">The absolute path of the project.</param>
    public sealed record Folder(string Path) : BuildSource;

    /// <summary>A checkout of a repository, of which each build gets a copy.</summary>
    /// <param name="Path">The root of the checkout.</param>
    /// <param name="Commit">The full commit.</param>
    public sealed record Checkout(string Path, string Commit) : BuildSource;

    /// <summary>A source distribution of an index.</summary>
    /// <param name="index">The index's address without credentials; null for the default one.</param>
    /// <param name="file">Its file name.</param>
    /// <param name="path">The fetched file.</param>
    /// <param name="digest">Its SHA-256.</param>
    public static Archive OfIndex(string? index, SdistFileName file, string fileName, string path, FileHash digest) =>
        new(path, fileName)
        {
            Key = index is null
                ? $"index-{CacheKey.Of(fileName)}"
                : $"index-{CacheKey.Of(index)}-{CacheKey.Of(fileName)}",
            Stamp = digest.ToString(),
            Display = fileName,
            Name = file.Name,
            Version = file.Version,
        };

    /// <summary>An archive behind a URL, whose name need not say what it holds.</summary>
    /// <param name="url">The URL without credentials and fragment.</param>
    /// <param name="fileName">The last part of its path, checked to be one segment.</param>
    /// <param name="path">The fetched file.</param>
    /// <param name="digest">Its SHA-256.</param>
    /// <param name="subdirectory">The project's folder in it.</param>
    public static Archive OfUrl(string url, string fileName, string path, FileHash digest, string? subdirectory) =>
        new(path, fileName)
        {
            Key = $"url-{CacheKey.Of(subdirectory is null ? url : $"{url}#subdirectory={subdirectory}")}",
            Stamp = digest.ToString(),
            Display = url,
            Subdirectory = subdirectory,
            Origin = new DirectUrl.Archive
            {
                Url = url,
                Hashes = [new(FileHash.Name(digest.Algorithm), digest.Hex)],
                Subdirectory = subdirectory,
            },
        };

    /// <summary>A project in a folder.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="isEditable">Whether its code is used in place.</param>
    /// <param name="stamp">The state of the files that matter.</param>
    public static Folder OfFolder(string path, bool isEditable, string stamp) =>
        new(path)
        {
            Key = $"path-{CacheKey.Of(SymbolicLinks.Resolve(path) ?? path)}{(isEditable ? "-editable" : "")}",
            Stamp = stamp,
            Display = path,
            Origin = new DirectUrl.Folder { Url = FileUrl(path), IsEditable = isEditable ? true : null },
        };

    /// <summary>A commit of a repository.</summary>
    /// <param name="url">The repository's URL without credentials.</param>
    /// <param name="requestedRevision">The branch, tag or commit that was asked for.</param>
    /// <param name="commit">The full commit.</param>
    /// <param name="path">The root of its checkout.</param>
    /// <param name="subdirectory">The project's folder in it.</param>
    public static Checkout OfGit(
        string url,
        string? requestedRevision,
        string commit,
        string path,
        string? subdirectory
    ) =>
        new(path, commit)
        {
            Key = $"git-{CacheKey.Of(subdirectory is null ? url : $"{url}#subdirectory={subdirectory}")}-{commit}",
            Stamp = commit,
            Display = $"git+{url}@{commit[..Math.Min(12, commit.Length)]}",
            Subdirectory = subdirectory,
            Origin = new DirectUrl.Repository
            {
                Url = url,
                Vcs = "git",
                CommitId = commit,
                RequestedRevision = requestedRevision,
                Subdirectory = subdirectory,
            },
        };

    /// <summary>A path as a `file:` URL.</summary>
    public static string FileUrl(string path) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"file://{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}"
        );
}
