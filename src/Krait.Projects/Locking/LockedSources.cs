using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Krait.Build.Git;
using Krait.Index;
using Krait.Index.Downloads;
using Krait.Packaging.Distributions;
using Krait.Packaging.Locations;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Building;
using Krait.Projects.Installing;
using Krait.Sources;

namespace Krait.Projects.Locking;

/// <summary>The sources that a lock file names: source distributions, archives, folders and commits, of which wheels are built.</summary>
/// <param name="builds">Builds them.</param>
/// <param name="location">Where the lock file is.</param>
/// <param name="file">The lock file as the user names it.</param>
internal sealed class LockedSources(SourceBuilds builds, Location location, string file)
{
    /// <summary>The mirrors that have what the lock file lists; null for none.</summary>
    public Mirrors? Mirrors { get; init; }

    /// <summary>The wheel that is built of what was chosen.</summary>
    /// <exception cref="KraitException">The lock file is not right, or the source cannot be obtained.</exception>
    public async Task<ChosenWheel> ChooseAsync(PylockChoice choice, CancellationToken cancellationToken)
    {
        if (!PackageName.TryParse(choice.Package.Name, out var name, out var error))
            throw LockedWheels.Unusable(error.In(file));
        if (choice is PylockChoice.FromSdist sdist)
            return OfIndex(sdist, name);
        var place = choice switch
        {
            PylockChoice.FromArchive archive => OfArchive(archive.File, name),
            PylockChoice.FromFolder folder => OfFolder(folder.Folder, name),
            PylockChoice.FromVcs repository => OfRepository(repository.Repository, name),
            _ => throw new UnreachableException(),
        };
        // A lock file need not know the version of what only its backend knows.
        var version = choice.Package.Version ?? (await builds.DescribeAsync(place, name, cancellationToken)).Version;
        var source = place.Known ?? await place.FetchAsync(cancellationToken);
        return new SourceWheel(name, version, place)
        {
            DirectUrl = source.Origin is { } origin ? Encoding.UTF8.GetBytes(origin.ToJson()) : null,
            Stamp = builds.StampOf(source, name),
        };
    }

    private SourceWheel OfIndex(PylockChoice.FromSdist choice, PackageName name)
    {
        var package = choice.Package;
        if (choice.File.FileName is not { } text || !SdistFileName.TryParse(text, name, out var parsed, out var error))
        {
            throw LockedWheels.Unusable(
                new Diagnostic("invalid-sdist-name", $"the source distribution of `{name}` has no usable name").In(file)
            );
        }

        var url = LockedWheels.Locate(choice.File, location, file);
        var request = new DownloadRequest(url, text)
        {
            Hashes = HashesOf(choice.File, name),
            Size = choice.File.Size,
            Mirror = LockedWheels.MirrorOf(Mirrors, package, name),
        };
        var index =
            package.Index is { } stated && SafeUrl.TryParse(stated, out var address, out _)
                ? new IndexLocation(address)
                : new IndexLocation(url);
        return new SourceWheel(name, package.Version ?? parsed.Version, builds.Places.OfIndex(request, parsed, index));
    }

    private SourcePlace OfArchive(PylockFile archive, PackageName name) =>
        builds.Places.OfUrl(
            LockedWheels.Locate(archive, location, file),
            HashesOf(archive, name),
            [],
            archive.Subdirectory,
            name
        );

    private SourcePlace OfFolder(PylockFolder folder, PackageName name)
    {
        if (!location.TryGetLocalPath("/", out var lockFile))
        {
            throw LockedWheels.Unusable(
                new Diagnostic(
                    "remote-lock-path",
                    $"a lock file from another machine cannot name the directory of `{name}` on this one"
                ).In(file)
            );
        }

        var path = Path.GetFullPath(folder.Path, Path.GetDirectoryName(lockFile) ?? "/");
        if (folder.Subdirectory is { } subdirectory)
        {
            path = ContainedPath.TryJoin(path, subdirectory, out var joined, out var error)
                ? joined
                : throw LockedWheels.Unusable(error.In(file));
        }

        return builds.Places.OfFolder(path, folder.IsEditable ?? false);
    }

    private SourcePlace OfRepository(PylockRepository repository, PackageName name)
    {
        if (repository.Type is not "git" || !GitReference.IsFullCommit(repository.CommitId))
        {
            throw LockedWheels.Unusable(
                new Diagnostic(
                    "unsupported-repository",
                    $"`{name}` comes from a repository that cannot be used: only full commits of git can"
                ).In(file)
            );
        }

        var isHere = location.TryGetLocalPath("/", out var lockFile);
        var text =
            repository.Url
            ?? (
                isHere && repository.Path is { } path
                    ? SafeUrl.FromPath(Path.GetFullPath(path, Path.GetDirectoryName(lockFile) ?? "/")).Canonical
                    : ""
            );
        if (!GitUrl.TryParse(text, out var url, out var error))
            throw LockedWheels.Unusable(error.In(file));
        var reference =
            repository.RequestedRevision is { } revision && GitReference.WhyInvalid(revision) is null
                ? GitReference.Of(revision)
                : new GitReference.Commit(repository.CommitId);
        return builds.Places.OfCommit(
            new GitSource(url, reference, repository.Subdirectory, UsesLfs: false),
            repository.CommitId
        );
    }

    private ImmutableArray<FileHash> HashesOf(PylockFile stated, PackageName name) =>
        stated.TryReadHashes(out var hashes, out var error)
            ? hashes
            : throw LockedWheels.Unusable(
                (error with { Notes = [.. error.Notes, $"it is a file of `{name}`"] }).In(file)
            );
}
