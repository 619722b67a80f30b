using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Versions;
using Krait.Projects.Inputs;
using Krait.Projects.Installing;
using Krait.Projects.Work;

namespace Krait.Projects.Resolving;

/// <summary>The packages of which the input allows one version only, so that what an index has published since makes no difference.</summary>
public static class SettledPins
{
    /// <summary>The versions that requirements and constraints pin; a wildcard is no pin.</summary>
    public static IEnumerable<(PackageName Name, Version Version)> Of(RequirementSet inputs)
    {
        var requirements = inputs
            .Roots.Select(root => root.Requirement)
            .Concat(inputs.Constraints.Select(limit => limit.Requirement));
        foreach (var requirement in requirements)
        {
            if (PinOf(requirement) is { } version)
                yield return (requirement.Name, version);
        }
    }

    /// <summary>The version that one of several clauses pins; null where none does.</summary>
    private static Version? PinOf(Requirement requirement) =>
        requirement
            .Specifiers?.Clauses.FirstOrDefault(clause =>
                clause.Operator is SpecifierOperator.Equal or SpecifierOperator.Arbitrary && clause.Version is not null
            )
            ?.Version;

    /// <summary>Tells the client, before anything is asked.</summary>
    internal static void Settle(Workbench bench, RequirementSet inputs, IEnumerable<ChosenWheel> locked)
    {
        // What is replaced or left out may be resolved to another version.
        var open = inputs.Overrides.Select(limit => limit.Requirement.Name).Concat(inputs.Excludes).ToHashSet();
        foreach (var (name, version) in Of(inputs).Concat(locked.Select(wheel => (wheel.Name, wheel.Version))))
        {
            if (!open.Contains(name))
                bench.Client.Settle(name, version);
        }
    }
}
