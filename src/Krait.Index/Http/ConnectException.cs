using System.Diagnostics.CodeAnalysis;

namespace Krait.Index.Http;

/// <summary>A connection could not be made, for a reason that is already in our words.</summary>
[SuppressMessage("Design", "CA1064", Justification = "It never leaves this project: what does is a KraitException.")]
internal sealed class ConnectException(HttpRequestError error, string message, Exception? innerException)
    : HttpRequestException(error, message, innerException)
{
    public ConnectException(HttpRequestError error, string what, string reason, Exception? innerException)
        : this(error, $"{what}: {reason}", innerException) => Reason = reason;

    /// <summary>Why, without the name of the host.</summary>
    public string Reason { get; } = message;

    /// <summary>Whether the other side stayed silent for too long.</summary>
    public bool IsTimeout { get; init; }
}
