using System.Collections.Immutable;
using Krait.Packaging.Distributions;
using Krait.Packaging.Markers;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Projects.Inputs;
using Krait.Resolver.Requests;

namespace Krait.Projects.Resolving;

/// <summary>
/// Hash mode, as pip has it: all or nothing. Where one requirement has a digest, or they are demanded, every requirement needs one and
/// names one version.
/// </summary>
internal static class HashDemands
{
    private static readonly string[] StrongAlgorithms = ["sha256", "sha384", "sha512"];

    /// <summary>The digests that limit which files may be used; null where nothing is demanded.</summary>
    /// <param name="inputs">What is asked for.</param>
    /// <param name="options">What is demanded.</param>
    /// <param name="roots">The requirements that count here.</param>
    /// <exception cref="KraitException">A requirement has no digest, or no single version.</exception>
    public static ImmutableDictionary<PackageName, ImmutableArray<FileHash>>? Of(
        RequirementSet inputs,
        ResolveOptions options,
        IReadOnlyCollection<RootRequirement> roots
    )
    {
        if (!options.ChecksHashes || !IsOn(inputs, options))
            return null;
        var bare = roots
            .Where(root => !inputs.Hashes.ContainsKey(root.Requirement.Name) && !HasOwnHash(root.Requirement))
            .ToList();
        var loose = roots.Where(root => !IsPinned(inputs, root.Requirement)).ToList();
        if (bare.Count == 0 && loose.Count == 0)
            return inputs.Hashes;
        throw bare.Count > 0 ? Missing(bare, loose) : Unpinned(loose);
    }

    /// <summary>Refuses requirements without a digest or version where they are demanded, before anything that is installed counts.</summary>
    /// <exception cref="KraitException">A requirement has no digest, or no single version.</exception>
    public static void Check(RequirementSet inputs, ResolveOptions options, MarkerEnvironment markers) =>
        Of(inputs, options, [.. inputs.Roots.Where(root => root.Requirement.Marker.Evaluate(markers))]);

    private static bool IsOn(RequirementSet inputs, ResolveOptions options) =>
        options.RequiresHashes ?? inputs.RequiresHashes ?? (options.OneHashDemandsAll && !inputs.Hashes.IsEmpty);

    /// <summary>A version may also be named by a constraint.</summary>
    private static bool IsPinned(RequirementSet inputs, Requirement requirement) =>
        requirement.Url is not null
        || requirement.Specifiers is { IsExactPin: true }
        || inputs.Constraints.Any(limit =>
            limit.Requirement.Name == requirement.Name && limit.Requirement.Specifiers is { IsExactPin: true }
        );

    private static KraitException Missing(List<RootRequirement> bare, List<RootRequirement> loose) =>
        new(
            new Diagnostic("hashes-missing", $"hashes are required, and `{bare[0].Requirement}` has none")
            {
                Notes =
                [
                    .. bare.Skip(1).Select(root => $"neither has `{root.Requirement}`"),
                    .. loose.Select(root => $"`{root.Requirement}` does not name one version"),
                ],
                Hints = [$"Compile the requirements with {Control.CompileWithHashes}"],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };

    private static KraitException Unpinned(List<RootRequirement> loose) =>
        new(
            new Diagnostic(
                "hashes-unpinned",
                $"hashes are required, and `{loose[0].Requirement}` does not name one version"
            )
            {
                Notes = [.. loose.Skip(1).Select(root => $"neither does `{root.Requirement}`")],
                Hints = ["Pin it with `==`"],
            }
        )
        {
            Kind = FailureKind.UnusableInput,
        };

    /// <summary>`#sha256=…` in an address.</summary>
    private static bool HasOwnHash(Requirement requirement)
    {
        var hash = requirement.Url?.IndexOf('#', StringComparison.Ordinal) ?? -1;
        return hash >= 0
            && requirement
                .Url![(hash + 1)..] // not null where it has a `#`
                .Split('&')
                .Any(part => StrongAlgorithms.Any(name => part.StartsWith(name + "=", StringComparison.Ordinal)));
    }
}
