namespace Krait.Testing;

/// <summary>A request as <see cref="FakeServer"/> received it.</summary>
/// <param name="Method">`GET`, `HEAD` or `POST`.</param>
/// <param name="Path">The path with its query, still escaped.</param>
/// <param name="Headers">The headers, names in any case.</param>
/// <param name="Connection">The number of the connection it came on, from 1.</param>
public sealed record FakeRequest(
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> Headers,
    int Connection
)
{
    /// <summary>What was sent with it.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>A header, or empty.</summary>
    public string this[string name] => Headers.GetValueOrDefault(name, "");
}
