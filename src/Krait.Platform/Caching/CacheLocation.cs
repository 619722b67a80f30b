namespace Krait.Platform.Caching;

/// <summary>Where the cache is to be.</summary>
/// <param name="Path">The folder.</param>
/// <param name="IsExplicit">Whether the user named it: then a folder that cannot be used is an error, not a warning.</param>
public sealed record CacheLocation(string Path, bool IsExplicit)
{
    /// <summary>The variable that names the cache folder.</summary>
    public const string Variable = "KRAIT_CACHE_DIR";

    /// <summary>Finds the place: `--cache-dir`, `KRAIT_CACHE_DIR`, `XDG_CACHE_HOME/krait`, `~/.cache/krait`.</summary>
    /// <param name="option">The value of `--cache-dir`, if given.</param>
    /// <param name="variables">The environment variables.</param>
    /// <returns>Null when there is nowhere to put a cache: no home folder.</returns>
    public static CacheLocation? Find(string? option, IReadOnlyDictionary<string, string> variables)
    {
        if (!string.IsNullOrEmpty(option))
            return new CacheLocation(Normalize(option), IsExplicit: true);
        if (variables.TryGetValue(Variable, out var named) && named.Length > 0)
            return new CacheLocation(Normalize(named), IsExplicit: true);
        // The base folder specification: a relative path is to be ignored.
        if (variables.TryGetValue("XDG_CACHE_HOME", out var caches) && caches.StartsWith('/'))
            return new CacheLocation(System.IO.Path.Join(caches, "krait"), IsExplicit: false);
        return variables.TryGetValue("HOME", out var home) && home.StartsWith('/')
            ? new CacheLocation(System.IO.Path.Join(home, ".cache", "krait"), IsExplicit: false)
            : null;
    }

    private static string Normalize(string path) =>
        System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
}
