namespace Krait.Platform.Caching;

/// <summary>
/// The parts of the cache, each with the version of its format in its folder's name: a new format means a new number, so that programs
/// of different versions share one cache without reading each other's files.
/// </summary>
/// <remarks>
/// Every entry of a package lies at `BUCKET/SOURCE/PACKAGE` or `BUCKET/SOURCE/PACKAGE.EXTENSION`, so that one package can be cleaned
/// without knowing a bucket's format.
/// </remarks>
public enum CacheBucket
{
    /// <summary>Project pages of indexes, one flat file for each index and project.</summary>
    Pages,

    /// <summary>Core metadata of files on indexes, one pack for each index and project.</summary>
    Metadata,

    /// <summary>Unpacked wheels that were downloaded.</summary>
    Wheels,

    /// <summary>Wheels that were built here, with the metadata of their sources.</summary>
    BuiltWheels,

    /// <summary>Source archives.</summary>
    SourceArchives,

    /// <summary>Repositories and checkouts.</summary>
    Git,

    /// <summary>Facts about interpreters.</summary>
    Interpreters,

    /// <summary>Environments for builds, scripts and one-off tools.</summary>
    Environments,

    /// <summary>What lock files and environments were found up to date for.</summary>
    Locks,

    /// <summary>Downloads under way; nothing in it outlives its run.</summary>
    Temporary,
}
