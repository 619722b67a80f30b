using Krait.Index;
using Krait.Index.SimpleApi;
using Krait.Packaging.Distributions;
using Krait.Packaging.Indexes;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Projects.Installing;
using Krait.Projects.Targets;
using Krait.Resolver.Candidates;
using Krait.Resolver.Requests;

namespace Krait.Projects.Resolving;

/// <summary>Why a pinned distribution cannot be obtained.</summary>
internal static class PinFailures
{
    private const int ShownVersions = 8;

    /// <summary>The pages have the version without a wheel that fits, or do not have it.</summary>
    public static KraitException NoWheel(
        Requirement requirement,
        Version version,
        IReadOnlyCollection<PlacedPage> pages,
        MachineTarget target,
        FilePolicy policy
    )
    {
        var files = pages.SelectMany(page => PinnedSelector.FilesOf(page.Page, version)).ToList();
        return files.Count == 0
            ? NoVersion(requirement, version, pages)
            : new KraitException(
                policy.AllowsWheels(requirement.Name)
                    ? NoFittingFile($"{requirement.Name}=={version}", files, target)
                    : NoSource($"{requirement.Name}=={version}", requirement)
            );
    }

    /// <summary>The wheels of a package are forbidden, and there is nothing to build.</summary>
    private static Diagnostic NoSource(string pin, Requirement requirement) =>
        new("no-source", $"`{pin}` has no source distribution that can be used")
        {
            Because = ControlKind.NoBinary,
            Hints = [$"Allow its wheels: {Control.OnlyBinary.With(requirement.Name.Value)}"],
        };

    private static Diagnostic NoFittingFile(string pin, List<IndexFile> files, MachineTarget target)
    {
        var excluding = files
            .Select(file => file.RequiresPython)
            .FirstOrDefault(requires => requires is not null && !new PythonSupport(requires).Allows(target.Python));
        if (excluding is { } python)
        {
            return new Diagnostic(
                "requires-other-python",
                $"`{pin}` needs Python {python}, and the target is {target.Python}"
            )
            {
                Hints = ["Choose another version, or another Python"],
            };
        }

        Remedy other = "Choose a version with a fitting wheel";
        Remedy allow = $"{other}, or allow building by leaving {Control.NoBuild} and {Control.OnlyBinary} out";
        var wheels = files.Where(file => file.IsWheel).Select(file => file.Wheel).ToList();
        if (wheels.Count == 0)
        {
            return new Diagnostic("no-fitting-wheel", $"`{pin}` has only a source distribution, which may not be built")
            {
                Hints = [allow],
            };
        }

        var gap = WheelGap.Of(wheels, target.Tags, target.Python);
        var source = wheels.Count < files.Count ? ", and its source distribution may not be built" : "";
        return new Diagnostic(
            "no-fitting-wheel",
            $"`{pin}` has no wheel for {gap.What} (only for {gap.Listed}){source}"
        )
        {
            Hints = [source.Length == 0 ? other : allow],
        };
    }

    private static KraitException NoVersion(
        Requirement requirement,
        Version version,
        IReadOnlyCollection<PlacedPage> pages
    )
    {
        var newest = pages
            .SelectMany(page => Enumerable.Range(0, page.Page.VersionCount).Select(page.Page.VersionAt))
            .Distinct()
            .OrderDescending()
            .Take(ShownVersions);
        var places = string.Join(" or ", pages.Select(page => page.Location));
        return new KraitException(
            new Diagnostic("version-not-found", $"there is no version {version} of `{requirement.Name}` at {places}")
            {
                Notes = [$"the newest are {string.Join(", ", newest)}"],
            }
        );
    }

    /// <summary>No index answers for the name.</summary>
    public static KraitException NotFound(Requirement requirement, PageResponse? last, List<IndexLocation> locations)
    {
        Remedy credentials =
            $"Check the credentials: in the URL of the index, in netrc, or with {Control.KeyringProvider.With("subprocess")}";
        var places = locations.Count == 0 ? "there is no index to ask" : $"asked: {string.Join(", ", locations)}";
        var diagnostic = last switch
        {
            PageResponse.Offline => new Diagnostic("offline", $"`{requirement}` is not in the cache")
            {
                Because = ControlKind.Offline,
                Hints = [$"Run once without {Control.Offline}"],
            },
            PageResponse.Unauthorized refusal => new Diagnostic(
                "unauthorized",
                $"`{refusal.Url}` requires other credentials (401)"
            )
            {
                Url = refusal.Url.ToString(),
                Hints = [credentials],
            },
            PageResponse.Forbidden refusal => new Diagnostic("forbidden", $"access to `{refusal.Url}` was denied (403)")
            {
                Url = refusal.Url.ToString(),
                Hints = [credentials],
            },
            _ => new Diagnostic("package-not-found", $"`{requirement.Name}` was not found") { Notes = [places] },
        };
        return new KraitException(diagnostic.About(requirement.Name.Value));
    }
}
