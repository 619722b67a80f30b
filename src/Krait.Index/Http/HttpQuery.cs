using System.Collections.Immutable;

namespace Krait.Index.Http;

/// <summary>What to ask for.</summary>
/// <param name="Url">Where.</param>
/// <param name="LinkedFrom">The index whose page named it: its credential may be used on its own origin.</param>
internal sealed record HttpQuery(SafeUrl Url, SafeUrl? LinkedFrom)
{
    /// <summary>Headers besides the usual ones; none that is meant for one origin only.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Whether only the head of the answer is asked for.</summary>
    public bool IsHead { get; init; }

    /// <summary>What is sent, and its media type; null where something is only asked for. Such a request follows no redirects.</summary>
    public (string MediaType, byte[] Body)? Content { get; init; }

    /// <summary>Statuses that are an answer even where they usually mean that a later attempt may succeed.</summary>
    public ImmutableArray<int> ExpectedStatuses { get; init; } = [];
}
