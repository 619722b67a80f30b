using System.Collections.Immutable;
using Krait.Build.Editables;
using Krait.Build.Git;
using Krait.Build.Sources;
using Krait.Index;
using Krait.Index.Downloads;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Files;

namespace Krait.Projects.Building;

/// <summary>Finds sources: the files of indexes, archives behind URLs and paths, folders, and commits of repositories.</summary>
public sealed class SourcePlaces
{
    private readonly IndexClient client;
    private readonly SourceArchives archives;
    private readonly GitRepositories repositories;
    private readonly IReadOnlyDictionary<string, string> variables;

    internal SourcePlaces(
        IndexClient client,
        SourceArchives archives,
        GitRepositories repositories,
        IReadOnlyDictionary<string, string> variables
    )
    {
        this.client = client;
        this.archives = archives;
        this.repositories = repositories;
        this.variables = variables;
    }

    /// <summary>Told of what is odd about a source.</summary>
    public Action<Diagnostic>? Warn { get; init; }

    /// <summary>A source distribution of an index.</summary>
    /// <param name="file">The file.</param>
    /// <param name="location">The index whose page lists it.</param>
    /// <param name="allowed">The digests that the user allows; empty allows any.</param>
    /// <exception cref="KraitException">The index gives it an address or a hash that cannot be used.</exception>
    public SourcePlace OfIndex(IndexFile file, IndexLocation location, ImmutableArray<FileHash> allowed)
    {
        var request = DownloadRequest.For(file, location) with { Allowed = allowed };
        return OfIndex(request, file.Sdist, location);
    }

    /// <summary>A source distribution of an index that a lock file names.</summary>
    /// <param name="request">The file, and what its hashes must be.</param>
    /// <param name="name">Its name in parts.</param>
    /// <param name="location">The index.</param>
    public SourcePlace OfIndex(DownloadRequest request, SdistFileName name, IndexLocation location)
    {
        var place = Path.Join(location.SourceKey, name.Name.Value);
        var index = string.Equals(location.Url.Canonical, IndexLocation.PublicIndex, StringComparison.Ordinal)
            ? null
            : location.SourceKey;
        BuildSource Describe(string path, FileHash digest) =>
            BuildSource.OfIndex(index, name, request.FileName, path, digest);
        return new SourcePlace(async token =>
        {
            var found = await archives.GetAsync(place, request, token);
            return Describe(found.Path, found.Sha256);
        })
        {
            Known = StatedDigest(request, place) is { } digest ? Describe("", digest) : null,
            Download = request,
        };
    }

    /// <summary>An archive that somebody names by URL or path.</summary>
    /// <param name="url">Its address.</param>
    /// <param name="stated">The digests that it must have.</param>
    /// <param name="allowed">The digests that the user allows, of which it must have one; empty allows any.</param>
    /// <param name="subdirectory">The project's folder in it.</param>
    /// <param name="name">The project, where that is known.</param>
    public SourcePlace OfUrl(
        SafeUrl url,
        ImmutableArray<FileHash> stated,
        ImmutableArray<FileHash> allowed,
        string? subdirectory,
        PackageName? name
    )
    {
        var request = new DownloadRequest(url, PlainName(url.FileName)) { Hashes = stated, Allowed = allowed };
        var place = Path.Join("url-" + WheelKey.SourceOf(url.Canonical), name?.Value ?? "archive");
        var text = url.IsFile ? SafeUrl.FromPath(url.LocalPath).Canonical : url.ToString();
        BuildSource Describe(string path, FileHash digest) =>
            BuildSource.OfUrl(text, request.FileName, path, digest, subdirectory);
        return new SourcePlace(async token =>
        {
            var found = await archives.GetAsync(place, request, token);
            return Describe(found.Path, found.Sha256);
        })
        {
            Known = StatedDigest(request, place) is { } digest ? Describe("", digest) : null,
            Download = request,
        };
    }

    /// <summary>A project in a folder.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="isEditable">Whether its code is used in place.</param>
    /// <exception cref="KraitException">Its pyproject.toml states what cannot be read (unusable input).</exception>
    public SourcePlace OfFolder(string path, bool isEditable)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var source = BuildSource.OfFolder(folder, isEditable, FolderStamp.Of(folder, isEditable, variables));
        return new SourcePlace(_ => Task.FromResult<BuildSource>(source)) { Known = source };
    }

    /// <summary>A commit of a repository.</summary>
    /// <param name="source">The repository, and what names the commit.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="KraitException">The repository cannot be reached, or has no such revision.</exception>
    public async Task<SourcePlace> OfGitAsync(GitSource source, CancellationToken cancellationToken)
    {
        var commit = source.Reference is GitReference.Commit { Id: var id }
            ? id
            : await repositories.ResolveAsync(source.Url, source.Reference, cancellationToken);
        return OfCommit(source, commit);
    }

    /// <summary>A commit of a repository that is known in full.</summary>
    /// <param name="source">The repository, and how the commit was asked for.</param>
    /// <param name="commit">The full commit.</param>
    public SourcePlace OfCommit(GitSource source, string commit)
    {
        BuildSource Describe(string path) =>
            BuildSource.OfGit(source.Url.Value, source.Reference.Requested, commit, path, source.Subdirectory);
        return new SourcePlace(async token =>
        {
            var checkout = await repositories.CheckOutAsync(source.Url, commit, source.UsesLfs, token);
            if (checkout.Warning is { } warning)
                Warn?.Invoke(warning);
            return Describe(checkout.Path);
        })
        {
            Known = Describe(""),
        };
    }

    /// <summary>The digest that an archive has if it is the one that is meant; null where only its bytes tell.</summary>
    private FileHash? StatedDigest(DownloadRequest request, string place)
    {
        if (request.Url.IsFile)
            return null;
        var digest =
            request.Hashes.Concat(request.Allowed.Length == 1 ? request.Allowed : []).FirstOrDefault(IsSha256)
            ?? Recall(request, place);
        return digest is not null && (request.Expected.IsEmpty || request.Expected.AreProvedBy([digest]))
            ? digest
            : null;
    }

    /// <summary>What was fetched earlier, as far as it still holds without asking.</summary>
    private FileHash? Recall(DownloadRequest request, string place)
    {
        if (request.LinkedFrom is not null)
            return archives.TryFind(place, request.FileName)?.Sha256;
        return client.RecallFile(request) is { } known && client.IsFresh(known) ? known.Sha256 : null;
    }

    private static bool IsSha256(FileHash hash) => hash.Algorithm == HashAlgorithm.Sha256;

    /// <summary>A file name of one part, whatever the address ends with.</summary>
    private static string PlainName(string name)
    {
        var plain = new string([.. name.Where(c => c is not ('/' or '\\') && !char.IsControl(c))]).TrimStart('.', '-');
        return plain.Length == 0 || ContainedPath.WhyUnsafe(plain) is not null || plain.Length > 200
            ? "archive"
            : plain;
    }
}
