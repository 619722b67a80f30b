using Krait.Index;
using Krait.Index.SimpleApi;
using Krait.Packaging.Indexes;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;

namespace Krait.Projects.Resolving;

/// <summary>Why a pinned distribution cannot be had.</summary>
internal static class PinFailures
{
    private const int ShownVersions = 8;

    /// <summary>The page has the version without a wheel that fits, or does not have it.</summary>
    public static KraitException NoWheel(
        Requirement requirement,
        Version version,
        ProjectPage page,
        IndexLocation location
    )
    {
        var index = page.IndexOf(version);
        if (index >= 0)
        {
            var (start, count) = page.FilesOf(index);
            var files = Enumerable.Range(start, count).Select(i => $"`{page.FileAt(i).FileName}`").Take(ShownVersions);
            return new KraitException(
                new Diagnostic(
                    "no-fitting-wheel",
                    $"`{requirement.Name}=={version}` has no wheel that this environment can install"
                )
                {
                    Package = requirement.Name.Value,
                    Version = version.ToString(),
                    Notes = [$"{location} has {string.Join(", ", files)}"],
                    Hints =
                    [
                        "Choose a version with a fitting wheel; this version of krait does not build source distributions",
                    ],
                }
            );
        }

        var newest = Enumerable
            .Range(0, page.VersionCount)
            .Reverse()
            .Take(ShownVersions)
            .Select(i => page.VersionAt(i).ToString());
        return new KraitException(
            new Diagnostic("version-not-found", $"there is no version {version} of `{requirement.Name}` at {location}")
            {
                Notes = page.VersionCount == 0 ? [] : [$"the newest are {string.Join(", ", newest)}"],
                Package = requirement.Name.Value,
                Version = version.ToString(),
            }
        );
    }

    /// <summary>The user forbids the wheels of a pinned package.</summary>
    public static KraitException NoBinary(Requirement requirement) =>
        new(
            new Diagnostic(
                "needs-build",
                $"`{requirement}` would have to be built, because `--no-binary` forbids its wheels"
            )
            {
                Hints =
                [
                    "This version of krait installs wheels only: allow them with `--only-binary "
                        + requirement.Name
                        + "`",
                ],
            }
        );

    /// <summary>No index answers for the name.</summary>
    public static KraitException NotFound(Requirement requirement, PageResponse? last, List<IndexLocation> locations)
    {
        const string Credentials =
            "Check the credentials: in the URL of the index, in netrc, or with `--keyring-provider subprocess`";
        var places = locations.Count == 0 ? "there is no index to ask" : $"asked: {string.Join(", ", locations)}";
        var diagnostic = last switch
        {
            PageResponse.Offline => new Diagnostic(
                "offline",
                $"`{requirement}` is not in the cache, and `--offline` is set"
            )
            {
                Hints = ["Run once without `--offline`"],
            },
            PageResponse.Unauthorized refusal => new Diagnostic(
                "unauthorized",
                $"`{refusal.Url}` requires other credentials (401)"
            )
            {
                Url = refusal.Url.ToString(),
                Hints = [Credentials],
            },
            PageResponse.Forbidden refusal => new Diagnostic("forbidden", $"access to `{refusal.Url}` was denied (403)")
            {
                Url = refusal.Url.ToString(),
                Hints = [Credentials],
            },
            _ => new Diagnostic("package-not-found", $"`{requirement.Name}` was not found") { Notes = [places] },
        };
        return new KraitException(diagnostic.About(requirement.Name.Value));
    }
}
