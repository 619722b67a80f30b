using System.Collections.Immutable;
using Krait.Packaging.Lockfiles;
using Krait.Packaging.Names;
using Krait.Projects.Work;
using Krait.Sources;

namespace Krait.Projects.Locking;

/// <summary>The newest final versions that the indexes have of locked packages.</summary>
public static class LatestVersions
{
    /// <summary>Finds versions that are newer than the locked ones, by name.</summary>
    /// <exception cref="Packaging.Text.KraitException">An index cannot be read.</exception>
    public static async Task<ImmutableDictionary<string, Version>> FindAsync(
        Workbench bench,
        Pylock pylock,
        CancellationToken cancellationToken
    )
    {
        var source = new IndexPackageSource(
            bench.Client,
            bench.Indexes,
            bench.CreateDirect(new Inputs.RequirementSet(), hashes: null, target: null),
            cancellationToken
        );
        var found = ImmutableDictionary.CreateBuilder<string, Version>(StringComparer.Ordinal);
        foreach (
            var group in pylock
                .Packages.Where(package => !package.IsDirect)
                .GroupBy(package => package.Name, StringComparer.Ordinal)
        )
        {
            if (!PackageName.TryParse(group.Key, out var name, out _))
                continue;
            var answer = await source.GetVersionsAsync(name, index: null, cancellationToken);
            if (answer is not Resolver.Candidates.VersionsResponse.Found { Pages: var pages })
                continue;
            var newest = pages
                .SelectMany(page => Enumerable.Range(0, page.Page.FileCount).Select(page.Page.FileAt))
                .Where(file => !file.IsYanked && !file.Version.IsPrerelease)
                .Select(file => file.Version)
                .Max();
            if (newest is not null && group.Max(package => package.Version) is { } locked && newest > locked)
                found[group.Key] = newest;
        }

        return found.ToImmutable();
    }
}
