using System.Collections.Immutable;
using Krait.Packaging.Names;
using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Questions;

/// <summary>Why a project is part of a result, and why at that version.</summary>
/// <param name="Package">The chosen version.</param>
/// <param name="Newest">The newest known version.</param>
/// <param name="Paths">How the request leads to it, shortest first; at most <see cref="MaximalPaths"/>.</param>
/// <param name="Bounds">The requirements that keep it from being the newest; empty when it is, or when none alone does.</param>
/// <param name="Reason">
/// What else keeps it from being the newest, as the end of a sentence that starts with that version; null when nothing does.
/// </param>
public sealed record Why(
    ResolvedPackage Package,
    Version Newest,
    ImmutableArray<WhyPath> Paths,
    ImmutableArray<WhyStep> Bounds,
    string? Reason
)
{
    /// <summary>How many paths are listed.</summary>
    public const int MaximalPaths = 100;

    /// <summary>Whether there are more paths than are listed.</summary>
    public bool HasMorePaths { get; init; }

    /// <summary>What the newest version is in conflict with, where no bound alone keeps from it; null where that was not asked.</summary>
    public WhyNot? NewestInstead { get; init; }

    /// <summary>Whether it takes another resolution to say what keeps it from being the newest.</summary>
    public bool IsUnexplained => !IsNewest && Bounds.IsEmpty && Reason is null;

    /// <summary>Whether the chosen version is the newest one.</summary>
    public bool IsNewest => Package.Version.Equals(Newest);

    /// <summary>Explains each chosen version of a name; empty when it is not part of the result.</summary>
    public static ImmutableArray<Why> Explain(Resolution resolution, PackageName name)
    {
        var result = ImmutableArray.CreateBuilder<Why>();
        for (var i = 0; i < resolution.Packages.Length; i++)
        {
            if (resolution.Packages[i].Name.Equals(name))
                result.Add(Explain(resolution, i));
        }

        return result.ToImmutable();
    }

    private static Why Explain(Resolution resolution, int index)
    {
        var package = resolution.Packages[index];
        var known = resolution.KnownVersions(package.Name);
        var newest = NewestFor(known, package.Version);
        var into = StepsInto(resolution);
        var bounds = into[index]
            .Where(step => step.Requirement.Specifiers is { } specifiers && !specifiers.ToRanges().Contains(newest))
            // What the user says of a name, it says to all who require that.
            .DistinctBy(step => (step.Requirement, step.Source is RequirementSource.Requirer ? step : null))
            .ToImmutableArray();
        var reason = newest.Equals(package.Version) ? null : resolution.UnusableReason(package.Name, newest);
        foreach (var steps in into)
            steps.RemoveAll(step => step.Source is RequirementSource.Constraint); // it asks for nothing
        var paths = PathsTo(into, index, out var hasMore);
        return new Why(package, newest, paths, bounds, reason) { HasMorePaths = hasMore };
    }

    /// <summary>The newest final version, or the newest of all where the chosen one is newer.</summary>
    private static Version NewestFor(ImmutableArray<Version> known, Version chosen)
    {
        var newest = chosen;
        foreach (var version in known)
        {
            if (version.CompareTo(newest) > 0 && (!version.IsPrerelease || chosen.IsPrerelease))
                newest = version;
        }

        return newest;
    }

    /// <summary>For each package, who asks for it; -1 stands for the user.</summary>
    private static List<WhyStep>[] StepsInto(Resolution resolution)
    {
        var into = new List<WhyStep>[resolution.Packages.Length];
        for (var i = 0; i < into.Length; i++)
            into[i] = [];
        foreach (var root in resolution.Roots)
        {
            var step = new WhyStep(-1, Requirer: null, root.Package, root.Requirement)
            {
                Origin = root.Origin,
                Source = root.Source,
            };
            into[root.Package].Add(step);
        }

        for (var i = 0; i < into.Length; i++)
        {
            var requirer = resolution.Packages[i];
            foreach (var dependency in requirer.Dependencies.Where(dependency => dependency.Package != i))
            {
                into[dependency.Package]
                    .Add(
                        new WhyStep(i, requirer, dependency.Package, dependency.Requirement)
                        {
                            Extra = dependency.Extra,
                            Source = dependency.Source,
                        }
                    );
            }
        }

        return into;
    }

    /// <summary>Walks back from the package, all paths of a length before longer ones, none through a package twice.</summary>
    private static ImmutableArray<WhyPath> PathsTo(List<WhyStep>[] into, int index, out bool hasMore)
    {
        hasMore = false;
        var result = ImmutableArray.CreateBuilder<WhyPath>();
        var queue = new Queue<ImmutableStack<WhyStep>>();
        foreach (var step in into[index])
            queue.Enqueue([step]);
        while (result.Count < MaximalPaths && queue.TryDequeue(out var path))
        {
            var first = path.Peek();
            if (first.RequirerIndex < 0)
            {
                result.Add(new WhyPath([.. path]));
                continue;
            }

            if (queue.Count > 10_000)
            {
                hasMore = true;
                continue;
            }

            foreach (var step in into[first.RequirerIndex])
            {
                if (!path.Any(seen => seen.TargetIndex == step.TargetIndex))
                    queue.Enqueue(path.Push(step));
            }
        }

        hasMore |= queue.Count > 0;
        return result.ToImmutable();
    }
}
