namespace Krait.Index.SimpleApi;

/// <summary>When a page in the cache may be used without asking the index.</summary>
public enum Freshness
{
    /// <summary>As long as the index said when it sent the page.</summary>
    ObeyHeaders,

    /// <summary>Never: the index is asked whether it still holds (`--refresh`).</summary>
    AlwaysRevalidate,

    /// <summary>Always: the index is only asked for what is not there (pinned and offline work).</summary>
    NeverAsk,
}
