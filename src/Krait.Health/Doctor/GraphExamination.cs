using Krait.Environments.Installed;
using Krait.Environments.Layouts;
using Krait.Packaging.Markers;
using Krait.Packaging.Text;
using Krait.Projects.Inspection;

namespace Krait.Health.Doctor;

/// <summary>Whether what is installed fits together and fits the interpreter.</summary>
internal static class GraphExamination
{
    /// <summary>What does not fit.</summary>
    public static IEnumerable<Damage> Run(PythonEnvironment environment, InstalledDistributions installed)
    {
        var interpreter = environment.Interpreter;
        foreach (var problem in EnvironmentCheck.Run(installed, interpreter.Markers, interpreter.Tags))
        {
            if (Translate(problem) is { } damage)
                yield return damage;
        }

        foreach (var cycle in RequirementCycles.Find(InstalledGraph.Read(installed, interpreter.Markers)))
        {
            yield return new Damage(
                "dependency-cycle",
                DamageSeverity.Note,
                $"{string.Join(", ", cycle.Select(package => package.ToString()))} require each other"
            );
        }

        foreach (var broken in installed.Broken)
        {
            if (!broken.IsDescribed)
                continue;
            yield return new Damage(
                "half-removed",
                DamageSeverity.Error,
                $"`{broken}` is described as installed, but none of its modules are there"
            )
            {
                Package = broken.Name.Value,
                Path = broken.Path,
                Repair = DamageRepair.Reinstall,
            };
        }
    }

    private static Damage? Translate(EnvironmentProblem problem) =>
        problem switch
        {
            EnvironmentProblem.Missing one => Of("dependency-missing", one, one.Package) with
            {
                Repair = DamageRepair.Install,
                Requirement = one.Requirement.WithMarker(Marker.True).ToString(),
            },
            EnvironmentProblem.Conflicting one => Of("dependency-conflict", one, one.Package) with
            {
                Hint = $"Install versions that fit: {Control.Upgrade.With($"{one.Package.Name} {one.Installed.Name}")}",
            },
            EnvironmentProblem.WrongPython one => Of("wrong-python", one, one.Package) with
            {
                Hint = $"Install a version for this Python: {Control.UpgradePackage.With(one.Package.Name.Value)}",
            },
            EnvironmentProblem.WrongPlatform one => Of("wrong-platform", one, one.Package) with
            {
                Repair = DamageRepair.Reinstall,
            },
            EnvironmentProblem.Duplicate one => new Damage("duplicate-package", DamageSeverity.Error, one.Message)
            {
                Package = one.Name.Value,
                Path = one.SecondPath,
                Repair = DamageRepair.Reinstall,
            },
            // Descriptions are examined one by one.
            _ => null,
        };

    private static Damage Of(string code, EnvironmentProblem problem, InstalledPackage package) =>
        new(code, DamageSeverity.Error, UrlRedaction.Apply(problem.Message.TrimEnd('.')))
        {
            Package = package.Name.Value,
            Path = package.Distribution.Path,
        };
}
