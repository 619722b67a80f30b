using System.Collections.Immutable;
using System.Text;
using Krait.Index;
using Krait.Index.Downloads;
using Krait.Installer.Wheels;
using Krait.Packaging.Distributions;
using Krait.Packaging.Locations;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Text;
using Krait.Platform.Concurrency;
using Krait.Projects.Inputs;
using Krait.Resolver.Candidates;
using Krait.Resolver.Requests;
using Krait.Sources;

namespace Krait.Projects.Installing;

/// <summary>Wheels that are required by URL or path: fetched once, and unpacked into the store already for their metadata.</summary>
/// <param name="preparer">Fetches and unpacks.</param>
/// <param name="workingFolder">What relative paths start from.</param>
/// <param name="variables">Fills in `${NAME}` where an address may have it.</param>
/// <param name="allowed">The digests that the input allows beside those in the addresses, by name.</param>
/// <param name="target">The one machine that wheels are chosen for; null where they are for many.</param>
public sealed class DirectWheels(
    WheelPreparer preparer,
    string workingFolder,
    LocalVariables variables,
    ImmutableDictionary<PackageName, ImmutableArray<FileHash>>? allowed = null,
    ResolutionTarget.Specific? target = null
) : IDirectSource
{
    private readonly SingleFlight<string, (ChosenWheel Wheel, CoreMetadata Metadata)> known = new(keepResults: true);

    /// <summary>Name, version and metadata of what a reference leads to.</summary>
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
        catch (KraitException failure)
        {
            return new DirectResponse.Unavailable(failure.Diagnostic);
        }
    }

    /// <summary>The wheel that a reference leads to; it is in the store already.</summary>
    /// <exception cref="KraitException">It cannot be had.</exception>
    public async Task<ChosenWheel> ChooseAsync(DirectReference reference, CancellationToken cancellationToken) =>
        (await GetAsync(reference, cancellationToken)).Wheel;

    private Task<(ChosenWheel Wheel, CoreMetadata Metadata)> GetAsync(
        DirectReference reference,
        CancellationToken cancellationToken
    ) => known.RunAsync(reference.Url, (_, token) => FetchAsync(reference, token), cancellationToken);

    private async Task<(ChosenWheel, CoreMetadata)> FetchAsync(
        DirectReference reference,
        CancellationToken cancellationToken
    )
    {
        var wheel = Locate(reference);
        using var stored = await preparer.GetDirectAsync(wheel, cancellationToken);
        if (!CoreMetadata.TryParse(stored.ReadMetadata(), out var metadata, out var error))
            throw new KraitException(error.In(wheel.Key.File.ToString()));
        // The hashes found now pin the file for the installation that follows.
        var found = wheel.Download with
        {
            Hashes = stored.Hashes,
        };
        return (wheel with { Key = stored.Key, Download = found, DirectUrl = Origin(wheel, stored.Sha256) }, metadata);
    }

    private ChosenWheel Locate(DirectReference reference)
    {
        // A `#` may be a part of a path, unless hashes follow it.
        var (text, pathHashes) = SplitPath(variables.Expand(reference.Url));
        if (!Location.Of(text).TryGetUrl(workingFolder, out var url, out var error))
            throw new KraitException(error) { Kind = FailureKind.UnusableInput };
        if (!WheelFileName.TryParse(url.FileName, out var file, out _))
        {
            throw new KraitException(WheelsOnly.Refuse($"`{url}`"));
        }

        WheelRefusals.RefuseOtherMachine(file, target);

        var key = new WheelKey(file, "url-" + WheelKey.SourceOf(url.Canonical));
        var stated = FragmentHashes.Of(url.IsFile && pathHashes.Length > 0 ? pathHashes : url.Fragment, url);
        var request = new DownloadRequest(url, file.ToString())
        {
            Hashes = stated,
            // A hash in the address is the user's own, as one beside it is.
            Allowed = allowed?.GetValueOrDefault(reference.Name) is { IsDefaultOrEmpty: false } own
                ? own
                : [.. stated.Where(hash => hash.IsSecure)],
        };
        return new ChosenWheel(file.Name, file.Version, key, request);
    }

    private static (string Text, string Hashes) SplitPath(string text)
    {
        var hash = Location.IsUrl(text) ? -1 : text.IndexOf(".whl#", StringComparison.OrdinalIgnoreCase);
        return hash < 0 ? (text, "") : (text[..(hash + 4)], text[(hash + 5)..]);
    }

    /// <summary>The direct_url.json of a wheel (PEP 610).</summary>
    private static byte[] Origin(ChosenWheel wheel, FileHash? sha256)
    {
        var address = wheel.Download.Url;
        var url = address.IsFile ? SafeUrl.FromPath(address.LocalPath).Canonical : address.ToString();
        var hashes = sha256 is null ? Array.Empty<KeyValuePair<string, string>>() : [new("sha256", sha256.Hex)];
        return Encoding.UTF8.GetBytes(new DirectUrl.Archive { Url = url, Hashes = hashes }.ToJson());
    }
}
