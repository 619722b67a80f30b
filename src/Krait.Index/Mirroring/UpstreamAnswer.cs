namespace Krait.Index.Mirroring;

/// <summary>What an index answered about a project.</summary>
public abstract record UpstreamAnswer
{
    private UpstreamAnswer() { }

    /// <summary>It has the project.</summary>
    /// <param name="Body">The page, decoded.</param>
    /// <param name="IsJson">Whether it is in the JSON form; otherwise it is HTML.</param>
    /// <param name="Url">The address it came from, after redirects, against which its links are read.</param>
    /// <param name="Policy">What it said about keeping the page.</param>
    public sealed record Found(ReadOnlyMemory<byte> Body, bool IsJson, SafeUrl Url, UpstreamPolicy Policy)
        : UpstreamAnswer;

    /// <summary>What is known still holds.</summary>
    /// <param name="Policy">What is known by now about keeping the page.</param>
    public sealed record Unchanged(UpstreamPolicy Policy) : UpstreamAnswer;

    /// <summary>It does not have the project.</summary>
    public sealed record Absent : UpstreamAnswer;
}

/// <summary>What an index said about keeping a page, and how to ask whether it has changed.</summary>
/// <param name="ETag">Its strong tag, or empty.</param>
/// <param name="LastModified">The date of its last change as the server wrote it, or empty.</param>
/// <param name="FreshFor">How long it may be used without asking.</param>
public sealed record UpstreamPolicy(string ETag, string LastModified, TimeSpan FreshFor);
