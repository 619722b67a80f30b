using Krait.Environments.Installed;
using Krait.Packaging.Distributions;
using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Tags;
using Krait.Packaging.Versions;

namespace Krait.Projects.Inspection;

/// <summary>Checks that what is installed fits together: every requirement there, in a version that it allows.</summary>
public static class EnvironmentCheck
{
    /// <summary>Every problem, by package.</summary>
    /// <param name="installed">What is installed.</param>
    /// <param name="markers">The environment's markers.</param>
    /// <param name="tags">What the environment can load; null does not check it.</param>
    public static IEnumerable<EnvironmentProblem> Run(
        InstalledDistributions installed,
        MarkerEnvironment markers,
        TagSet? tags
    )
    {
        var graph = InstalledGraph.Read(installed, markers);
        foreach (var same in installed.All.GroupBy(d => d.Name))
        {
            if (same.Skip(1).FirstOrDefault() is { } second)
                yield return new EnvironmentProblem.Duplicate(same.Key, same.First().Path, second.Path);
        }

        foreach (var broken in installed.Broken)
            yield return new EnvironmentProblem.Incomplete(broken);
        foreach (var package in graph.Packages)
        {
            foreach (var problem in ProblemsOf(package, markers, tags))
                yield return problem;
        }
    }

    private static IEnumerable<EnvironmentProblem> ProblemsOf(
        InstalledPackage package,
        MarkerEnvironment markers,
        TagSet? tags
    )
    {
        if (package.Unreadable is { } error)
            yield return new EnvironmentProblem.Unreadable(package, error.Message);
        var python = markers.ParsedPythonFullVersion;
        if (package.Metadata?.RequiresPython is { } requires && !requires.Contains(python.OnlyRelease()))
            yield return new EnvironmentProblem.WrongPython(package, requires, python);
        if (tags is not null && !CanLoad(package, tags))
            yield return new EnvironmentProblem.WrongPlatform(package);
        foreach (var (requirement, target) in package.Requirements)
        {
            if (target is null)
                yield return new EnvironmentProblem.Missing(package, requirement);
            else if (!Satisfies(target, requirement.Specifiers))
                yield return new EnvironmentProblem.Conflicting(package, requirement, target);
        }
    }

    /// <summary>A requirement with an address accepts any version; a version that is none satisfies no range.</summary>
    private static bool Satisfies(InstalledPackage target, SpecifierSet? specifiers) =>
        specifiers is null || (target.Distribution.Version is { } version && specifiers.Contains(version));

    /// <summary>Whether one of the tags in its WHEEL file is among those of the environment; without any it is not judged.</summary>
    private static bool CanLoad(InstalledPackage package, TagSet tags)
    {
        var wheel = package.Distribution.Read("WHEEL");
        if (wheel.Length == 0 || !WheelMetadata.TryParse(wheel, out var metadata, out _) || metadata.Tags.IsEmpty)
            return true;
        return metadata.Tags.Any(tag =>
            WheelFileName.TryParse($"{package.Name.Value.Replace('-', '_')}-0-{tag}.whl", out var name, out _)
            && tags.RankOf(name) is not null
        );
    }
}
