using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Resolver.Candidates;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Reporting;

/// <summary>A set of versions that satisfies every requirement in every environment of the target.</summary>
public sealed class Resolution
{
    internal Resolution(ImmutableArray<ResolvedPackage> packages, ImmutableArray<ResolvedDependency> roots)
    {
        Packages = packages;
        Roots = roots;
    }

    /// <summary>The chosen versions, by name and then version. A name appears once for each of its versions.</summary>
    public ImmutableArray<ResolvedPackage> Packages { get; }

    /// <summary>What the user's requirements lead to.</summary>
    public ImmutableArray<ResolvedDependency> Roots { get; }

    /// <summary>The environments that were resolved apart, in the order to try them next time; empty when there was one.</summary>
    public ImmutableArray<Marker> Forks { get; internal init; } = [];

    /// <summary>What the user should know.</summary>
    public ImmutableArray<Diagnostic> Warnings { get; internal init; } = [];

    /// <summary>How much work it was.</summary>
    public ResolutionCounts Counts { get; internal init; } = new();

    /// <summary>The known versions of a name that was looked at; empty for others.</summary>
    public required Func<PackageName, ImmutableArray<Version>> KnownVersions { get; init; }

    /// <summary>
    /// Why a known version cannot be used, as the end of a sentence that starts with the version: `is yanked`; null when it can.
    /// </summary>
    public required Func<PackageName, Version, string?> UnusableReason { get; init; }

    internal Resolution With(
        ImmutableArray<Marker> forks,
        ImmutableArray<Diagnostic> warnings,
        ResolutionCounts counts
    ) =>
        new(Packages, Roots)
        {
            KnownVersions = KnownVersions,
            UnusableReason = UnusableReason,
            Forks = forks,
            Warnings = warnings,
            Counts = counts,
        };
}

/// <summary>A chosen version.</summary>
/// <param name="Candidate">The version and its files.</param>
/// <param name="Metadata">Its metadata.</param>
/// <param name="Marker">
/// Where it is installed, given the target; true for one environment. To print it, simplify it with the target's Pythons.
/// </param>
public sealed record ResolvedPackage(Candidate Candidate, CoreMetadata Metadata, Marker Marker)
{
    /// <summary>The project.</summary>
    public PackageName Name => Candidate.Name;

    /// <summary>The version.</summary>
    public Version Version => Candidate.Version;

    /// <summary>The extras that something asks for, sorted.</summary>
    public ImmutableArray<ExtraName> Extras { get; init; } = [];

    /// <summary>What it needs, with and without its extras.</summary>
    public ImmutableArray<ResolvedDependency> Dependencies { get; init; } = [];
}

/// <summary>A requirement and the version that satisfies it.</summary>
/// <param name="Package">The index of the chosen version in <see cref="Resolution.Packages"/>.</param>
/// <param name="Requirement">The requirement as it is in force.</param>
/// <param name="Extra">The extra of the requiring package that it belongs to.</param>
/// <param name="Marker">Where this edge holds.</param>
public sealed record ResolvedDependency(int Package, Requirement Requirement, ExtraName? Extra, Marker Marker)
{
    /// <summary>Where the user wrote it, for a root.</summary>
    public RequirementOrigin? Origin { get; init; }

    /// <summary>Who says it: who requires, or the user by a constraint or override.</summary>
    public RequirementSource Source { get; init; }
}

/// <summary>How much work a resolution was.</summary>
public sealed record ResolutionCounts
{
    /// <summary>Versions decided.</summary>
    public int Decisions { get; init; }

    /// <summary>Versions refused because a dependency was already violated.</summary>
    public int Rejections { get; init; }

    /// <summary>Conflicts met in propagation.</summary>
    public int Conflicts { get; init; }

    /// <summary>Forks solved.</summary>
    public int Forks { get; init; }

    /// <summary>Pages asked for.</summary>
    public int Pages { get; init; }

    /// <summary>Metadata asked for, speculation included.</summary>
    public int Metadata { get; init; }

    /// <summary>How often the solver had to wait.</summary>
    public int Waits { get; init; }
}
