using System.Collections.Immutable;
using Krait.Packaging.Text;

namespace Krait.Resolver.Python;

/// <summary>What the user should know about a solution.</summary>
internal static class Warnings
{
    public static ImmutableArray<Diagnostic> Collect(Resolution resolution)
    {
        var result = new List<Diagnostic>();
        foreach (var package in resolution.Packages)
        {
            foreach (var extra in package.Extras)
            {
                if (!package.Metadata.ProvidesExtra.Contains(extra))
                    result.Add(new Diagnostic("unknown-extra", $"`{package.Candidate}` has no extra `{extra}`"));
            }

            foreach (var repair in package.Metadata.Warnings)
                result.Add(repair with { Source = repair.Source ?? package.Candidate.ToString() });
            if (package.Candidate.IsYanked)
                result.Add(new Diagnostic("yanked-version", $"`{package.Candidate}` is yanked"));
        }

        return [.. result];
    }
}
