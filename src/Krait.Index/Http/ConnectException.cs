using System.Diagnostics.CodeAnalysis;

namespace Krait.Index.Http;

/// <summary>A connection could not be made, for a reason that is already in our words.</summary>
[SuppressMessage("Design", "CA1064", Justification = "It never leaves this project: what does is a KraitException.")]
internal sealed class ConnectException(HttpRequestError error, string reason, Exception? innerException)
    : HttpRequestException(error, reason, innerException);
