using System.Collections.Immutable;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;
using Krait.Resolver.Requests;

namespace Krait.Projects.Resolving;

/// <summary>Makes the resolver's request from inputs and options.</summary>
internal static class RequestBuilder
{
    /// <summary>The request.</summary>
    /// <exception cref="KraitException">Digests are demanded and missing.</exception>
    public static ResolutionRequest Create(
        RequirementSet inputs,
        ResolveOptions options,
        ResolutionTarget target,
        ImmutableArray<Preference> preferences,
        ImmutableArray<InstalledVersion> installed = default
    )
    {
        var caps = options
            .Upgrades.Where(pair => pair.Value is not null)
            .Select(pair => new UserLimit(new Requirement(pair.Key) { Specifiers = pair.Value }, options.UpgradesFrom));
        var hashes = HashDemands.Of(inputs, options, RootsOf(inputs, target));
        return new ResolutionRequest
        {
            Requirements = inputs.Roots,
            Target = target,
            Constraints = [.. inputs.Constraints.Select(ToLimit), .. caps],
            Overrides = [.. inputs.Overrides.Select(ToLimit)],
            Excludes = inputs.Excludes,
            ScopedChanges = inputs.Settings.ScopedChanges,
            Mode = options.Mode,
            Lookahead = options.Lookahead,
            Prereleases = options.Prereleases,
            Files = FilesOf(inputs, options),
            Cutoff = options.Cutoff,
            Preferences = [.. preferences.Where(preference => options.MayPrefer(preference.Name))],
            // Where hashes are demanded, what is installed has to prove itself like everything else.
            Installed =
                installed.IsDefault || hashes is not null
                    ? []
                    : [.. installed.Where(one => options.MayPrefer(one.Name))],
            RequiredHashes = hashes,
            StatedMetadata = inputs.Settings.Metadata,
            Conflicts = inputs.Settings.Conflicts,
            // For one environment the indexes are known before anything is resolved.
            IndexPins =
                target is ResolutionTarget.Universal ? [.. inputs.IndexPins.Where(pin => pin.IsConditional)] : [],
            IgnoresDependencies = options.IgnoresDependencies,
        };
    }

    private static UserLimit ToLimit(Limit limit) => UserLimit.At(limit.Requirement, limit.Origin);

    /// <summary>What is asked for in the one environment that is resolved for; in all, for a universal target.</summary>
    private static ImmutableArray<RootRequirement> RootsOf(RequirementSet inputs, ResolutionTarget target) =>
        target is ResolutionTarget.Specific specific
            ? [.. inputs.Roots.Where(root => root.Requirement.Marker.Evaluate(specific.Environment))]
            : inputs.Roots;

    /// <summary>What requirements files say about wheels and sources is added to what the command line says.</summary>
    public static FilePolicy FilesOf(RequirementSet inputs, ResolveOptions options) =>
        FilePolicies.Apply(options.Files, inputs.Options);
}
