using System.Collections.Immutable;
using Krait.Packaging.Indexes;
using Krait.Packaging.Text;
using Krait.Resolver.Candidates;
using Krait.Resolver.Forking;

namespace Krait.Resolver.Reporting;

/// <summary>What the user should know about a solution.</summary>
internal static class Warnings
{
    public static ImmutableArray<Diagnostic> Collect(ResolutionSession session, Resolution resolution)
    {
        var result = new List<Diagnostic>();
        foreach (var package in resolution.Packages)
        {
            foreach (var extra in package.Extras)
            {
                if (!package.Metadata.ProvidesExtra.Contains(extra))
                {
                    result.Add(
                        About(package, new Diagnostic("unknown-extra", $"`{package.Candidate}` has no extra `{extra}`"))
                    );
                }
            }

            // What is installed was warned about when it came.
            foreach (var repair in package.Candidate.IsInstalled ? [] : package.Metadata.Warnings)
                result.Add(About(package, repair with { Source = repair.Source ?? package.Candidate.ToString() }));
            if (package.Candidate.IsYanked)
            {
                var reason = YankedReason.Of(
                    ((IndexFile?[])[package.Candidate.Wheel, package.Candidate.Sdist]).OfType<IndexFile>()
                );
                var text = $"`{package.Candidate}` is yanked{(reason is null ? "" : $": {reason}")}";
                result.Add(About(package, new Diagnostic("yanked-version", text)));
            }
        }

        var passedOver = session.PassedOver.DistinctBy(one => (one.Candidate.Name, one.Candidate.Version));
        foreach (var ofPackage in passedOver.GroupBy(one => one.Candidate.Name))
        {
            var taken = resolution.Packages.Where(package => package.Name.Equals(ofPackage.Key)).ToList();
            if (taken.Count > 0)
                result.Add(PassedOver(taken, [.. ofPackage]));
        }

        return [.. result];
    }

    private static Diagnostic About(ResolvedPackage package, Diagnostic diagnostic) =>
        diagnostic.About(package.Name.Value, package.Version.ToString());

    /// <summary>An answer that is older than it could be is no secret: the day the file is there, it will be another.</summary>
    private static Diagnostic PassedOver(
        List<ResolvedPackage> taken,
        List<(Candidate Candidate, Diagnostic Reason)> passedOver
    )
    {
        var (first, reason) = passedOver[0];
        var others = passedOver.Count > 1 ? $" (and {passedOver.Count - 1} more)" : "";
        var instead = string.Join(
            ", ",
            taken.Select(package => $"`{package.Version}`").Distinct(StringComparer.Ordinal)
        );
        return new Diagnostic("version-passed-over", $"`{first}`{others} was skipped in favour of {instead}")
        {
            Cause = reason,
            Package = first.Name.Value,
            Version = first.Version.ToString(),
        };
    }
}
