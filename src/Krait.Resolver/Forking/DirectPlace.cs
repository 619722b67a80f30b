using Krait.Packaging.Locations;

namespace Krait.Resolver.Forking;

/// <summary>
/// The place that a URL leads to, however it is spelled: of the fragment, only the folder and digests tell places apart (`#egg=` is
/// but a name).
/// </summary>
internal sealed class DirectPlace
{
    private readonly string address;
    private readonly string folder = "";
    private readonly Dictionary<string, string> digests = new(StringComparer.OrdinalIgnoreCase);

    private DirectPlace(string url)
    {
        var hash = url.IndexOf('#', StringComparison.Ordinal);
        address = Normalize(hash < 0 ? url : url[..hash]);
        foreach (var part in hash < 0 ? [] : url[(hash + 1)..].Split('&'))
        {
            if (part.Split('=', 2) is not [var key, var value])
                continue;
            if (key is "subdirectory")
                folder = value.Trim('/');
            else if (key is "md5" || key.StartsWith("sha", StringComparison.Ordinal))
                digests.TryAdd(key, value);
        }
    }

    /// <summary>Whether it says what its file must be.</summary>
    public bool HasDigest => digests.Count > 0;

    /// <summary>The place of a URL or path as the user wrote it.</summary>
    public static DirectPlace Of(string url) => new(url);

    /// <summary>Whether both lead to one file or folder; digests contradict each other only where both state one of a kind.</summary>
    public bool IsSameAs(DirectPlace other) =>
        string.Equals(address, other.address, StringComparison.Ordinal)
        && string.Equals(folder, other.folder, StringComparison.Ordinal)
        && digests.All(digest =>
            !other.digests.TryGetValue(digest.Key, out var value)
            || string.Equals(digest.Value, value, StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>Case of the host, default ports and needless escapes make no difference; paths stay as they are.</summary>
    private static string Normalize(string address) =>
        Location.IsUrl(address) && Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.AbsoluteUri : address;
}
