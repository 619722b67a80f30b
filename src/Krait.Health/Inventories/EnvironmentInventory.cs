using System.Collections.Immutable;
using Krait.Environments.Layouts;
using Krait.Packaging.Metadata;
using Krait.Packaging.Text;
using Krait.Projects.Inspection;

namespace Krait.Health.Inventories;

/// <summary>What is installed where: the facts that a release or an error report is to carry. Nothing in it is secret.</summary>
/// <param name="Root">The environment's folder.</param>
/// <param name="Executable">Its interpreter.</param>
/// <param name="PythonVersion">The interpreter's full version.</param>
/// <param name="Implementation">`CPython`.</param>
/// <param name="Platform">`linux-x86_64`.</param>
/// <param name="Packages">What is installed, by name.</param>
public sealed record EnvironmentInventory(
    string Root,
    string Executable,
    string PythonVersion,
    string Implementation,
    string Platform,
    ImmutableArray<InventoryEntry> Packages
)
{
    /// <summary>What made the environment, as far as it tells; null for an interpreter's own packages.</summary>
    public string? Creator { get; init; }

    /// <summary>The marker values of the environment, by name.</summary>
    public required ImmutableSortedDictionary<string, string> Markers { get; init; }

    /// <summary>Reads the inventory of an environment.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="graph">What is installed in it.</param>
    public static EnvironmentInventory Read(PythonEnvironment environment, InstalledGraph graph)
    {
        var interpreter = environment.Interpreter;
        return new EnvironmentInventory(
            environment.Root,
            environment.Executable,
            interpreter.Version.ToString(),
            interpreter.MarkerValues.GetValueOrDefault("platform_python_implementation", ""),
            interpreter.Platform,
            [.. graph.Packages.Select(InventoryEntry.Read)]
        )
        {
            Creator = environment.Configuration is { } configuration ? configuration.Creator ?? "venv" : null,
            Markers = interpreter.MarkerValues.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
    }
}

/// <summary>An installed distribution in an inventory.</summary>
/// <param name="Name">The normalized name.</param>
/// <param name="DisplayName">The name as its author writes it.</param>
/// <param name="Version">The version as it is written.</param>
/// <param name="Location">The folder of packages that it is in.</param>
public sealed record InventoryEntry(string Name, string DisplayName, string Version, string Location)
{
    /// <summary>What installed it.</summary>
    public string? Installer { get; init; }

    /// <summary>Whether a user asked for it by name.</summary>
    public bool IsRequested { get; init; }

    /// <summary>The folder that it is installed from in place; null for others.</summary>
    public string? EditableLocation { get; init; }

    /// <summary>The URL that it was installed from, without credentials; null for a file of an index.</summary>
    public string? SourceUrl { get; init; }

    /// <summary>The commit that it was built from; null for others.</summary>
    public string? Commit { get; init; }

    /// <summary>Its summary.</summary>
    public string? Summary { get; init; }

    /// <summary>Its license, as an SPDX expression.</summary>
    public string? LicenseExpression { get; init; }

    /// <summary>Its license in other words.</summary>
    public string? LicenseName { get; init; }

    /// <summary>Its home page.</summary>
    public string? HomePage { get; init; }

    /// <summary>Why its metadata cannot be read; null when it can.</summary>
    public string? Problem { get; init; }

    /// <summary>What it requires, installed in this environment, by name and version.</summary>
    public ImmutableArray<(string Name, string Version)> Requires { get; init; } = [];

    /// <summary>What it requires that is not installed.</summary>
    public ImmutableArray<string> Missing { get; init; } = [];

    /// <summary>The names of what requires it.</summary>
    public ImmutableArray<string> RequiredBy { get; init; } = [];

    /// <summary>The package URL of the distribution.</summary>
    public string PackageUrl => $"pkg:pypi/{Name}@{Uri.EscapeDataString(Version)}";

    internal static InventoryEntry Read(InstalledPackage package)
    {
        var raw = RawMetadata.Parse(package.Distribution.ReadMetadata());
        var license = raw.Text("license");
        return new InventoryEntry(
            package.Name.Value,
            package.DisplayName,
            package.VersionText,
            package.Distribution.Location
        )
        {
            Installer = package.Distribution.Installer is { Length: > 0 } installer ? installer : null,
            IsRequested = package.Distribution.IsRequested,
            EditableLocation = package.EditableLocation,
            SourceUrl = package.DirectUrl is { } url ? UrlRedaction.ApplyToUrl(url.Url) : null,
            Commit = (package.DirectUrl as DirectUrl.Repository)?.CommitId,
            Summary = raw.Text("summary"),
            LicenseExpression = raw.Text("license_expression"),
            // Some put the whole text of their license there.
            LicenseName =
                license is { Length: > 0 and < 100 } && !license.Contains('\n', StringComparison.Ordinal)
                    ? license
                    : null,
            HomePage = raw.Text("home_page") is { Length: > 0 } page ? UrlRedaction.ApplyToUrl(page) : null,
            Problem = package.Unreadable?.Message,
            Requires =
            [
                .. package
                    .Requirements.Select(edge => edge.Target)
                    .OfType<InstalledPackage>()
                    .Where(target => target != package)
                    .Select(target => (target.Name.Value, target.VersionText))
                    .Distinct()
                    .Order(),
            ],
            Missing =
            [
                .. package
                    .Requirements.Where(edge => edge.Target is null)
                    .Select(edge => UrlRedaction.Apply(edge.Requirement.ToString()))
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
            ],
            RequiredBy = [.. package.RequiredBy.Select(other => other.Name.Value)],
        };
    }
}
