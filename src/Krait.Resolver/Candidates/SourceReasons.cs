using Krait.Packaging.Markers;
using Krait.Packaging.Metadata;
using Krait.Packaging.Names;
using Krait.Packaging.Requirements;
using Krait.Packaging.Text;
using Krait.Resolver.Requests;

namespace Krait.Resolver.Candidates;

/// <summary>Why a version cannot be used, where the reason is not one of its files.</summary>
internal static class SourceReasons
{
    public static Diagnostic MetadataOffline(Candidate candidate) =>
        new("metadata-offline", $"the metadata of `{candidate}` is not in the cache and the network is off");

    public static Diagnostic MissingPlatform(Candidate candidate, Marker environment) =>
        new("no-wheel-for-platform", $"`{candidate}` has no wheel where `{environment}`");

    public static Diagnostic TwoUrls(PackageName name, string first, string second) =>
        new("two-urls", $"`{name}` is required from two places: `{first}` and `{second}`")
        {
            Hints = [$"Keep only one of the places that `{name}` should come from"],
        };

    public static Diagnostic ForeignUrl(Candidate parent, Requirement requirement) =>
        new("foreign-url", $"`{parent}` requires `{requirement.Name}` from a URL")
        {
            Hints = [$"To accept it, require `{requirement.Name} @ {requirement.Url}` yourself"],
        };

    /// <summary>Metadata that the user states for a version, if any.</summary>
    public static CoreMetadata? StatedFor(ResolutionRequest request, Candidate candidate)
    {
        foreach (var stated in request.StatedMetadata)
        {
            if (
                stated.Name.Equals(candidate.Name)
                && (stated.Version is null || stated.Version.Equals(candidate.Version))
            )
            {
                return stated.Metadata;
            }
        }

        return null;
    }
}
