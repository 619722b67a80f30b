namespace Krait.Index.Mirroring;

/// <summary>What an index answered about a project.</summary>
public abstract record UpstreamAnswer
{
    private UpstreamAnswer() { }

    /// <summary>It has the project.</summary>
    /// <param name="Body">The page, decoded.</param>
    /// <param name="IsJson">Whether it is in the JSON form; otherwise it is HTML.</param>
    /// <param name="Url">The address it came from, after redirects, against which its links are read.</param>
    /// <param name="Validators">How to ask whether it still holds.</param>
    /// <param name="FreshFor">How long it may be used without asking.</param>
    /// <param name="Serial">The serial number that the index gave it, or -1.</param>
    public sealed record Found(
        ReadOnlyMemory<byte> Body,
        bool IsJson,
        SafeUrl Url,
        UpstreamValidators Validators,
        TimeSpan FreshFor,
        long Serial
    ) : UpstreamAnswer;

    /// <summary>What is known still holds.</summary>
    /// <param name="FreshFor">How long it may be used without asking again.</param>
    public sealed record Unchanged(TimeSpan FreshFor) : UpstreamAnswer;

    /// <summary>It does not have the project.</summary>
    public sealed record Absent : UpstreamAnswer;
}

/// <summary>What a later request needs to ask whether a page has changed.</summary>
/// <param name="ETag">Its strong tag, or empty.</param>
/// <param name="LastModified">The date of its last change as the server wrote it, or empty.</param>
public sealed record UpstreamValidators(string ETag, string LastModified)
{
    /// <summary>Nothing is known.</summary>
    public static UpstreamValidators None { get; } = new("", "");
}
