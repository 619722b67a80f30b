using Krait.Build.Failures;
using Krait.Environments.Installed;
using Krait.Installer.Plans;
using Krait.Packaging.Locations;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Platform.Files;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;
using Krait.Projects.Work;
using Krait.Resolver.Candidates;

namespace Krait.Projects.Changing;

/// <summary>
/// Projects in directories that are asked for and installed as they are now: the same directory in the same state, with what they require and
/// where that comes from.
/// </summary>
/// <param name="bench">What to work with.</param>
/// <param name="installed">What is installed.</param>
/// <param name="inputs">What is asked for.</param>
/// <param name="markers">The environment's markers.</param>
internal sealed class InstalledFolders(
    Workbench bench,
    InstalledDistributions installed,
    RequirementSet inputs,
    MarkerEnvironment markers
)
{
    private readonly Dictionary<(PackageName Name, string Url), CoreMetadata> known = [];

    /// <summary>What a directory that is installed as it is requires; null for every other URL.</summary>
    public CoreMetadata? Find(PackageName name, string url) => known.GetValueOrDefault((name, url));

    /// <summary>Looks at all directories that are asked for, and at those that they require in turn.</summary>
    /// <returns>Whether all of them are installed as they are now.</returns>
    /// <exception cref="BuildFailedException">The backend of one failed.</exception>
    public async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        var direct = bench.CreateDirect(inputs, hashes: null, target: null);
        var seen = new HashSet<(PackageName, string, ExtraName?)>();
        var pending = new Queue<(DirectReference Reference, ExtraName? Extra)>();
        foreach (var root in inputs.Roots.Where(root => root.Requirement.Marker.Evaluate(markers)))
            Enqueue(root.Requirement, root.IsEditable);
        while (pending.TryDequeue(out var next))
        {
            var key = (next.Reference.Name, next.Reference.Url);
            if (!known.TryGetValue(key, out var metadata))
            {
                metadata = await LookAsync(direct, next.Reference, cancellationToken);
                if (metadata is null)
                    return false;
                known.Add(key, metadata);
            }

            foreach (var requirement in metadata.RequiresDist.Where(one => IsActive(one, next.Extra)))
                Enqueue(requirement, isEditable: false);
        }

        return true;

        void Enqueue(Requirement requirement, bool isEditable)
        {
            if (requirement.Url is not { } url || !IsFolder(url))
                return;
            foreach (var extra in requirement.Extras.Prepend<ExtraName?>(null))
            {
                if (seen.Add((requirement.Name, url, extra)))
                    pending.Enqueue((new DirectReference(requirement.Name, url, isEditable), extra));
            }
        }
    }

    /// <summary>Whether a project, or an extra of it, has a requirement here.</summary>
    private bool IsActive(Requirement requirement, ExtraName? extra) =>
        extra is null ? requirement.Marker.Evaluate(markers) : requirement.Marker.Evaluate(markers, [extra]);

    private async Task<CoreMetadata?> LookAsync(
        DirectWheels direct,
        DirectReference reference,
        CancellationToken cancellationToken
    )
    {
        if (installed.AllOf(reference.Name).Where(one => !one.IsForeign).ToList() is not [var present])
            return null;
        try
        {
            if (
                await direct.DescribeAsync(reference, cancellationToken)
                is not DirectResponse.Found { Metadata: var metadata }
            )
            {
                return null;
            }

            var wheel = await direct.ChooseAsync(reference, cancellationToken);
            var isSame =
                present.Version == wheel.Version
                && wheel.DirectUrl is { } origin
                && DirectUrlComparison.AreSame(origin, present.ReadDirectUrl())
                && string.Equals(wheel.Stamp, present.ReadStamp(), StringComparison.Ordinal);
            return isSame ? metadata : null;
        }
        catch (KraitException failure) when (failure is not BuildFailedException)
        {
            // The resolution reports what is wrong with it. A backend that fails would only fail once more.
            return null;
        }
    }

    private bool IsFolder(string url)
    {
        var location = Location.Of(url);
        return location.Fragment.Length == 0
            && location.TryGetLocalPath(bench.WorkingFolder, out var path)
            && FolderTree.IsFolder(path);
    }
}
