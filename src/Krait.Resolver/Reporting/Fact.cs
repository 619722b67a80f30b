using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Versions;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Reporting;

/// <summary>Something that is known, and that together with other facts leaves no solution.</summary>
public abstract record Fact
{
    private Fact() { }

    /// <summary>The user requires something.</summary>
    /// <param name="Name">What.</param>
    /// <param name="Text">The requirement as written.</param>
    /// <param name="Needed">Which versions.</param>
    /// <param name="Origin">Where it is written.</param>
    public sealed record Asked(PackageName Name, string Text, VersionRanges Needed, RequirementOrigin? Origin) : Fact;

    /// <summary>Some versions of a project depend on some of another.</summary>
    /// <param name="Dependent">The project, with the extra: `foo[bar]`.</param>
    /// <param name="Versions">Its versions, as few intervals as tell them from other published ones.</param>
    /// <param name="IsEveryVersion">Whether these are all.</param>
    /// <param name="Dependency">What they depend on.</param>
    /// <param name="Needed">Which versions of it.</param>
    /// <param name="NeededText">The same as a requirement writes it.</param>
    public sealed record DependsOn(
        string Dependent,
        VersionRanges Versions,
        bool IsEveryVersion,
        string Dependency,
        VersionRanges Needed,
        string NeededText
    ) : Fact
    {
        /// <summary>The override that says so, in place of what the versions say themselves; null where there is none.</summary>
        public UserLimit? Override { get; init; }

        /// <summary>Where it depends on it; null where the environment makes no difference.</summary>
        public string? Condition { get; init; }
    }

    /// <summary>No published version lies in a range.</summary>
    /// <param name="Name">The project.</param>
    /// <param name="Needed">The range.</param>
    /// <param name="NeededText">The same as a requirement writes it.</param>
    /// <param name="Available">What is published.</param>
    public sealed record NoneInRange(
        PackageName Name,
        VersionRanges Needed,
        string NeededText,
        ImmutableArray<Version> Available
    ) : Fact
    {
        /// <summary>How many files of the project's pages were skipped.</summary>
        public int SkippedCount { get; init; }

        /// <summary>Why the first of them was skipped; null where none was.</summary>
        public string? SkippedReason { get; init; }

        /// <summary>Whether the range is what all that need the project leave together, none of them alone.</summary>
        public bool IsOfAll { get; init; }
    }

    /// <summary>Versions in the needed range cannot be used.</summary>
    /// <param name="Name">The project.</param>
    /// <param name="Versions">The versions.</param>
    /// <param name="Reason">Why, as the end of a sentence that starts with the version: `is yanked`.</param>
    public sealed record Unusable(PackageName Name, ImmutableArray<Version> Versions, string Reason) : Fact
    {
        /// <summary>Whether what is published says so by itself, whatever the user asks for and on every machine.</summary>
        public bool IsForEveryone { get; init; }
    }

    /// <summary>The user limits a project.</summary>
    /// <param name="Name">The project.</param>
    /// <param name="Limit">The constraint.</param>
    public sealed record Constrained(PackageName Name, UserLimit Limit) : Fact;

    /// <summary>The user replaces what is required of a project, by the user too.</summary>
    /// <param name="Name">The project.</param>
    /// <param name="Limit">The override.</param>
    public sealed record Overridden(PackageName Name, UserLimit Limit) : Fact;

    /// <summary>A project comes from a URL or path, and so has one version.</summary>
    /// <param name="Name">The project.</param>
    /// <param name="Place">The URL or path as written.</param>
    /// <param name="Version">What is there.</param>
    public sealed record FromPlace(PackageName Name, string Place, Version Version) : Fact;

    /// <summary>Something is wrong with a version.</summary>
    /// <param name="Name">The project.</param>
    /// <param name="Text">What is wrong, as a sentence without final period.</param>
    public sealed record Broken(PackageName Name, string Text) : Fact;

    /// <summary>Nothing is known about a project.</summary>
    /// <param name="Name">The project.</param>
    /// <param name="Reason">Why, as the end of a sentence that starts with the name: `was not found on any index`.</param>
    public sealed record Unknown(PackageName Name, string Reason) : Fact;
}
