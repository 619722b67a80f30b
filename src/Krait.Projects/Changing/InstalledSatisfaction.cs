using System.Collections.Immutable;
using Krait.Environments.Installed;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;
using Krait.Projects.Inspection;
using Krait.Projects.Resolving;

namespace Krait.Projects.Changing;

/// <summary>
/// Whether what is installed satisfies everything that is asked for, with all that it requires in turn: then there is nothing to
/// resolve. Asking only for the roots would miss a dependency that somebody removed.
/// </summary>
internal sealed class InstalledSatisfaction
{
    private readonly InstalledGraph graph;
    private readonly InstalledFolders folders;
    private readonly MarkerEnvironment markers;
    private readonly RequirementSet inputs;
    private readonly HashSet<(PackageName Name, ExtraName? Extra)> seen = [];
    private readonly Queue<(InstalledPackage Package, ExtraName? Extra)> pending = new();

    private readonly Dictionary<PackageName, ImmutableArray<Requirement>> stated = [];
    private readonly List<Diagnostic> warnings = [];

    private InstalledSatisfaction(
        InstalledGraph graph,
        InstalledFolders folders,
        MarkerEnvironment markers,
        RequirementSet inputs
    )
    {
        this.graph = graph;
        this.folders = folders;
        this.markers = markers;
        this.inputs = inputs;
    }

    /// <summary>Whether a look can be worth it; overrides and exclusions are left to the resolver.</summary>
    /// <param name="installed">What is installed.</param>
    /// <param name="inputs">What is asked for.</param>
    /// <param name="markers">The environment's markers.</param>
    /// <param name="options">How versions would be chosen.</param>
    public static bool MayHold(
        InstalledDistributions installed,
        RequirementSet inputs,
        MarkerEnvironment markers,
        ResolveOptions options
    ) =>
        !options.UpgradesAll
        && options.Upgrades.IsEmpty
        && inputs.Overrides.IsEmpty
        && inputs.Excludes.IsEmpty
        && !installed.Duplicates.Any()
        && installed.Broken.IsEmpty
        && inputs
            .Roots.Where(root => root.Requirement.Marker.Evaluate(markers))
            .All(root => installed.AllOf(root.Requirement.Name).Any());

    /// <summary>Answers where the answer may be that it does.</summary>
    /// <param name="installed">What is installed.</param>
    /// <param name="folders">The directories among it.</param>
    /// <param name="inputs">What is asked for.</param>
    /// <param name="markers">The environment's markers.</param>
    /// <param name="options">How versions would be chosen.</param>
    /// <param name="warnings">What the resolver would have said to an answer that is the same.</param>
    public static bool Holds(
        InstalledDistributions installed,
        InstalledFolders folders,
        RequirementSet inputs,
        MarkerEnvironment markers,
        ResolveOptions options,
        out ImmutableArray<Diagnostic> warnings
    )
    {
        warnings = [];
        var everything = InstalledGraph.Read(installed, markers);
        var look = new InstalledSatisfaction(everything, folders, markers, inputs);
        if (!look.Run(options.IgnoresDependencies))
            return false;
        warnings = [.. look.warnings];
        return true;
    }

    private bool Run(bool ignoresDependencies)
    {
        foreach (var root in inputs.Roots)
        {
            if (root.Requirement.Marker.Evaluate(markers) && !Visit(root.Requirement))
                return false;
        }

        while (!ignoresDependencies && pending.TryDequeue(out var next))
        {
            if (!VisitRequirements(next.Package, next.Extra))
                return false;
        }

        return true;
    }

    /// <summary>Checks one requirement, and queues what satisfies it for the same check.</summary>
    private bool Visit(Requirement requirement)
    {
        if (graph.Find(requirement.Name) is not { Metadata: not null } package || !Satisfies(package, requirement))
            return false;
        foreach (
            var constraint in inputs
                .Constraints.Select(limit => limit.Requirement)
                .Where(c => c.Name == requirement.Name)
        )
        {
            if (constraint.Marker.Evaluate(markers) && !Satisfies(package, constraint))
                return false;
        }

        // A project in a directory may say where its requirements come from; its installed metadata does not.
        if (requirement.Url is { } url && folders.Find(requirement.Name, url) is { } described)
            stated[package.Name] = described.RequiresDist;
        Enqueue(package, extra: null);
        foreach (var extra in requirement.Extras)
            Enqueue(package, extra);
        return true;
    }

    private void Enqueue(InstalledPackage package, ExtraName? extra)
    {
        if (!seen.Add((package.Name, extra)))
            return;
        pending.Enqueue((package, extra));
        if (extra is not null && !package.Extras.Contains(extra))
        {
            var pin = $"{package.Name}=={package.VersionText}";
            warnings.Add(new Diagnostic("unknown-extra", $"`{pin}` has no extra `{extra}`"));
        }
    }

    private bool VisitRequirements(InstalledPackage package, ExtraName? extra)
    {
        foreach (var requirement in stated.GetValueOrDefault(package.Name, package.Stated))
        {
            var isActive = extra is null
                ? requirement.Marker.Evaluate(markers)
                : requirement.Marker.Evaluate(markers, [extra]) && !requirement.Marker.Evaluate(markers);
            if (isActive && !Visit(requirement))
                return false;
        }

        return true;
    }

    /// <summary>A URL is satisfied by what was installed from it; a range by any version in it that came from an index.</summary>
    private bool Satisfies(InstalledPackage package, Requirement requirement)
    {
        if (requirement.Url is { } url)
        {
            if (folders.Find(package.Name, url) is not null)
                return true;
            return package.DirectUrl is DirectUrl.Archive archive
                && string.Equals(archive.Url, url, StringComparison.Ordinal);
        }

        return package.Distribution.Version is { } version && (requirement.Specifiers?.Contains(version) ?? true);
    }
}
