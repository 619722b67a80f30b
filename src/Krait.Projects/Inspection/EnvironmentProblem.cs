using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Versions;

namespace Krait.Projects.Inspection;

/// <summary>Why an environment is not consistent.</summary>
public abstract record EnvironmentProblem
{
    private EnvironmentProblem() { }

    /// <summary>The problem in one sentence, as pip words it.</summary>
    public abstract string Message { get; }

    /// <summary>A requirement is not installed.</summary>
    public sealed record Missing(InstalledPackage Package, Requirement Requirement) : EnvironmentProblem
    {
        /// <inheritdoc/>
        public override string Message => $"{Package} requires {Requirement.Name}, which is not installed.";
    }

    /// <summary>A requirement is installed in a version that it excludes.</summary>
    public sealed record Conflicting(InstalledPackage Package, Requirement Requirement, InstalledPackage Installed)
        : EnvironmentProblem
    {
        /// <inheritdoc/>
        public override string Message =>
            $"{Package} has requirement {Requirement.WithMarker(Packaging.Markers.Marker.True)}, but you have {Installed}.";
    }

    /// <summary>A package does not support the environment's Python.</summary>
    public sealed record WrongPython(InstalledPackage Package, SpecifierSet RequiresPython, Version Python)
        : EnvironmentProblem
    {
        /// <inheritdoc/>
        public override string Message =>
            $"{Package} requires Python {RequiresPython}, but the environment has Python {Python}.";
    }

    /// <summary>A package was built for another platform.</summary>
    public sealed record WrongPlatform(InstalledPackage Package) : EnvironmentProblem
    {
        /// <inheritdoc/>
        public override string Message => $"{Package} is not supported on this platform";
    }

    /// <summary>A package's metadata cannot be read.</summary>
    public sealed record Unreadable(InstalledPackage Package, string Reason) : EnvironmentProblem
    {
        /// <inheritdoc/>
        public override string Message => $"{Package} has metadata that cannot be read: {Reason}";
    }

    /// <summary>A name is installed more than once.</summary>
    public sealed record Duplicate(PackageName Name, string FirstPath, string SecondPath) : EnvironmentProblem
    {
        /// <inheritdoc/>
        public override string Message => $"{Name} is installed twice: at {FirstPath} and at {SecondPath}";
    }

    /// <summary>A package is described as installed, and its files are not there.</summary>
    public sealed record Incomplete(Environments.Installed.InstalledDistribution Distribution) : EnvironmentProblem
    {
        /// <inheritdoc/>
        public override string Message =>
            Distribution.IsDescribed
                ? $"{Distribution} is not installed completely: files that its RECORD lists are missing"
                : $"{Distribution} is not installed completely: its METADATA is missing or empty";
    }
}
