using System.Globalization;

namespace Krait.Platform.Caching;

/// <summary>The names of the cache's folders, which end in the version of their format.</summary>
public static class BucketName
{
    /// <summary>The name of a bucket's folder: the one place where names and format versions are written down.</summary>
    public static string Of(CacheBucket bucket) =>
        bucket switch
        {
            CacheBucket.Pages => "pages-v1",
            CacheBucket.Metadata => "metadata-v1",
            CacheBucket.Wheels => "wheels-v1",
            CacheBucket.BuiltWheels => "built-wheels-v1",
            CacheBucket.SourceArchives => "source-archives-v1",
            CacheBucket.Git => "git-v1",
            CacheBucket.Interpreters => "interpreters-v1",
            CacheBucket.Environments => "environments-v1",
            CacheBucket.Locks => "locks-v1",
            CacheBucket.Temporary => "temporary-v1",
            _ => throw new ArgumentOutOfRangeException(nameof(bucket)),
        };

    /// <summary>Whether a folder is the one of a bucket.</summary>
    public static bool Is(string name, CacheBucket bucket) => string.Equals(name, Of(bucket), StringComparison.Ordinal);

    /// <summary>Whether a folder is one of our buckets, of whatever version.</summary>
    public static bool IsAny(string name) =>
        Split(name) is { } found
        && Enum.GetValues<CacheBucket>()
            .Any(bucket => string.Equals(Split(Of(bucket))?.Name, found.Name, StringComparison.Ordinal));

    /// <summary>Whether a folder is one of our buckets with a smaller version number.</summary>
    public static bool IsOutdated(string name) =>
        Split(name) is { } found
        && Enum.GetValues<CacheBucket>()
            .Select(bucket => Split(Of(bucket)))
            .Any(current =>
                current is { } known
                && string.Equals(known.Name, found.Name, StringComparison.Ordinal)
                && found.Version < known.Version
            );

    private static (string Name, int Version)? Split(string bucket)
    {
        var dash = bucket.LastIndexOf("-v", StringComparison.Ordinal);
        return
            dash > 0
            && int.TryParse(bucket.AsSpan(dash + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? (bucket[..dash], version)
            : null;
    }
}
