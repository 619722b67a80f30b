using System.Collections.Immutable;
using Krait.Packaging.Markers;
using Krait.Packaging.Requirements;
using Krait.Projects.Inputs;
using Krait.Resolver.Reporting;

namespace Krait.Health.Pins;

/// <summary>Finds what is not pinned: every requirement without one exact version, every pin without a digest.</summary>
public static class PinCheck
{
    /// <summary>Every finding, in the order of the files; what no file lists comes last.</summary>
    /// <param name="inputs">The requirements.</param>
    /// <param name="today">What they stand for today; null where that could not be found out.</param>
    public static ImmutableArray<PinFinding> Run(RequirementSet inputs, Resolution? today)
    {
        var chosen =
            today?.Packages.GroupBy(package => package.Name).ToDictionary(same => same.Key, same => same.First()) ?? [];
        var findings = ImmutableArray.CreateBuilder<PinFinding>();
        foreach (var root in inputs.Roots)
        {
            if (KindOf(inputs, root.Requirement) is not { } kind)
                continue;
            var package = chosen.GetValueOrDefault(root.Requirement.Name);
            findings.Add(
                new PinFinding(kind, root.Requirement.ToString(), root.Requirement.Name.Value, root.Origin)
                {
                    Today = package?.Version.ToString(),
                    Released = ReleaseTime.Of(package?.Candidate),
                }
            );
        }

        findings.AddRange(Unlisted(inputs, today));
        return findings.ToImmutable();
    }

    /// <summary>What is loose about a requirement; null when it can only ever be one file.</summary>
    private static PinFindingKind? KindOf(RequirementSet inputs, Requirement requirement)
    {
        var hasHash = inputs.Hashes.ContainsKey(requirement.Name);
        if (requirement.Url is { } url)
            return hasHash || HasDigest(url) ? null : PinFindingKind.NoHash;
        var isPinned =
            requirement.Specifiers is { IsExactPin: true }
            || inputs.Constraints.Any(limit =>
                limit.Requirement.Name == requirement.Name && limit.Requirement.Specifiers is { IsExactPin: true }
            );
        if (!isPinned)
            return PinFindingKind.Unpinned;
        return hasHash ? null : PinFindingKind.NoHash;
    }

    /// <summary>`#sha256=…`, or the full commit of a repository.</summary>
    private static bool HasDigest(string url)
    {
        if (url.Contains("#sha", StringComparison.Ordinal) || url.Contains("&sha", StringComparison.Ordinal))
            return true;
        var at = url.LastIndexOf('@');
        return url.StartsWith("git+", StringComparison.Ordinal)
            && at > 0
            && url[(at + 1)..].Split('#')[0] is { Length: 40 } commit
            && commit.All(char.IsAsciiHexDigit);
    }

    /// <summary>What a fresh installation brings along, in whatever version is the newest that day.</summary>
    private static IEnumerable<PinFinding> Unlisted(RequirementSet inputs, Resolution? today)
    {
        if (today is null)
            yield break;
        var listed = inputs.Roots.Select(root => root.Requirement.Name).ToHashSet();
        var pinned = inputs
            .Constraints.Where(limit => limit.Requirement.Specifiers is { IsExactPin: true })
            .Select(limit => limit.Requirement.Name)
            .ToHashSet();
        foreach (var package in today.Packages.Where(one => !listed.Contains(one.Name) && !pinned.Contains(one.Name)))
        {
            var requirer = today.Packages.FirstOrDefault(one =>
                one.Dependencies.Any(edge => today.Packages[edge.Package] == package)
            );
            var edge = requirer?.Dependencies.First(edge => today.Packages[edge.Package] == package);
            var text = edge?.Requirement.WithMarker(Marker.True).ToString() ?? package.Name.Value;
            yield return new PinFinding(PinFindingKind.Unlisted, text, package.Name.Value, Origin: null)
            {
                Today = package.Version.ToString(),
                Released = ReleaseTime.Of(package.Candidate),
                RequiredBy = requirer is null ? null : $"{requirer.Name} {requirer.Version}",
            };
        }
    }
}
