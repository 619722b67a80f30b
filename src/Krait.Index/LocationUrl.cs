using System.Diagnostics.CodeAnalysis;
using Krait.Packaging.Locations;
using Krait.Packaging.Text;

namespace Krait.Index;

/// <summary>The URL of a location that a user or a file names.</summary>
public static class LocationUrl
{
    /// <summary>Makes the URL.</summary>
    /// <param name="location">A URL, or the path of a file or folder.</param>
    /// <param name="folder">What a relative path starts from.</param>
    /// <param name="url">The URL.</param>
    /// <param name="error">Why the text cannot be used.</param>
    public static bool TryGetUrl(
        this Location location,
        string folder,
        [NotNullWhen(true)] out SafeUrl? url,
        [NotNullWhen(false)] out Diagnostic? error
    )
    {
        if (IsUsual(location) || !location.TryGetLocalPath(folder, out var path))
            return SafeUrl.TryParse(location.Text, out url, out error);
        url = SafeUrl.FromPath(path);
        error = null;
        return location.Fragment.Length == 0
            || SafeUrl.TryParse($"{url.Canonical}#{location.Fragment}", out url, out error);
    }

    /// <summary>What needs no rewriting: `file:///a`, and everything that is not on this machine.</summary>
    private static bool IsUsual(Location location) =>
        location.IsFileUrl
            ? location.Text.AsSpan(5).StartsWith("///") && !location.Text.AsSpan(5).StartsWith("////")
            : !location.IsPath;
}
