using System.Collections.Immutable;
using Krait.Index;

namespace Krait.Sources;

/// <summary>
/// What mirrors stand for (`mirror-of`): a lock names the index and its files by their own addresses, whichever mirror was asked, and an installation
/// from it asks the mirror. A mirror has its files where the index has them, seen from its pages, or else where these say.
/// </summary>
public sealed class Mirrors
{
    /// <summary>Where the public index has its files, and where a mirror of it has them, which has one host for both.</summary>
    private const string PublicFiles = "https://files.pythonhosted.org/packages/";
    private const string PublicFilesOfMirror = "https://pypi.org/packages/";

    private readonly ImmutableArray<IndexLocation> locations;

    private Mirrors(ImmutableArray<IndexLocation> locations) => this.locations = locations;

    /// <summary>The mirrors among the indexes.</summary>
    public static Mirrors Of(IndexSettings settings) =>
        new([
            .. settings
                .Indexes.Concat(settings.Named.Values)
                .Where(location => location.StandsFor is not null)
                .DistinctBy(location => location.Url),
        ]);

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => locations.IsEmpty;

    /// <summary>The address of the index that an address stands for: itself, where it is not that of a mirror.</summary>
    public string IndexOf(string address) =>
        locations.FirstOrDefault(location => IsSame(location.Url, address))?.StandsFor?.ToString() ?? address;

    /// <summary>The address of a file on the index itself.</summary>
    /// <param name="url">Where the mirror has it; what it links to elsewhere stays as it is.</param>
    /// <param name="address">The mirror.</param>
    public string ToOriginal(string url, string address)
    {
        var mirror = locations.FirstOrDefault(location => IsSame(location.Url, address));
        if (
            mirror?.StandsFor is not { } original
            || !SafeUrl.TryParse(url, out var parsed, out _)
            || parsed.Origin != mirror.Url.Origin
        )
        {
            return url;
        }

        var moved = Move(parsed, mirror.Url, original);
        return moved.StartsWith(PublicFilesOfMirror, StringComparison.Ordinal)
            ? PublicFiles + moved[PublicFilesOfMirror.Length..]
            : moved;
    }

    /// <summary>The address at which the mirror of an index has a file.</summary>
    /// <param name="url">Where the index has it.</param>
    /// <param name="index">The index, as a lock names it.</param>
    public string FromOriginal(string url, string? index)
    {
        if (Find(index) is not { StandsFor: { } own } mirror)
            return url;
        if (url.StartsWith(PublicFiles, StringComparison.Ordinal))
            url = PublicFilesOfMirror + url[PublicFiles.Length..];
        return SafeUrl.TryParse(url, out var parsed, out _) && parsed.Origin == own.Origin
            ? Move(parsed, own, mirror.Url)
            : url;
    }

    /// <summary>The mirror of an index; null where it has none.</summary>
    /// <param name="index">The index, as a lock names it.</param>
    public IndexLocation? Find(string? index) =>
        index is null
            ? null
            : locations.FirstOrDefault(location => location.StandsFor is { } original && IsSame(original, index));

    /// <summary>Whether an address is that of an index, however it ends.</summary>
    internal static bool IsSame(SafeUrl url, string address) =>
        SafeUrl.TryParse(address, out var parsed, out _)
        && string.Equals(url.Canonical.TrimEnd('/'), parsed.Canonical.TrimEnd('/'), StringComparison.Ordinal);

    /// <summary>The address that is to the second index what this one is to the first.</summary>
    private static string Move(SafeUrl url, SafeUrl from, SafeUrl to)
    {
        var (path, start, end) = (Parts(url.Path), Parts(from.Path), Parts(to.Path));
        var common = 0;
        while (
            common < start.Length
            && common < path.Length - 1
            && string.Equals(start[common], path[common], StringComparison.Ordinal)
        )
        {
            common++;
        }

        var kept = end.Take(Math.Max(0, end.Length - (start.Length - common)));
        return $"{new Uri(to.Canonical).GetLeftPart(UriPartial.Authority)}/{string.Join('/', kept.Concat(path.Skip(common)))}";
    }

    private static string[] Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
