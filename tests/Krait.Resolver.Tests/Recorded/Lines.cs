using Krait.Resolver.Reporting;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Tests.Recorded;

/// <summary>A resolution as lines of a requirements file.</summary>
internal static class Lines
{
    public static string[] Of(Resolution resolution, ResolutionTarget target)
    {
        var pythons = target is ResolutionTarget.Universal universal ? universal.RequiresPython.ToRanges() : null;
        return [.. resolution.Packages.Select(package => LineOf(package, pythons))];
    }

    private static string LineOf(ResolvedPackage package, Packaging.Versions.VersionRanges? pythons)
    {
        var pin = package.Candidate.ToString();
        return pythons is not null && package.Marker.AssumePython(pythons).ToText() is { Length: > 0 } marker
            ? $"{pin} ; {marker}"
            : pin;
    }
}
