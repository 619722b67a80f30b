using Krait.Packaging.Indexes;

namespace Krait.Index.SimpleApi;

/// <summary>What an index says about a project.</summary>
public abstract record PageResponse
{
    private PageResponse() { }

    /// <summary>It has a page of it.</summary>
    /// <param name="Page">The page.</param>
    public sealed record Found(ProjectPage Page) : PageResponse;

    /// <summary>It does not know the project.</summary>
    public sealed record NotFound : PageResponse
    {
        internal static NotFound Instance { get; } = new();
    }

    /// <summary>It wants to know who asks (401).</summary>
    /// <param name="Url">The page that was asked for.</param>
    public sealed record Unauthorized(SafeUrl Url) : PageResponse;

    /// <summary>It does not let the asker see the project (403).</summary>
    /// <param name="Url">The page that was asked for.</param>
    public sealed record Forbidden(SafeUrl Url) : PageResponse;

    /// <summary>The network may not be used, and the cache does not have the page.</summary>
    public sealed record Offline : PageResponse
    {
        internal static Offline Instance { get; } = new();
    }
}
