using System.Text;

namespace Krait.Testing;

/// <summary>What <see cref="FakeServer"/> answers, correct or not.</summary>
public sealed record FakeReply(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    /// <summary>Answers text.</summary>
    public FakeReply(int status, string body, params (string Name, string Value)[] headers)
        : this(status, Encoding.UTF8.GetBytes(body), headers) { }

    /// <summary>Answers without a body.</summary>
    public FakeReply(int status, params (string Name, string Value)[] headers)
        : this(status, [], headers) { }

    /// <summary>The connection is cut after so many bytes of the body.</summary>
    public int? CutAt { get; init; }

    /// <summary>The pause before the head of the answer.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The pause before each byte of the body.</summary>
    public TimeSpan DelayPerByte { get; init; }

    /// <summary>Whether the body ends with the connection, and no length is told.</summary>
    public bool IsCloseDelimited { get; init; }

    /// <summary>Whether the body is sent in chunks.</summary>
    public bool IsChunked { get; init; }

    /// <summary>The length that is told, if not the true one.</summary>
    public string? ToldLength { get; init; }

    /// <summary>Sent as it is in place of the whole answer; then the connection is closed.</summary>
    public byte[]? Raw { get; init; }
}
