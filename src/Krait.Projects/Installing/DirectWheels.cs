using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Krait.Build.Failures;
using Krait.Build.Git;
using Krait.Build.Sources;
using Krait.Index;
using Krait.Index.Downloads;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Packaging.Locations;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Concurrency;
using Krait.Platform.Files;
using Krait.Projects.Building;
using Krait.Resolver.Candidates;
using Krait.Sources;

namespace Krait.Projects.Installing;

/// <summary>
/// What is required by URL or path: wheels, which are fetched once and unpacked into the store already for their metadata, and sources, of
/// which wheels are built.
/// </summary>
/// <param name="preparer">Fetches and unpacks.</param>
/// <param name="builds">Builds what is no wheel; null where nothing is built.</param>
/// <param name="inputs">What the user says about URLs and paths.</param>
public sealed class DirectWheels(WheelPreparer preparer, SourceBuilds? builds, DirectInputs inputs) : IDirectSource
{
    private const string Subdirectory = "subdirectory=";

    private readonly SingleFlight<(string Url, bool IsEditable), Found> known = new(keepResults: true);

    /// <summary>The projects that tables of sources want to be installed in place, by the URL that they get there.</summary>
    private readonly ConcurrentDictionary<string, bool> editables = new(StringComparer.Ordinal);

    /// <summary>What stands behind a reference.</summary>
    /// <param name="Wheel">Its wheel, which may have to be built yet.</param>
    /// <param name="Metadata">Its metadata, with the sources of its requirements.</param>
    private sealed record Found(ChosenWheel Wheel, CoreMetadata Metadata);

    /// <summary>Name, version and metadata of what a reference leads to.</summary>
    /// <exception cref="BuildFailedException">Its backend failed: no other version could take its place.</exception>
    public async Task<DirectResponse> DescribeAsync(DirectReference reference, CancellationToken cancellationToken)
    {
        try
        {
            var (wheel, metadata) = await GetAsync(reference, cancellationToken);
            if (metadata.Name == reference.Name)
                return new DirectResponse.Found(wheel.Version, metadata);
            return new DirectResponse.Unavailable(
                new Diagnostic("wrong-name", $"`{reference.Url}` is `{metadata.Name}`, not `{reference.Name}`")
            );
        }
        catch (KraitException failure) when (failure is not BuildFailedException)
        {
            return new DirectResponse.Unavailable(failure.Diagnostic);
        }
    }

    /// <summary>The wheel that a reference leads to: in the store already, or one that is built when it is needed.</summary>
    /// <exception cref="KraitException">It cannot be obtained.</exception>
    public async Task<ChosenWheel> ChooseAsync(DirectReference reference, CancellationToken cancellationToken) =>
        (await GetAsync(reference, cancellationToken)).Wheel;

    /// <summary>The name of the project behind a URL or path that does not say it.</summary>
    /// <exception cref="KraitException">It cannot be obtained.</exception>
    public async Task<PackageName> FindNameAsync(string url, bool isEditable, CancellationToken cancellationToken) =>
        (await GetAsync(name: null, url, isEditable && !inputs.Sources.IgnoresEditables, cancellationToken))
            .Metadata
            .Name;

    private Task<Found> GetAsync(DirectReference reference, CancellationToken cancellationToken) =>
        GetAsync(reference.Name, reference.Url, IsEditable(reference), cancellationToken);

    /// <summary>The user says whether a project is installed in place; where the user says nothing, a table of sources may.</summary>
    private bool IsEditable(DirectReference reference) =>
        inputs.MayBeEditable(reference.Name)
        && (reference.IsEditable || (editables.ContainsKey(reference.Url) && !inputs.IsStated(reference.Url)));

    private Task<Found> GetAsync(PackageName? name, string url, bool isEditable, CancellationToken cancellationToken) =>
        known.RunAsync((url, isEditable), (_, token) => FindAsync(name, url, isEditable, token), cancellationToken);

    private async Task<Found> FindAsync(
        PackageName? name,
        string text,
        bool isEditable,
        CancellationToken cancellationToken
    )
    {
        var written = inputs.Expand(text);
        if (GitSource.IsGit(written))
            return await DescribeAsync(await FindCommitAsync(written, cancellationToken), name, cancellationToken);
        // A `#` may be a part of a path, unless hashes follow it.
        var (place, pathHashes) = SplitPath(written);
        if (!Location.Of(place).TryGetUrl(inputs.WorkingFolder, out var url, out var error))
            throw new KraitException(error) { Kind = FailureKind.UnusableInput };
        if (url.IsFile && FolderTree.IsFolder(url.LocalPath))
            return await DescribeAsync(LocateFolder(url, isEditable), name, cancellationToken);
        if (isEditable)
            throw new KraitException(NotEditable(text)) { Kind = FailureKind.UnusableInput };
        var hashes = FragmentHashes.Of(url.IsFile && pathHashes.Length > 0 ? pathHashes : url.Fragment, url);
        return url.FileName.EndsWith(".whl", StringComparison.OrdinalIgnoreCase)
            ? await FetchAsync(Locate(name, url, hashes), cancellationToken)
            : await DescribeAsync(LocateArchive(name, url, hashes), name, cancellationToken);
    }

    /// <summary>Fetches and unpacks a wheel.</summary>
    private async Task<Found> FetchAsync(FetchedWheel wheel, CancellationToken cancellationToken)
    {
        using var stored = await preparer.GetDirectAsync(wheel, cancellationToken);
        if (!stored.TryReadMetadata(out var metadata, out var error))
            throw new KraitException(error.In(wheel.Key.File.ToString()));
        // The hashes found now pin the file for the installation that follows.
        var found = wheel.Download with
        {
            Hashes = stored.Hashes,
        };
        return new Found(
            wheel with
            {
                Key = stored.Key,
                Download = found,
                DirectUrl = Origin(wheel, stored.Sha256),
            },
            metadata
        );
    }

    /// <summary>Asks for the metadata of a source.</summary>
    private async Task<Found> DescribeAsync(SourcePlace place, PackageName? name, CancellationToken cancellationToken)
    {
        var builder = Builds(place);
        var metadata = await builder.DescribeAsync(place, name, cancellationToken);
        // What the settings of a package change is known once its name is.
        if (name is null && !builder.RequestFor(metadata.Name).Equals(builder.RequestFor(null)))
            metadata = await builder.DescribeAsync(place, metadata.Name, cancellationToken);
        // The table of sources stands in the project's own file.
        var source = place.Known is { } known and not BuildSource.Checkout
            ? known
            : await place.FetchAsync(cancellationToken);
        var wheel = new SourceWheel(metadata.Name, metadata.Version, place)
        {
            DirectUrl = source.Origin is { } origin ? Encoding.UTF8.GetBytes(origin.ToJson()) : null,
            Stamp = builder.StampOf(source, metadata.Name),
        };
        var projectSources = new ProjectSources(inputs);
        metadata = projectSources.Apply(metadata, source);
        foreach (var url in projectSources.Editables)
            editables[url] = true;
        return new Found(wheel, metadata);
    }

    private SourceBuilds Builds(SourcePlace place) =>
        builds ?? throw new KraitException(WheelsOnly.Refuse($"`{place.Known?.Display ?? place.Download?.FileName}`"));

    private async Task<SourcePlace> FindCommitAsync(string text, CancellationToken cancellationToken)
    {
        if (builds is null)
            throw new KraitException(WheelsOnly.Refuse($"`{text}`"));
        return GitSource.TryParse(text, out var source, out var error)
            ? await builds.Places.OfGitAsync(source, cancellationToken)
            : throw new KraitException(error) { Kind = FailureKind.UnusableInput };
    }

    private SourcePlace LocateFolder(SafeUrl url, bool isEditable)
    {
        var folder = url.LocalPath;
        if (SubdirectoryOf(url) is { } subdirectory)
        {
            folder = ContainedPath.TryJoin(folder, subdirectory, out var joined, out var error)
                ? joined
                : throw new KraitException(error) { Kind = FailureKind.UnusableInput };
        }

        return builds?.Places.OfFolder(folder, isEditable)
            ?? throw new KraitException(WheelsOnly.Refuse($"`{folder}`"));
    }

    private SourcePlace LocateArchive(PackageName? name, SafeUrl url, ImmutableArray<FileHash> hashes) =>
        builds?.Places.OfUrl(url, hashes, AllowedOf(name, hashes), SubdirectoryOf(url), name)
        ?? throw new KraitException(WheelsOnly.Refuse($"`{url}`"));

    private FetchedWheel Locate(PackageName? name, SafeUrl url, ImmutableArray<FileHash> stated)
    {
        if (!WheelFileName.TryParse(url.FileName, out var file, out var error))
            throw new KraitException(error) { Kind = FailureKind.UnusableInput };
        WheelRefusals.RefuseOtherMachine(file, inputs.Target);
        var key = new WheelKey(file, "url-" + WheelKey.SourceOf(url.Canonical));
        var request = new DownloadRequest(url, file.ToString()) { Hashes = stated, Allowed = AllowedOf(name, stated) };
        return new FetchedWheel(file.Name, file.Version, key, request);
    }

    /// <summary>A hash in the address is the user's own, as one beside it is.</summary>
    private ImmutableArray<FileHash> AllowedOf(PackageName? name, ImmutableArray<FileHash> stated) =>
        name is not null && inputs.Allowed?.GetValueOrDefault(name) is { IsDefaultOrEmpty: false } own
            ? own
            : [.. stated.Where(hash => hash.IsSecure)];

    private static string? SubdirectoryOf(SafeUrl url)
    {
        foreach (var part in url.Fragment.Split('&'))
        {
            if (!part.StartsWith(Subdirectory, StringComparison.Ordinal))
                continue;
            var folder = Uri.UnescapeDataString(part[Subdirectory.Length..]).Trim('/');
            return folder.Length > 0 ? folder : null;
        }

        return null;
    }

    private static (string Text, string Hashes) SplitPath(string text)
    {
        if (Location.IsUrl(text))
            return (text, "");
        for (var hash = text.IndexOf('#', StringComparison.Ordinal); hash >= 0; hash = text.IndexOf('#', hash + 1))
        {
            var before = text[..hash];
            if (
                before.EndsWith(".whl", StringComparison.OrdinalIgnoreCase)
                || SdistFileName.ExtensionOf(before) is not null
            )
            {
                return (before, text[(hash + 1)..]);
            }
        }

        return (text, "");
    }

    private static Diagnostic NotEditable(string text) =>
        new("not-editable", $"`{text}` cannot be installed in editable mode: it is not a directory")
        {
            Hints = ["Leave `-e` out, or name the directory of a project"],
        };

    /// <summary>The direct_url.json of a wheel (PEP 610).</summary>
    private static byte[] Origin(FetchedWheel wheel, FileHash? sha256)
    {
        var address = wheel.Download.Url;
        var url = address.IsFile ? SafeUrl.FromPath(address.LocalPath).Canonical : address.ToString();
        var hashes = sha256 is null ? Array.Empty<KeyValuePair<string, string>>() : [new("sha256", sha256.Hex)];
        return Encoding.UTF8.GetBytes(new DirectUrl.Archive { Url = url, Hashes = hashes }.ToJson());
    }
}
